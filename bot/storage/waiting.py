"""What waits for a person: danger alarms, questions nobody answered, residents handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from bot.storage.tables import alarms, drafts, handoffs, misses, residents, staff


@dataclass(frozen=True)
class Miss:
    """One question without an approved answer, or whose answer was called wrong."""

    id: int
    recorded_at: datetime
    text: str
    reason: str
    entry: str


@dataclass(frozen=True)
class WaitingResident:
    """One resident who asked for a person or for mediation."""

    id: int
    recorded_at: datetime
    kind: str
    village: str
    phone: str
    text: str
    media_id: str
    assigned_to: str = ""
    """The colleague who sees to it; empty while nobody does."""


@dataclass(frozen=True)
class Alarm:
    """One danger sign."""

    id: int
    raised_at: datetime
    sign: str
    text: str


@dataclass(frozen=True)
class WaitingCounts:
    """How much waits for a person."""

    alarms: int
    handoffs: int
    misses: int
    drafts: int
    unanswered: int
    """Talks a person holds in which the resident has spoken last."""


def count_waiting(connection: Connection) -> WaitingCounts:
    """Count what nobody has seen to yet."""
    open_rows = (
        select(func.count()).select_from(alarms).where(alarms.c.seen_at.is_(None)),
        select(func.count()).select_from(handoffs).where(handoffs.c.closed_at.is_(None)),
        select(func.count()).select_from(misses).where(misses.c.resolved_at.is_(None)),
        select(func.count()).select_from(drafts).where(drafts.c.state == "waiting"),
        select(func.count()).select_from(residents).where(residents.c.unanswered_at.is_not(None)),
    )
    counts = connection.execute(select(*(one.scalar_subquery() for one in open_rows))).one()
    return WaitingCounts(*counts)


def record_miss(
    connection: Connection,
    *,
    openid: str,
    text: str,
    reason: str,
    entry: str,
    now: datetime,
    village: str = "",
) -> None:
    """Keep a question for staff; its personal numbers are masked already."""
    row = {"openid": openid, "text": text, "reason": reason, "entry": entry, "village": village}
    connection.execute(insert(misses).values(**row, recorded_at=now))


def record_handoff(
    connection: Connection,
    *,
    openid: str,
    kind: str,
    text: str,
    village: str,
    phone: str,
    media_id: str,
    now: datetime,
) -> None:
    """Queue a resident for a person; the phone is the one they confirmed."""
    connection.execute(
        insert(handoffs).values(
            openid=openid,
            kind=kind,
            text=text,
            village=village,
            phone=phone,
            media_id=media_id,
            recorded_at=now,
        )
    )


def raise_alarm(
    connection: Connection, *, openid: str, sign: str, text: str, now: datetime
) -> None:
    """Put a danger sign before staff."""
    connection.execute(insert(alarms).values(openid=openid, sign=sign, text=text, raised_at=now))


def list_misses(connection: Connection) -> Sequence[Miss]:
    """List unresolved misses, newest first."""
    found = connection.execute(
        select(misses).where(misses.c.resolved_at.is_(None)).order_by(misses.c.id.desc())
    )
    return [Miss(row.id, row.recorded_at, row.text, row.reason, row.entry) for row in found]


def list_handoffs(connection: Connection) -> Sequence[WaitingResident]:
    """List who waits for a person, the longest wait first."""
    return _read_handoffs(connection, handoffs.c.closed_at.is_(None))


def list_handoffs_of(connection: Connection, openid: str) -> Sequence[WaitingResident]:
    """List what one resident still waits for."""
    return _read_handoffs(
        connection, handoffs.c.closed_at.is_(None) & (handoffs.c.openid == openid)
    )


def find_handoff(connection: Connection, handoff_id: int) -> WaitingResident | None:
    """Return one that is still open."""
    open_one = handoffs.c.closed_at.is_(None) & (handoffs.c.id == handoff_id)
    return next(iter(_read_handoffs(connection, open_one)), None)


def _read_handoffs(connection: Connection, which: ColumnElement[bool]) -> Sequence[WaitingResident]:
    found = connection.execute(
        select(handoffs, staff.c.name.label("colleague"))
        .join(staff, staff.c.id == handoffs.c.assigned_to, isouter=True)
        .where(which)
        .order_by(handoffs.c.id)
    )
    return [
        WaitingResident(
            row.id,
            row.recorded_at,
            row.kind,
            row.village,
            row.phone,
            row.text,
            row.media_id,
            row.colleague or "",
        )
        for row in found
    ]


def assign_handoff(
    connection: Connection, handoff_id: int, *, staff_id: int, now: datetime
) -> bool:
    """Give an open one to a colleague; False when it is closed or gone."""
    done = connection.execute(
        update(handoffs)
        .where(handoffs.c.id == handoff_id, handoffs.c.closed_at.is_(None))
        .values(assigned_to=staff_id, assigned_at=now)
    )
    return done.rowcount == 1


def close_handoff(connection: Connection, handoff_id: int, *, by: int, now: datetime) -> bool:
    """Be done with one; False when somebody was before, or it is gone."""
    done = connection.execute(
        update(handoffs)
        .where(handoffs.c.id == handoff_id, handoffs.c.closed_at.is_(None))
        .values(closed_at=now, closed_by=by)
    )
    return done.rowcount == 1


def see_alarm(connection: Connection, alarm_id: int, *, by: int, now: datetime) -> bool:
    """Write that somebody saw to an alarm; False when somebody had, or it is gone."""
    done = connection.execute(
        update(alarms)
        .where(alarms.c.id == alarm_id, alarms.c.seen_at.is_(None))
        .values(seen_at=now, seen_by=by)
    )
    return done.rowcount == 1


def list_alarms(connection: Connection) -> Sequence[Alarm]:
    """List alarms nobody has seen, the oldest first."""
    found = connection.execute(
        select(alarms).where(alarms.c.seen_at.is_(None)).order_by(alarms.c.id)
    )
    return [Alarm(row.id, row.raised_at, row.sign, row.text) for row in found]


def list_unmailed_alarms(connection: Connection, *, since: datetime) -> Sequence[Alarm]:
    """List alarms raised since then that nobody has seen and no e-mail has told of."""
    untold = alarms.c.mailed_at.is_(None) & alarms.c.seen_at.is_(None)
    found = connection.execute(
        select(alarms).where(untold, alarms.c.raised_at >= since).order_by(alarms.c.id).limit(100)
    )
    return [Alarm(row.id, row.raised_at, row.sign, row.text) for row in found]


def note_mailed(connection: Connection, told: Sequence[Alarm], now: datetime) -> None:
    """Write that an e-mail told of these alarms."""
    ids = [alarm.id for alarm in told]
    connection.execute(update(alarms).where(alarms.c.id.in_(ids)).values(mailed_at=now))
