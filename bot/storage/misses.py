"""Questions without an approved answer, from being recorded to being done with.

    open ──► answered       a re-run showed that they are answered now
      ├────► fixed          somebody mended the answer that was called wrong
      ├────► out-of-scope   not this office's matter
      └────► dismissed      nothing to be done: a slip, a joke, a second time the same

What was done with may be reopened; `resolved_at` alone says whether a row is open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, func, select, update

from bot.storage.tables import misses, staff

RESOLUTIONS = ("answered", "fixed", "out-of-scope", "dismissed")


@dataclass(frozen=True)
class OpenMiss:
    """One question nobody is done with; its personal numbers are masked."""

    id: int
    recorded_at: datetime
    text: str
    reason: str
    entry: str
    village: str


@dataclass(frozen=True)
class ResolvedMiss:
    """One question that is done with, how, by whom and when."""

    miss: OpenMiss
    resolution: str
    resolved_at: datetime
    by: str


_OPEN = misses.c.resolved_at.is_(None)


def count_open(connection: Connection) -> int:
    """Count the open ones."""
    return connection.execute(select(func.count()).where(_OPEN)).scalar_one()


def list_open(connection: Connection, *, limit: int) -> Sequence[OpenMiss]:
    """List open ones, newest first."""
    found = connection.execute(
        select(misses).where(_OPEN).order_by(misses.c.id.desc()).limit(limit)
    )
    return [_read(row) for row in found]


def find_open(connection: Connection, ids: Sequence[int]) -> Sequence[OpenMiss]:
    """Return those of the rows that are still open."""
    return [_read(row) for row in connection.execute(_of(ids).where(_OPEN))]


def resolve(
    connection: Connection, ids: Sequence[int], *, resolution: str, by: int, now: datetime
) -> int:
    """Be done with open rows; return how many were still open."""
    done = connection.execute(
        update(misses)
        .where(misses.c.id.in_(ids), _OPEN)
        .values(resolved_at=now, resolution=resolution, resolved_by=by)
    )
    return done.rowcount


def reopen(connection: Connection, miss_id: int) -> bool:
    """Put a row back among the open ones; False when it is there or gone."""
    done = connection.execute(
        update(misses)
        .where(misses.c.id == miss_id, misses.c.resolved_at.is_not(None))
        .values(resolved_at=None, resolution="", resolved_by=None)
    )
    return done.rowcount == 1


def list_resolved(connection: Connection, *, limit: int) -> Sequence[ResolvedMiss]:
    """List what was done with, latest first."""
    wanted = (
        select(misses, staff.c.name.label("by"))
        .join(staff, staff.c.id == misses.c.resolved_by, isouter=True)
        .where(misses.c.resolved_at.is_not(None))
        .order_by(misses.c.resolved_at.desc(), misses.c.id.desc())
        .limit(limit)
    )
    return [
        ResolvedMiss(_read(row), row.resolution, row.resolved_at, row.by or "")
        for row in connection.execute(wanted)
    ]


def _of(ids: Sequence[int]) -> Select[tuple[object, ...]]:
    return select(misses).where(misses.c.id.in_(ids)).order_by(misses.c.id)


def _read(row: Row[tuple[object, ...]]) -> OpenMiss:
    return OpenMiss(row.id, row.recorded_at, row.text, row.reason, row.entry, row.village)
