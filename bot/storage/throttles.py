"""Wrong passwords are counted by name and by address, and each costs a longer wait."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from bot.storage.tables import throttles
from bot.storage.upserts import InsertOrChange

FORGIVEN_AFTER = timedelta(hours=1)
FREE = {"pair": 5, "address": 20, "name": 50}
"""A whole office may sit behind one address, and a stranger elsewhere must not lock a clerk out."""
LONGEST_WAIT = timedelta(minutes=15)

_COUNT = InsertOrChange(
    throttles,
    "key",
    change=lambda wanted: {
        "failures": throttles.c.failures + 1,
        "last_failed_at": wanted.last_failed_at,
    },
)


def keys_of(name: str, address: str) -> Sequence[str]:
    """The counters that one attempt touches."""
    name, address = name[:64], address[:64]
    return f"pair:{name} {address}", f"address:{address}", f"name:{name}"


def wait_for(failures: int, free: int) -> timedelta:
    """How long after the last failure the next attempt is refused: doubling from 30 seconds."""
    if failures < free:
        return timedelta()
    return min(timedelta(seconds=30 * 2 ** min(failures - free, 10)), LONGEST_WAIT)


def remaining(connection: Connection, keys: Sequence[str], now: datetime) -> timedelta:
    """How long an attempt must still wait; zero when it may be made."""
    rows = connection.execute(select(throttles).where(throttles.c.key.in_(keys)))
    waits = [timedelta()]
    for row in rows:
        if now - row.last_failed_at > FORGIVEN_AFTER:
            continue
        free = FREE[row.key.partition(":")[0]]
        waits.append(row.last_failed_at + wait_for(row.failures, free) - now)
    return max(waits)


def note_failure(connection: Connection, keys: Sequence[str], now: datetime) -> None:
    """Count a wrong password; what lies an hour back is forgiven."""
    connection.execute(delete(throttles).where(throttles.c.last_failed_at < now - FORGIVEN_AFTER))
    for key in keys:
        _COUNT(connection, {"key": key, "failures": 1, "last_failed_at": now})


def forgive(connection: Connection, keys: Sequence[str]) -> None:
    """Forget the failures: the right password was given."""
    connection.execute(delete(throttles).where(throttles.c.key.in_(keys)))
