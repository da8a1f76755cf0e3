"""Works that wait for each other are committed together, and fail each for itself."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import Connection

from bot.storage import faults
from bot.storage.database import Database, UndoneError
from bot.storage.group_commit import GroupCommit

Work = Callable[[Connection], str]


class Office:
    """A database whose first writer can be held up while others gather behind it."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.now = now
        self.commits = 0
        self.group = GroupCommit(self.counted)
        self.entered = threading.Event()
        self.go_on = threading.Event()

    @contextmanager
    def counted(self) -> Iterator[Connection]:
        with self.database.transaction() as connection:
            yield connection
        self.commits += 1

    def record(self, kind: str) -> Work:
        def work(connection: Connection) -> str:
            faults.record(connection, kind=kind, text=kind, now=self.now)
            return kind

        return work

    def hold(self, connection: Connection) -> str:
        """Keep the transaction open until told."""
        self.entered.set()
        assert self.go_on.wait(10)
        return "held"

    def run_together(self, works: list[Work]) -> list["Future[str]"]:
        """Start the works while the first is held up, so that they make one group."""
        with ThreadPoolExecutor(len(works) + 1) as pool:
            first = pool.submit(self.group.run, self.hold)
            assert self.entered.wait(10)
            started = [pool.submit(self.group.run, work) for work in works]
            while len(self.group._jobs) < len(works):
                pass
            self.go_on.set()
        assert first.result() == "held"
        return started

    def kinds(self) -> list[str]:
        with self.database.reading() as connection:
            return sorted(f"{one.kind}×{one.times}" for one in faults.list_faults(connection))


@pytest.fixture
def office(database: Database, now: datetime) -> Office:
    return Office(database, now)


def test_it_commits_those_who_wait_together(office: Office) -> None:
    kinds = [f"k{number}" for number in range(10)]
    done = office.run_together([office.record(kind) for kind in kinds])
    assert [one.result() for one in done] == kinds
    assert office.kinds() == [f"{kind}×1" for kind in kinds]
    assert office.commits == 2


def test_it_takes_no_more_than_a_group_at_a_time(office: Office) -> None:
    kinds = [f"k{number:02}" for number in range(40)]
    done = office.run_together([office.record(kind) for kind in kinds])
    assert [one.result() for one in done] == kinds
    assert office.kinds() == [f"{kind}×1" for kind in kinds]
    assert office.commits == 1 + 3


@pytest.mark.parametrize("place", [0, 3])
def test_what_must_not_be_written_takes_nobody_along(office: Office, place: int) -> None:
    def undone(connection: Connection) -> str:
        office.record("never")(connection)
        raise UndoneError

    works = [office.record(f"k{number}") for number in range(5)]
    done = office.run_together([*works[:place], undone, *works[place:]])
    assert isinstance(done.pop(place).exception(), UndoneError)
    assert [one.result() for one in done] == [f"k{number}" for number in range(5)]
    assert office.kinds() == [f"k{number}×1" for number in range(5)]


def test_a_fault_of_ours_reaches_its_author_and_loses_nothing_of_the_followers(
    office: Office,
) -> None:
    def broken(connection: Connection) -> str:
        raise ZeroDivisionError

    works = [office.record(f"k{number}") for number in range(3)]
    done = office.run_together([broken, *works])
    assert isinstance(done[0].exception(), ZeroDivisionError)
    assert [one.result() for one in done[1:]] == ["k0", "k1", "k2"]
    assert office.kinds() == ["k0×1", "k1×1", "k2×1"]
    assert office.group.run(office.record("next")) == "next"


def test_it_goes_on_after_a_failure(office: Office) -> None:
    def undone(connection: Connection) -> str:
        raise UndoneError

    for _ in range(2):
        with pytest.raises(UndoneError):
            office.group.run(undone)
    assert office.group.run(office.record("k")) == "k"
    assert office.kinds() == ["k×1"]


def test_many_threads_write_everything_once(office: Office) -> None:
    kinds = [f"k{number:03}" for number in range(300)]
    with ThreadPoolExecutor(12) as pool:
        written = list(pool.map(lambda kind: office.database.write(office.record(kind)), kinds))
    assert written == kinds
    assert office.kinds() == [f"{kind}×1" for kind in kinds]
