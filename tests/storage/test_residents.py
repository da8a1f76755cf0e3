"""One row a resident, moved by one message at a time."""

from dataclasses import replace
from datetime import datetime

from bot.storage import residents
from bot.storage.database import Database
from bot.storage.residents import Resident


def test_it_knows_a_stranger_as_blank(database: Database) -> None:
    with database.reading() as connection:
        assert residents.get(connection, "o1") == Resident("o1")


def test_it_remembers_what_was_written(database: Database, now: datetime) -> None:
    stranger = Resident("o1")
    with database.transaction() as connection:
        changed = replace(stranger, following=True, dialogue='{"step":"村"}')
        assert residents.move(connection, stranger, changed, now)
        assert residents.get(connection, "o1") == replace(changed, version=1)


def test_it_refuses_the_second_of_two_crossing_messages(database: Database, now: datetime) -> None:
    stranger = Resident("o1")
    with database.transaction() as connection:
        assert residents.move(connection, stranger, stranger, now)
        assert not residents.move(connection, stranger, stranger, now)
        seen = residents.get(connection, "o1")
        assert residents.move(connection, seen, seen, now)
        assert not residents.move(connection, seen, seen, now)


def test_it_counts_followers(database: Database, now: datetime) -> None:
    with database.transaction() as connection:
        for openid, following in (("o1", True), ("o2", False), ("o3", True)):
            blank = Resident(openid)
            residents.move(connection, blank, replace(blank, following=following), now)

        assert residents.count_following(connection) == 2
