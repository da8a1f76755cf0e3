"""Keys that may be taken: one of many writers wins, and the database decides which."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.storage import faults, leases, options, throttles
from bot.storage.database import Database
from bot.storage.tables import day_figures
from bot.storage.tokens import StoredToken
from bot.storage.upserts import InsertOnce

HOUR = timedelta(hours=1)
WRITERS = 8


def test_one_of_many_takes_a_lease(database: Database, now: datetime) -> None:
    with ExitStack() as processes:
        others = [processes.enter_context(closing(Database(database.url))) for _ in range(4)]

        def take(number: int) -> bool:
            with others[number % 4].transaction() as connection:
                return leases.take(
                    connection, name="bell", holder=str(number), now=now, lasting=HOUR
                )

        for moment in (now, now + 2 * HOUR):  # the second time a dead one's lease is there
            now = moment
            with ThreadPoolExecutor(WRITERS) as pool:
                assert list(pool.map(take, range(WRITERS))).count(True) == 1


def test_a_fault_that_many_meet_is_told_once(database: Database, now: datetime) -> None:
    with ExitStack() as processes:
        others = [processes.enter_context(closing(Database(database.url))) for _ in range(4)]

        def meet(number: int) -> bool:
            with others[number % 4].transaction() as connection:
                return faults.record(connection, kind="k", text=str(number), now=now)

        with ThreadPoolExecutor(WRITERS) as pool:
            assert list(pool.map(meet, range(WRITERS))).count(True) == 1
    with database.reading() as connection:
        (fault,) = faults.list_faults(connection)
    assert fault.times == WRITERS


def test_many_set_one_option_and_one_of_them_stays(database: Database, now: datetime) -> None:
    def store(number: int) -> None:
        with database.transaction() as connection:
            options.store(connection, "office", {"n": number}, changed_by=number, now=now)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(store, range(WRITERS)))
    with database.transaction() as connection:
        assert options.load(connection)["office"]["n"] in range(WRITERS)
        options.store(connection, "office", None, changed_by=1, now=now)
        assert options.load(connection) == {}


def test_many_wrong_passwords_are_all_counted(database: Database, now: datetime) -> None:
    def fail(number: int) -> None:
        del number
        with database.transaction() as connection:
            throttles.note_failure(connection, ["pair:a b"], now)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(fail, range(WRITERS)))
    with database.reading() as connection:
        waiting = throttles.remaining(connection, ["pair:a b"], now)
    assert waiting == throttles.wait_for(WRITERS, throttles.FREE["pair"])


def test_the_token_of_two_that_save_at_once_is_one_of_theirs(
    database: Database, now: datetime
) -> None:
    token = StoredToken(database, "wx1", lambda: now)
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda number: token.save(f"T{number}", now + HOUR), range(WRITERS)))

    kept = token.load()
    assert kept is not None
    assert kept[0] in {f"T{number}" for number in range(WRITERS)}


@pytest.mark.parametrize("rows", [0, 3])
def test_it_inserts_those_whose_keys_are_free(database: Database, now: datetime, rows: int) -> None:
    add = InsertOnce(day_figures, "day", "kind", "key", "decision")
    row = {"day": now.date(), "kind": "hour", "decision": "answer", "count": 1}
    wanted = [row | {"key": str(number)} for number in range(rows)]
    with database.transaction() as connection:
        assert add(connection, row | {"key": "0", "count": 9})
        assert not add(connection, row | {"key": "0"})
        add.insert_all(connection, wanted)
        found = connection.execute(
            select(day_figures.c.key, day_figures.c["count"]).order_by(day_figures.c.key)
        ).all()

    assert [tuple(one) for one in found] == [("0", 9), ("1", 1), ("2", 1)][: max(rows, 1)]
