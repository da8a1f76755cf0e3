"""A day at the stall: what was counted, asked and photographed, and the record written of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, select

from bot.storage.tables import event_records, stall_photos, stall_taps
from bot.storage.upserts import InsertOnce, InsertOrChange

PEOPLE, LEAFLET, TOPIC = "people", "leaflet:", "topic:"
MAX_COUNT = 10_000
MAX_PHOTOS = 30

_TAP = InsertOnce(stall_taps, "once")
_PHOTO = InsertOnce(stall_photos, "once")
_RECORD = InsertOrChange(
    event_records,
    "event",
    "day",
    change=lambda wanted: {name: wanted[name] for name in ("fields", "written_by", "written_at")},
)


@dataclass(frozen=True)
class Tally:
    """What was counted at one event on one day; a kind is never below zero."""

    event: str
    day: date
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def headcount(self) -> int:
        """How many people came."""
        return self.counts.get(PEOPLE, 0)

    @property
    def leaflets(self) -> int:
        """How many leaflets were handed out, of all kinds."""
        return sum(count for kind, count in self.counts.items() if kind.startswith(LEAFLET))

    @property
    def questions(self) -> int:
        """How many questions were answered, on all topics."""
        return sum(count for kind, count in self.counts.items() if kind.startswith(TOPIC))

    def of(self, prefix: str) -> Mapping[str, int]:
        """Return the counts of one sort, most first, by their bare names."""
        found = {k.removeprefix(prefix): n for k, n in self.counts.items() if k.startswith(prefix)}
        return dict(sorted(found.items(), key=lambda row: -row[1]))


@dataclass(frozen=True)
class Record:
    """What the office wrote of an event afterwards."""

    fields: Mapping[str, str]
    written_by: str
    written_at: datetime


def tap(
    connection: Connection,
    event: str,
    day: date,
    *,
    kind: str,
    count: int,
    once: str,
    staff_id: int,
    now: datetime,
) -> bool:
    """Count something; False where this very tap was counted before."""
    row = {
        "event": event,
        "day": day,
        "kind": kind,
        "count": count,
        "once": once,
        "staff_id": staff_id,
        "tapped_at": now,
    }
    return _TAP(connection, row)


def find_tally(connection: Connection, event: str, day: date) -> Tally:
    """Add up one event's day."""
    found = connection.execute(
        select(stall_taps.c.kind, func.sum(stall_taps.c.count))
        .where(stall_taps.c.event == event, stall_taps.c.day == day)
        .group_by(stall_taps.c.kind)
    )
    return Tally(event, day, {row[0]: max(0, int(row[1])) for row in found})


def list_tallies(connection: Connection, first: date, last: date) -> Sequence[Tally]:
    """Add up every day of a period on which something was counted, in order."""
    found = connection.execute(
        select(
            stall_taps.c.day, stall_taps.c.event, stall_taps.c.kind, func.sum(stall_taps.c.count)
        )
        .where(stall_taps.c.day >= first, stall_taps.c.day <= last)
        .group_by(stall_taps.c.day, stall_taps.c.event, stall_taps.c.kind)
        .order_by(stall_taps.c.day, stall_taps.c.event)
    )
    counts: dict[tuple[date, str], dict[str, int]] = {}
    for day, event, kind, total in found:
        counts.setdefault((day, event), {})[kind] = max(0, int(total))
    return [Tally(event, day, found) for (day, event), found in counts.items()]


def add_photo(
    connection: Connection,
    event: str,
    day: date,
    *,
    content: bytes,
    once: str,
    staff_id: int,
    now: datetime,
) -> bool:
    """Keep a photo; False where this very one is kept already, or there are enough."""
    if len(list_photos(connection, event, day)) >= MAX_PHOTOS:
        return False
    row = {
        "event": event,
        "day": day,
        "content": content,
        "once": once,
        "staff_id": staff_id,
        "taken_at": now,
    }
    return _PHOTO(connection, row)


def list_photos(connection: Connection, event: str, day: date) -> Sequence[int]:
    """List the numbers of the photos of a day."""
    wanted = select(stall_photos.c.id).where(
        stall_photos.c.event == event, stall_photos.c.day == day
    )
    return connection.execute(wanted.order_by(stall_photos.c.id)).scalars().all()


def find_photo(connection: Connection, photo_id: int) -> bytes | None:
    """Return a photo."""
    wanted = select(stall_photos.c.content).where(stall_photos.c.id == photo_id)
    found = connection.execute(wanted).scalar_one_or_none()
    return bytes(found) if found is not None else None


def remove_photo(connection: Connection, photo_id: int) -> bool:
    """Delete a photo for good; False where there is none."""
    removed = connection.execute(delete(stall_photos).where(stall_photos.c.id == photo_id))
    return removed.rowcount == 1


def store_record(
    connection: Connection,
    event: str,
    day: date,
    *,
    fields: Mapping[str, str],
    written_by: str,
    now: datetime,
) -> None:
    """Write the record of an event's day; a later one takes its place."""
    row = {
        "event": event,
        "day": day,
        "fields": json.dumps(fields, ensure_ascii=False),
        "written_by": written_by,
        "written_at": now,
    }
    _RECORD(connection, row)


def find_record(connection: Connection, event: str, day: date) -> Record | None:
    """Return what was written of an event's day."""
    row = connection.execute(
        select(event_records).where(event_records.c.event == event, event_records.c.day == day)
    ).one_or_none()
    return Record(json.loads(row.fields), row.written_by, row.written_at) if row else None
