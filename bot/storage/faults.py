"""Faults of ours that staff should know of: one row a kind, counted, so that they tell once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.storage.tables import faults
from bot.storage.upserts import InsertOnce


@dataclass(frozen=True)
class Fault:
    """One kind of fault and how often it came."""

    kind: str
    text: str
    times: int
    first_at: datetime
    last_at: datetime


_ADD = InsertOnce(faults, "kind")


def record(connection: Connection, *, kind: str, text: str, now: datetime) -> bool:
    """Count a fault; True when it is the first of its kind, the moment to tell somebody."""
    row = {"kind": kind, "text": text, "times": 1, "first_at": now, "last_at": now}
    if _ADD(connection, row):
        return True
    connection.execute(
        update(faults)
        .where(faults.c.kind == kind)
        .values(text=text, times=faults.c.times + 1, last_at=now)
    )
    return False


def list_faults(connection: Connection) -> Sequence[Fault]:
    """List what went wrong, the latest first."""
    found = connection.execute(select(faults).order_by(faults.c.last_at.desc()))
    return [Fault(row.kind, row.text, row.times, row.first_at, row.last_at) for row in found]


def find(connection: Connection, kind: str) -> Fault | None:
    """Return one kind of fault, if it ever came."""
    row = connection.execute(select(faults).where(faults.c.kind == kind)).one_or_none()
    return Fault(row.kind, row.text, row.times, row.first_at, row.last_at) if row else None
