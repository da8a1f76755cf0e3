"""What staff write to a resident: sent at once where WeChat allows, else with the next reply.

claimed ──► sent          the call went well
   ├──────► unknown       nobody knows how the call ended; never sent again
   └──────► waiting       refused for certain
waiting ──► sent          it rode on a reply
   └──────► withdrawn     whoever wrote it took it back in time
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.storage import residents
from bot.storage.tables import late_answers, staff, staff_replies
from bot.storage.upserts import InsertOnce

AT_ONCE, WITH_NEXT = "customer-service", "passive"


@dataclass(frozen=True)
class StaffReply:
    """One text of a member of staff to a resident."""

    id: int
    openid: str
    by: str
    text: str
    rung: str
    state: str
    reason: str
    created_at: datetime


_ADD = InsertOnce(staff_replies, "once")
_WITH_NAME = select(staff_replies, staff.c.name.label("by")).join(
    staff, staff.c.id == staff_replies.c.staff_id, isouter=True
)


def add(
    connection: Connection,
    *,
    openid: str,
    staff_id: int,
    once: str,
    text: str,
    rung: str,
    now: datetime,
) -> StaffReply | None:
    """Keep a reply, claimed for the call or waiting; None when this form was sent before."""
    state = "claimed" if rung == AT_ONCE else "waiting"
    row = {
        "openid": openid,
        "staff_id": staff_id,
        "once": once,
        "text": text,
        "rung": rung,
        "state": state,
        "reason": "",
        "created_at": now,
    }
    if not _ADD(connection, row):
        return None
    if state == "waiting":
        residents.note_waiting(connection, openid)
    added = connection.execute(_WITH_NAME.where(staff_replies.c.once == once)).one()
    return StaffReply(added.id, openid, added.by or "", text, rung, state, "", now)


def finish(
    connection: Connection, reply: StaffReply, *, state: str, now: datetime, reason: str = ""
) -> None:
    """Write how the call ended: `sent`, `unknown`, or `waiting` for the next reply."""
    connection.execute(
        update(staff_replies)
        .where(staff_replies.c.id == reply.id, staff_replies.c.state == "claimed")
        .values(
            state=state,
            reason=reason,
            rung=WITH_NEXT if state == "waiting" else reply.rung,
            finished_at=None if state == "waiting" else now,
        )
    )
    residents.note_waiting(connection, reply.openid)


def take_waiting(
    connection: Connection, reply_id: int, openid: str, *, state: str, now: datetime
) -> bool:
    """Let a waiting reply ride (`sent`) or take it back (`withdrawn`); once only."""
    taken = connection.execute(
        update(staff_replies)
        .where(
            staff_replies.c.id == reply_id,
            staff_replies.c.openid == openid,
            staff_replies.c.state == "waiting",
        )
        .values(state=state, finished_at=now)
    )
    if taken.rowcount == 1:
        residents.note_waiting(connection, openid)
    return taken.rowcount == 1


def list_waiting(connection: Connection, openid: str) -> Sequence[StaffReply]:
    """List what waits for the resident's next message, oldest first."""
    return [one for one in list_of(connection, openid) if one.state == "waiting"]


def list_of(connection: Connection, openid: str) -> Sequence[StaffReply]:
    """List everything staff wrote to a resident, oldest first."""
    found = connection.execute(
        _WITH_NAME.where(staff_replies.c.openid == openid).order_by(staff_replies.c.id)
    )
    return [
        StaffReply(
            row.id, openid, row.by or "", row.text, row.rung, row.state, row.reason, row.created_at
        )
        for row in found
    ]


def count_sent_since(connection: Connection, openid: str, since: datetime) -> int:
    """Count what may have used up WeChat's allowance since the resident last spoke."""
    used = ("claimed", "sent", "unknown")
    ours = select(func.count()).where(
        staff_replies.c.openid == openid,
        staff_replies.c.rung == AT_ONCE,
        staff_replies.c.state.in_(used),
        staff_replies.c.created_at >= since,
    )
    # A late answer that rode counts too: better one too few than an error of WeChat's.
    late = select(func.count()).where(
        late_answers.c.openid == openid,
        late_answers.c.state.in_(used),
        late_answers.c.claimed_at >= since,
    )
    return int(connection.execute(ours).scalar_one() + connection.execute(late).scalar_one())


def surrender_abandoned(connection: Connection, *, before: datetime, now: datetime) -> int:
    """Show as unknown what a killed process left in the middle of a call; return how many."""
    left = (staff_replies.c.state == "claimed") & (staff_replies.c.created_at < before)
    reason = "程序在发送中途停了，不知道居民收到没有"
    done = connection.execute(
        update(staff_replies).where(left).values(state="unknown", reason=reason, finished_at=now)
    )
    return done.rowcount
