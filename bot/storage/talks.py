"""Talks as staff see them: found without an openid ever leaving the database, held, handed back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.storage.tables import alarms, handoffs, inbox, notes, residents, staff

WINDOW = 40_000
"""How many messages one page looks through: a search stays fast however many there are."""

_TABLES = {"m": inbox, "h": handoffs, "a": alarms}


@dataclass(frozen=True)
class Wanted:
    """Which talks somebody looks for; an empty field wants everything."""

    words: str = ""
    decision: str = ""
    village: str = ""


@dataclass(frozen=True)
class Talk:
    """One resident's talk, by its latest message that was looked for."""

    reference: str
    name: str
    text: str
    decision: str
    village: str
    last_at: datetime
    count: int
    """How many messages were looked for and found among those looked through."""
    held_by: str = ""
    unanswered_at: datetime | None = None


@dataclass(frozen=True)
class TalkPage:
    """Talks found among `WINDOW` messages; `before` is where to look on, None at the end."""

    talks: Sequence[Talk]
    more: bool
    before: int | None


@dataclass(frozen=True)
class Spoken:
    """One message and what it was answered; personal numbers are masked."""

    id: int
    at: datetime
    kind: str
    text: str
    reply: str | None
    decision: str | None
    entry: str


@dataclass(frozen=True)
class Note:
    """What a colleague wrote down; the resident never sees it."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True)
class Standing:
    """How it stands between the office and a resident."""

    following: bool = False
    village: str = ""
    held_by: int | None = None
    holder: str = ""
    held_until: datetime | None = None
    unanswered_at: datetime | None = None
    last_said_at: datetime | None = None
    notes: Sequence[Note] = field(default_factory=tuple)

    def is_held(self, now: datetime) -> bool:
        """Whether somebody holds the talk at this moment."""
        return self.held_until is not None and now < self.held_until


def nickname(openid: str) -> str:
    """Name a resident for staff: the same every time, and nobody finds the openid from it."""
    return "居民" + hashlib.sha256(openid.encode()).hexdigest()[:6].upper()


def find_openid(connection: Connection, reference: str) -> str | None:
    """Return whose talk is meant by `m12` (a message), `h3` (a hand-off) or `a1` (an alarm)."""
    table = _TABLES.get(reference[:1])
    if table is None or not reference[1:].isdecimal() or len(reference) > 18:
        return None
    found = connection.execute(select(table.c.openid).where(table.c.id == int(reference[1:])))
    return found.scalar_one_or_none() or None


def list_talks(
    connection: Connection, wanted: Wanted, *, before: int | None, offset: int, limit: int
) -> TalkPage:
    """List talks with a message that is wanted, latest first, among those below id `before`."""
    newest = connection.execute(select(func.max(inbox.c.id))).scalar_one() or 0
    end = min(before if before is not None else newest + 1, newest + 1)
    start = end - WINDOW
    last = func.max(inbox.c.id).label("last")
    matching = (
        select(inbox.c.openid, last, func.count().label("found"))
        .where(inbox.c.id >= start, inbox.c.id < end, inbox.c.openid != "")
        .group_by(inbox.c.openid)
        .order_by(last.desc())
        .offset(offset)
        .limit(limit + 1)
    )
    for word in wanted.words.split():
        matching = matching.where(inbox.c.text.contains(word, autoescape=True))
    if wanted.decision:
        matching = matching.where(inbox.c.decision == wanted.decision)
    if wanted.village:
        matching = matching.where(inbox.c.village == wanted.village)
    found = connection.execute(matching).all()
    talks = _tell(connection, {row.last: row.found for row in found[:limit]})
    older = (
        start > 1
        and connection.execute(select(inbox.c.id).where(inbox.c.id < start).limit(1)).first()
    )
    return TalkPage(talks, more=len(found) > limit, before=start if older else None)


def list_unanswered(connection: Connection) -> Sequence[Talk]:
    """List talks in which somebody waits for the person who holds them, the longest wait first."""
    latest = (
        select(func.max(inbox.c.id)).where(inbox.c.openid == residents.c.openid).scalar_subquery()
    )
    found = connection.execute(select(latest).where(residents.c.unanswered_at.is_not(None)))
    talks = _tell(connection, {one: 1 for one in found.scalars() if one is not None})
    return sorted(talks, key=lambda talk: talk.unanswered_at or talk.last_at)


def _tell(connection: Connection, counts: dict[int, int]) -> Sequence[Talk]:
    wanted = (
        select(
            inbox.c.id,
            inbox.c.openid,
            inbox.c.text,
            inbox.c.kind,
            inbox.c.decision,
            inbox.c.received_at,
            residents.c.village,
            residents.c.unanswered_at,
            residents.c.held_until,
            staff.c.name,
        )
        .join(residents, residents.c.openid == inbox.c.openid, isouter=True)
        .join(staff, staff.c.id == residents.c.held_by, isouter=True)
        .where(inbox.c.id.in_(list(counts)))
        .order_by(inbox.c.id.desc())
    )
    return [
        Talk(
            reference=f"m{row.id}",
            name=nickname(row.openid),
            text=row.text or row.kind,
            decision=row.decision or "",
            village=row.village or "",
            last_at=row.received_at,
            count=counts[row.id],
            held_by=row.name or "",
            unanswered_at=row.unanswered_at,
        )
        for row in connection.execute(wanted)
    ]


def list_spoken(
    connection: Connection, openid: str, *, before: int | None = None, limit: int = 100
) -> Sequence[Spoken]:
    """List a resident's messages with their replies, the latest `limit`, oldest first."""
    wanted = select(inbox).where(inbox.c.openid == openid).order_by(inbox.c.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(inbox.c.id < before)
    return [_read(row) for row in reversed(connection.execute(wanted).all())]


def _read(row: Row[tuple[object, ...]]) -> Spoken:
    return Spoken(row.id, row.received_at, row.kind, row.text, row.reply, row.decision, row.entry)


def find_standing(connection: Connection, openid: str, said: Sequence[str]) -> Standing:
    """Return how it stands; `said` are the kinds of message with which a resident speaks."""
    row = connection.execute(
        select(residents, staff.c.name)
        .join(staff, staff.c.id == residents.c.held_by, isouter=True)
        .where(residents.c.openid == openid)
    ).one_or_none()
    if row is None:
        return Standing(notes=_list_notes(connection, openid))
    last = (
        select(inbox.c.received_at)
        .where(inbox.c.openid == openid, inbox.c.kind.in_(said))
        .order_by(inbox.c.id.desc())
        .limit(1)
    )
    return Standing(
        following=row.following,
        village=row.village,
        held_by=row.held_by,
        holder=row.name or "",
        held_until=row.held_until,
        unanswered_at=row.unanswered_at,
        last_said_at=connection.execute(last).scalar_one_or_none(),
        notes=_list_notes(connection, openid),
    )


def _list_notes(connection: Connection, openid: str) -> Sequence[Note]:
    found = connection.execute(
        select(notes.c.created_at, notes.c.text, staff.c.name)
        .join(staff, staff.c.id == notes.c.staff_id, isouter=True)
        .where(notes.c.openid == openid)
        .order_by(notes.c.id)
    )
    return [Note(row.created_at, row.name or "", row.text) for row in found]


def add_note(
    connection: Connection, openid: str, *, staff_id: int, text: str, now: datetime
) -> None:
    """Write something down about a talk."""
    row = {"openid": openid, "staff_id": staff_id, "text": text, "created_at": now}
    connection.execute(insert(notes).values(**row))


def hold(connection: Connection, openid: str, *, staff_id: int, until: datetime) -> bool:
    """Let the member of staff hold the talk; False when nothing is kept of the resident."""
    held = connection.execute(
        update(residents)
        .where(residents.c.openid == openid)
        .values(held_by=staff_id, held_until=until)
    )
    return held.rowcount == 1


def note_answered(connection: Connection, openid: str) -> None:
    """Write that the resident waits for nobody any more."""
    connection.execute(
        update(residents).where(residents.c.openid == openid).values(unanswered_at=None)
    )


def hand_back(connection: Connection, openid: str) -> None:
    """Let the bot answer again."""
    connection.execute(
        update(residents)
        .where(residents.c.openid == openid)
        .values(held_by=None, held_until=None, unanswered_at=None)
    )
