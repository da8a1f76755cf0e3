"""Notices to some residents: one delivery row each, claimed a few at a time, none sent twice.

    waiting ──► claimed ──► sent
       │           ├──────► waiting    refused for now: again at `next_try_at`
       │           ├──────► riding     WeChat takes nothing for them now: a reply carries it
       │           ├──────► failed     refused for good
       │           └──────► unknown    nobody knows whether it arrived: shown, never resent
       ├─────────► riding              beyond WeChat's 48 hours, or too late to start a message
       ├─────────► dropped             follows no more
       └─────────► expired             the event has begun

The notice itself is `sending` until nobody waits, then `riding` or `sent`. The claim and the
attempt are one transaction, committed before the call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, case, exists, insert, literal, select, update

from bot.events import audiences
from bot.storage.outbox import Notice, read_notice
from bot.storage.tables import attempts, deliveries, memberships, notices, residents

SENDING = "sending"
OPEN = ("waiting", "claimed")
A_CALL_MAY_LAST = timedelta(days=1)
"""One refused for now after its notice has ended goes back to waiting, in vain."""
OF_OUR_OWN, WITH_A_REPLY = "customer-service", "passive-reply"

_FOLLOWS = exists().where(
    residents.c.openid == deliveries.c.recipient, residents.c.following.is_(True)
)


@dataclass(frozen=True)
class Call:
    """One call under way, to one recipient."""

    delivery_id: int
    openid: str
    attempt_id: int


def queue(
    connection: Connection, notice: Notice, *, heard_since: datetime | None, now: datetime
) -> bool:
    """Give every follower the notice is meant for a delivery; False when somebody has.

    Those who spoke since `heard_since` wait for a message of ours, the others for their own next
    one; None where the account may start no message at all.
    """
    begun = connection.execute(
        update(notices)
        .where(notices.c.id == notice.id, notices.c.state == "planned")
        .values(state=SENDING, claimed_at=now, next_try_at=now)
    )
    if begun.rowcount != 1:
        return False
    may_start = literal(False) if heard_since is None else residents.c.last_seen_at >= heard_since
    chosen = select(
        literal(notice.id),
        residents.c.openid,
        case((may_start, OF_OUR_OWN), else_=WITH_A_REPLY),
        case((may_start, "waiting"), else_="riding"),
    ).where(residents.c.following.is_(True), _is_meant(notice.audience))
    columns = ["notice_id", "recipient", "rung", "state"]
    connection.execute(insert(deliveries).from_select(columns, chosen))
    return True


def _is_meant(audience: str) -> ColumnElement[bool]:
    """Tell in SQL whether a resident belongs to an audience."""
    asked = residents.c.wants_reminder.is_(True)
    if days := audiences.lead_days(audience):
        return asked & (residents.c.reminder_days == days)
    if audience == audiences.SUBSCRIBERS:
        return asked & residents.c.reminder_days.is_(None)
    if villages := audiences.names_in(audience, audiences.VILLAGE):
        return residents.c.village.in_(villages)
    names = [audiences.TOPIC + one for one in audiences.names_in(audience, audiences.TOPIC)]
    names += [audiences.GROUP + one for one in audiences.names_in(audience, audiences.GROUP)]
    return exists().where(memberships.c.openid == residents.c.openid, memberships.c.name.in_(names))


def let_go(connection: Connection, openid: str) -> None:
    """Whoever wants no more reminders hears none that is still on its way."""
    reminders = select(notices.c.id).where(
        notices.c.state.in_([SENDING, "riding"]),
        notices.c.audience.startswith(audiences.LEAD)
        | (notices.c.audience == audiences.SUBSCRIBERS),
    )
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.recipient == openid,
            deliveries.c.notice_id.in_(reminders),
            deliveries.c.state.in_(["waiting", "riding"]),
        )
        .values(state="dropped")
    )


def list_sending(connection: Connection, now: datetime) -> Sequence[Notice]:
    """List the notices that are being sent, unless they rest until later."""
    wanted = (
        select(notices)
        .where(notices.c.state == SENDING, notices.c.next_try_at <= now)
        .order_by(notices.c.due_at, notices.c.id)
    )
    return [read_notice(row) for row in connection.execute(wanted)]


def claim(connection: Connection, notice: Notice, *, now: datetime, limit: int) -> Sequence[Call]:
    """Claim the next recipients and write an attempt for each; none when nobody's turn it is."""
    turn = deliveries.c.next_try_at.is_(None) | (deliveries.c.next_try_at <= now)
    chosen = (
        select(deliveries.c.id)
        .where(deliveries.c.notice_id == notice.id, deliveries.c.state == "waiting", turn, _FOLLOWS)
        .order_by(deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    # As a subquery PostgreSQL may run it once a row, each time with a new limit.
    ids = connection.execute(chosen).scalars().all()
    claimed = connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids), deliveries.c.state == "waiting")
        .values(state="claimed")
        .returning(deliveries.c.id, deliveries.c.recipient)
    )
    return [
        Call(row.id, row.recipient, _begin_attempt(connection, row.id, now))
        for row in sorted(claimed)
    ]


def _begin_attempt(connection: Connection, delivery_id: int, now: datetime) -> int:
    added = connection.execute(
        insert(attempts).values(delivery_id=delivery_id, started_at=now).returning(attempts.c.id)
    )
    return int(added.scalar_one())


def finish(
    connection: Connection,
    call: Call,
    *,
    outcome: str,
    state: str,
    now: datetime,
    code: int | None = None,
    reason: str = "",
    next_try_at: datetime | None = None,
) -> None:
    """Write how a call ended (`sent`, `refused` or `unknown`) and where its recipient is now.

    Whoever comes back after it was given up as unknown changes nothing any more.
    """
    written = connection.execute(
        update(deliveries)
        .where(deliveries.c.id == call.delivery_id, deliveries.c.state == "claimed")
        .values(state=state, next_try_at=next_try_at)
    )
    if written.rowcount == 1:
        connection.execute(
            update(attempts)
            .where(attempts.c.id == call.attempt_id)
            .values(finished_at=now, outcome=outcome, code=code, reason=reason)
        )


def rest(connection: Connection, notice: Notice, *, until: datetime, reason: str) -> None:
    """Send nothing of this notice until then."""
    connection.execute(
        update(notices)
        .where(notices.c.id == notice.id, notices.c.state == SENDING)
        .values(next_try_at=until, reason=reason)
    )


def leave_to_replies(connection: Connection, notice: Notice, *, reason: str) -> None:
    """Start no more messages: whoever still waits hears it with their next reply."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.notice_id == notice.id, deliveries.c.state == "waiting")
        .values(state="riding")
    )
    connection.execute(update(notices).where(notices.c.id == notice.id).values(reason=reason))


def drop_gone(connection: Connection, notice: Notice) -> None:
    """Let go of those who follow no more."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.notice_id == notice.id, deliveries.c.state == "waiting", ~_FOLLOWS)
        .values(state="dropped")
    )


def close(connection: Connection, notice: Notice, now: datetime) -> bool:
    """End the sending when nobody waits and no call is under way; False while somebody does."""
    still_open = exists().where(deliveries.c.notice_id == notice.id, deliveries.c.state.in_(OPEN))
    rides = exists().where(deliveries.c.notice_id == notice.id, deliveries.c.state == "riding")
    closed = connection.execute(
        update(notices)
        .where(notices.c.id == notice.id, notices.c.state == SENDING, ~still_open)
        .values(state=case((rides, "riding"), else_="sent"), finished_at=now)
    )
    return closed.rowcount == 1


def expire(connection: Connection, now: datetime) -> None:
    """End what is of no use any more, for those who have not had it."""
    late = select(notices.c.id).where(
        notices.c.expires_at <= now,
        notices.c.expires_at > now - A_CALL_MAY_LAST,
        notices.c.state.in_([SENDING, "riding", "ended"]),
    )
    connection.execute(
        update(deliveries)
        .where(deliveries.c.notice_id.in_(late), deliveries.c.state.in_(["waiting", "riding"]))
        .values(state="expired")
    )
    connection.execute(
        update(notices)
        .where(notices.c.expires_at <= now, notices.c.state == SENDING)
        .values(state="ended", finished_at=now)
    )


def surrender_abandoned(connection: Connection, *, before: datetime, now: datetime) -> int:
    """Mark calls whose process died before their end was written; return how many."""
    reason = "发送时程序中断，不知道微信收到没有"
    dead = (
        select(attempts.c.id, attempts.c.delivery_id)
        .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(
            attempts.c.outcome.is_(None),
            attempts.c.started_at < before,
            deliveries.c.state == "claimed",
            notices.c.state.in_([SENDING, "ended"]),
        )
    )
    found = connection.execute(dead).all()
    for attempt_id, delivery_id in found:
        call = Call(delivery_id, "", attempt_id)
        finish(connection, call, outcome="unknown", state="unknown", now=now, reason=reason)
    return len(found)
