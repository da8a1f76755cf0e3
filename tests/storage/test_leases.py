"""One holder at a time; a dead one's lease runs out."""

from datetime import datetime, timedelta

from bot.clock import SHANGHAI
from bot.storage import faults, leases
from bot.storage.database import Database
from bot.storage.tokens import StoredToken

LASTING = timedelta(seconds=15)


def take(database: Database, holder: str, now: datetime) -> bool:
    with database.transaction() as connection:
        return leases.take(connection, name="bell", holder=holder, now=now, lasting=LASTING)


def test_it_gives_the_lease_to_one(database: Database, now: datetime) -> None:
    assert take(database, "a", now)
    assert not take(database, "b", now)
    assert take(database, "a", now + LASTING / 2)


def test_it_gives_a_dead_holders_lease_to_the_next(database: Database, now: datetime) -> None:
    take(database, "a", now)

    assert take(database, "b", now + LASTING * 1.1)
    assert not take(database, "a", now + LASTING * 1.2)


def test_it_frees_a_released_lease_at_once(database: Database, now: datetime) -> None:
    take(database, "a", now)
    with database.transaction() as connection:
        leases.release(connection, name="bell", holder="a")

    assert take(database, "b", now)


def test_it_shares_the_access_token(database: Database, now: datetime) -> None:
    mine = StoredToken(database, "wx1", lambda: now)
    theirs = StoredToken(database, "wx1", lambda: now)
    with mine.refreshing():
        mine.save("T1", now + timedelta(hours=2))

    assert theirs.load() == ("T1", datetime(2026, 11, 23, 11, 0, tzinfo=SHANGHAI))
    assert StoredToken(database, "wx2", lambda: now).load() is None


def test_it_tells_a_fault_once_and_counts_it(database: Database, now: datetime) -> None:
    with database.transaction() as connection:
        assert faults.record(connection, kind="answer:KeyError", text="x", now=now)
        assert not faults.record(connection, kind="answer:KeyError", text="x", now=now)
        (fault,) = faults.list_faults(connection)

    assert fault.times == 2
