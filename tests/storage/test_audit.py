"""What was done stays written, whatever the program above tries."""

from datetime import datetime

import pytest
from sqlalchemy import Executable, delete, update

from bot.errors import StorageError
from bot.storage import audit
from bot.storage.database import Database
from bot.storage.tables import audit as rows

REFUSED = "only ever added to"


@pytest.fixture
def written(database: Database, now: datetime) -> Database:
    with database.transaction() as connection:
        audit.record(connection, name="甲", action="entry.approve", subject="201", now=now)
    return database


@pytest.mark.parametrize(
    "change", [update(rows).values(name="乙"), delete(rows)], ids=["update", "delete"]
)
def test_it_refuses_every_change(written: Database, change: Executable) -> None:
    with pytest.raises(StorageError, match=REFUSED), written.transaction() as connection:
        connection.execute(change)

    with written.reading() as connection:
        assert [deed.name for deed in audit.list_deeds(connection)] == ["甲"]


def test_it_refuses_to_be_emptied(written: Database, database_kind: str) -> None:
    if database_kind == "postgresql":  # SQLite knows no TRUNCATE
        with pytest.raises(StorageError, match=REFUSED), written.transaction() as connection:
            connection.exec_driver_sql("TRUNCATE audit")

    with written.reading() as connection:
        assert len(audit.list_deeds(connection)) == 1


def test_it_is_written_with_the_deed_or_not_at_all(written: Database, now: datetime) -> None:
    def fail_half_way() -> None:
        with written.transaction() as connection:
            audit.record(connection, name="乙", action="entry.approve", now=now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with written.reading() as connection:
        assert [deed.name for deed in audit.list_deeds(connection, action="entry.")] == ["甲"]


def test_it_pages_and_filters(database: Database, now: datetime) -> None:
    with database.transaction() as connection:
        for number, action in enumerate(["entry.approve", "staff.add", "entry.edit"]):
            audit.record(connection, name=f"{number}", action=action, staff_id=number % 2, now=now)
        newest, *older = audit.list_deeds(connection)
        assert [deed.action for deed in older] == ["staff.add", "entry.approve"]
        assert audit.list_deeds(connection, before=newest.id) == older
        assert [deed.name for deed in audit.list_deeds(connection, action="entry.")] == ["2", "0"]
        assert audit.list_deeds(connection, action="entry_") == []
        assert [deed.name for deed in audit.list_deeds(connection, staff_id=1)] == ["1"]
