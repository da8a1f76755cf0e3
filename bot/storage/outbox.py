"""Notices: one row per (event, occurrence, kind, audience), one delivery per recipient.

    drafted ──► planned        a second person has approved it (where the office wants that)
    planned ──► claimed ──► sent
       │           ├──────► planned     refused for now: tried again at `next_try_at`
       │           ├──────► failed      refused for good
       │           └──────► unknown     nobody knows whether it arrived: shown, never resent
       ├─────────► riding ──► ended     handed out with passive replies, each resident once
       ├─────────► expired              too late to be of use
       ├─────────► held                 late, and its event says that a person decides
       ├─────────► declined             a person said no
       └─────────► withdrawn            its event moved or was cancelled before it was due

The attempt is written in the same transaction as the claim, before the call: whoever dies in
between leaves an attempt without an end, and that becomes `unknown`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Insert, Row, Update, func, insert, select, update

from bot.events import audiences
from bot.storage.tables import attempts, deliveries, notices
from bot.storage.upserts import InsertOnce

NOT_BEGUN = ("drafted", "planned", "held", "withdrawn")
"""The states of a notice that nobody can have had yet, and that may still go out."""
STATE_NAMES: Mapping[str, str] = {
    "drafted": "待批准",
    "held": "错过时间，等人决定",
    "planned": "待发",
    "claimed": "发送中",
    "sending": "逐个发送中",
    "sent": "已发",
    "failed": "失败",
    "unknown": "不明，请到公众号后台核实",
    "riding": "随回复带出",
    "ended": "已结束",
    "expired": "已过期",
    "withdrawn": "已撤回",
    "declined": "决定不发",
}
"""Every state, as staff read it."""
EVERYBODY = "*"
"""The recipient of a mass send."""
ALL_FOLLOWERS = audiences.EVERYBODY
"""The audience whose notices have no delivery row before they go out."""


@dataclass(frozen=True)
class Notice:
    """One row of the outbox."""

    id: int
    event: str
    occurrence: str
    kind: str
    audience: str
    text: str
    due_at: datetime
    send_until: datetime
    expires_at: datetime
    state: str
    reason: str
    finished_at: datetime | None
    if_late: str = "ride"
    approved_by: str = ""
    reference: str | None = None
    result: str = ""
    """What came of a mass send WeChat took: `arrived`, `failed`, `unheard`; empty until then."""
    reached: int | None = None

    @property
    def client_id(self) -> str:
        """What WeChat tells two sends apart by: the same for every try of this notice."""
        return f"feisu-{self.id}-{self.due_at:%Y%m%d%H%M}"


@dataclass(frozen=True)
class Attempt:
    """One call under way."""

    notice: Notice
    delivery_id: int
    attempt_id: int


@dataclass(frozen=True)
class Plan:
    """A notice that should go out, as the calendar says."""

    event: str
    occurrence: str
    kind: str
    audience: str
    text: str
    due_at: datetime
    send_until: datetime
    expires_at: datetime
    if_late: str = "ride"

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same notice, whatever its text says by now."""
        return self.event, self.occurrence, self.kind, self.audience


def synchronise(
    connection: Connection, plans: Sequence[Plan], now: datetime, *, needs_approval: bool = False
) -> int:
    """Make the rows nobody has had yet those of the calendar; return how many are new.

    What is claimed, sent or riding is never touched again: an edit does not resend a notice.
    A planned notice whose event moved or was cancelled is withdrawn, and comes back with it. With
    `needs_approval` new ones are drafted, and so is one that nobody approved as it stands now;
    without it nothing waits for a second person.
    """
    rows = connection.execute(select(notices).where(notices.c.expires_at > now)).all()
    known = {(row.event, row.occurrence, row.kind, row.audience): row for row in rows}
    # Whose audience is changed after it went out goes to nobody twice.
    begun = {key[:3] for key, row in known.items() if row.state not in NOT_BEGUN}
    state = "drafted" if needs_approval else "planned"
    added = 0
    for one in plans:
        row = known.pop(one.key, None)
        if row is None:
            added += one.key[:3] not in begun and _add_plan(connection, one, state)
        elif row.state in NOT_BEGUN:
            _renew_plan(connection, row, one, state)
    for row in known.values():
        if row.state in NOT_BEGUN:
            connection.execute(
                update(notices)
                .where(notices.c.id == row.id, notices.c.state == row.state)
                .values(state="withdrawn", reason="活动改期、取消或暂停，不再发送")
            )
    return added


def _add_plan(connection: Connection, one: Plan, state: str) -> int:
    row = {**vars(one), "state": state, "reason": "", "next_try_at": one.due_at}
    return int(_ADD(connection, row))


def _renew_plan(connection: Connection, row: Row[Any], one: Plan, new_state: str) -> None:
    changed = (row.text, row.due_at) != (one.text, one.due_at)
    values: dict[str, Any] = {**vars(one), "state": row.state, "reason": row.reason}
    # The office may have begun, or ceased, to want a second person since.
    stands = row.state == new_state or (row.state == "planned" and row.approved_by)
    if row.state == "withdrawn" or ((changed or not stands) and row.state != "held"):
        values |= {"state": new_state, "reason": "", "approved_by": "", "approved_at": None}
        if changed and row.approved_by and new_state == "drafted":
            values["reason"] = "批准以后内容或时间改了，要重新批准"
    if row.due_at != one.due_at:
        values["next_try_at"] = one.due_at
    if row.approved_at and row.approved_at > one.send_until and not changed:
        del values["send_until"]  # a person wanted it sent late
    connection.execute(
        update(notices).where(notices.c.id == row.id, notices.c.state == row.state).values(values)
    )


_ADD = InsertOnce(notices, "event", "occurrence", "kind", "audience")


def list_notices(connection: Connection, *, states: Sequence[str] = ()) -> Sequence[Notice]:
    """List notices, soonest due first; all, or only those in `states`."""
    wanted = select(notices).order_by(notices.c.due_at, notices.c.id)
    if states:
        wanted = wanted.where(notices.c.state.in_(states))
    return [read_notice(row) for row in connection.execute(wanted)]


def list_due(connection: Connection, now: datetime) -> Sequence[Notice]:
    """List planned notices whose time has come."""
    wanted = (
        select(notices)
        .where(notices.c.state == "planned", notices.c.next_try_at <= now)
        .order_by(notices.c.due_at, notices.c.id)
    )
    return [read_notice(row) for row in connection.execute(wanted)]


def claim_mass_send(
    connection: Connection, notice: Notice, *, holder: str, now: datetime
) -> Attempt | None:
    """Claim a due notice and write its attempt; None when somebody else has it."""
    claimed = connection.execute(
        update(notices)
        .where(notices.c.id == notice.id, notices.c.state == "planned")
        .values(state="claimed", claimed_by=holder, claimed_at=now)
    )
    if claimed.rowcount != 1:
        return None
    delivery_id = _mass_delivery(connection, notice)
    attempt = connection.execute(insert(attempts).values(delivery_id=delivery_id, started_at=now))
    return Attempt(notice, delivery_id, _new_id(attempt.inserted_primary_key))


def _mass_delivery(connection: Connection, notice: Notice) -> int:
    same = (deliveries.c.notice_id == notice.id) & (deliveries.c.recipient == EVERYBODY)
    known = connection.execute(select(deliveries.c.id).where(same)).scalar_one_or_none()
    if known is not None:
        connection.execute(update(deliveries).where(same).values(state="claimed"))
        return int(known)
    added = connection.execute(
        insert(deliveries).values(
            notice_id=notice.id, recipient=EVERYBODY, rung="mass-send", state="claimed"
        )
    )
    return _new_id(added.inserted_primary_key)


def _new_id(key: Row[Any] | None) -> int:
    assert key is not None
    return int(key[0])


def finish(
    connection: Connection,
    attempt: Attempt,
    *,
    outcome: str,
    now: datetime,
    code: int | None = None,
    reason: str = "",
    reference: str | None = None,
    next_state: str | None = None,
    next_try_at: datetime | None = None,
) -> None:
    """Write how the call ended: `outcome` is `sent`, `refused` or `unknown`.

    The notice follows the outcome unless `next_state` says otherwise.
    """
    connection.execute(
        update(attempts)
        .where(attempts.c.id == attempt.attempt_id)
        .values(finished_at=now, outcome=outcome, code=code, reason=reason)
    )
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == attempt.delivery_id)
        .values(state="failed" if outcome == "refused" else outcome)
    )
    state = next_state or ("failed" if outcome == "refused" else outcome)
    changes: dict[str, Any] = {"state": state, "reason": reason, "reference": reference}
    if state == "planned":
        changes["next_try_at"] = next_try_at or now
    else:
        changes |= {"finished_at": now, "next_try_at": next_try_at or now}
    connection.execute(
        update(notices)
        .where(notices.c.id == attempt.notice.id, notices.c.state == "claimed")
        .values(changes)
    )


def surrender_abandoned(connection: Connection, *, before: datetime, now: datetime) -> int:
    """Mark claims whose owner died in the middle of the call as `unknown`; return how many."""
    reason = "发送时程序中断，不知道微信收到没有，请到公众号后台查看"
    abandoned = (notices.c.state == "claimed") & (notices.c.claimed_at < before)
    ids = connection.execute(select(notices.c.id).where(abandoned)).scalars().all()
    if not ids:
        return 0
    open_deliveries = (
        select(deliveries.c.id)
        .where(deliveries.c.notice_id.in_(ids), deliveries.c.state == "claimed")
        .scalar_subquery()
    )
    connection.execute(
        update(attempts)
        .where(attempts.c.delivery_id.in_(open_deliveries), attempts.c.outcome.is_(None))
        .values(outcome="unknown", finished_at=now, reason=reason)
    )
    connection.execute(
        update(deliveries)
        .where(deliveries.c.notice_id.in_(ids), deliveries.c.state == "claimed")
        .values(state="unknown")
    )
    connection.execute(
        update(notices).where(abandoned).values(state="unknown", reason=reason, finished_at=now)
    )
    return len(ids)


def expire(connection: Connection, now: datetime) -> int:
    """End what is too late: planned notices expire, riding ones have been ridden enough."""
    late = notices.c.expires_at <= now
    connection.execute(
        update(notices)
        .where(late, notices.c.state.in_(("drafted", "held")))
        .values(state="expired", finished_at=now, reason="过了时间没有人批准，没有发出")
    )
    expired = connection.execute(
        update(notices)
        .where(late, notices.c.state == "planned")
        .values(state="expired", finished_at=now, reason="过了时间没有发出")
    )
    connection.execute(
        update(notices)
        .where(late, notices.c.state == "riding")
        .values(state="ended", finished_at=now)
    )
    return expired.rowcount


def start_riding(connection: Connection, notice: Notice, *, reason: str) -> bool:
    """Hand a notice out with passive replies from now until it expires."""
    return move(connection, notice.id, ("planned",), state="riding", reason=reason)


def move(connection: Connection, notice_id: int, known: Sequence[str], **values: Any) -> bool:
    """Change a notice that is in one of the `known` states; False where it is in none of them."""
    changed = connection.execute(
        update(notices).where(notices.c.id == notice_id, notices.c.state.in_(known)).values(values)
    )
    return changed.rowcount == 1


def list_riding(connection: Connection, now: datetime) -> Sequence[Notice]:
    """List the notices that ride at this moment, soonest due first."""
    wanted = (
        select(notices)
        .where(notices.c.state == "riding", notices.c.expires_at > now)
        .order_by(notices.c.due_at, notices.c.id)
    )
    return [read_notice(row) for row in connection.execute(wanted)]


def may_ride(connection: Connection, notice: Notice, openid: str) -> bool:
    """Tell whether the resident is to have this notice and was not given it on any rung."""
    same = (deliveries.c.notice_id == notice.id) & (deliveries.c.recipient == openid)
    state = connection.execute(select(deliveries.c.state).where(same)).scalar_one_or_none()
    return state is None if notice.audience == ALL_FOLLOWERS else state == "riding"


def ride(connection: Connection, notice: Notice, openid: str, *, now: datetime) -> None:
    """Record that the notice went out with a reply; the unique key refuses a second time."""
    values = {"rung": "passive-reply", "state": "sent"}
    given: Insert | Update
    if notice.audience == ALL_FOLLOWERS:
        given = insert(deliveries).values(notice_id=notice.id, recipient=openid, **values)
    else:
        same = (deliveries.c.notice_id == notice.id) & (deliveries.c.recipient == openid)
        given = update(deliveries).where(same, deliveries.c.state == "riding").values(**values)
    delivery_id = connection.execute(given.returning(deliveries.c.id)).scalar_one()
    connection.execute(
        insert(attempts).values(
            delivery_id=delivery_id, started_at=now, finished_at=now, outcome="sent"
        )
    )


def count_deliveries(connection: Connection, notice: Notice) -> Mapping[str, int]:
    """Count a notice's deliveries by state."""
    rows = connection.execute(
        select(deliveries.c.state, func.count().label("number"))
        .where(deliveries.c.notice_id == notice.id)
        .group_by(deliveries.c.state)
    )
    return {row.state: row.number for row in rows}


def read_notice(row: Row[Any]) -> Notice:
    """Read a whole row."""
    return Notice(
        row.id,
        row.event,
        row.occurrence,
        row.kind,
        row.audience,
        row.text,
        row.due_at,
        row.send_until,
        row.expires_at,
        row.state,
        row.reason,
        row.finished_at,
        row.if_late,
        row.approved_by,
        row.reference,
        row.result,
        row.reached,
    )
