"""The schema and its transactions."""

from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from bot.errors import StorageError
from bot.storage import faults
from bot.storage.database import Database
from bot.storage.schema import alembic_config
from bot.storage.tables import metadata


def test_it_migrates_to_the_schema_of_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        difference = compare_metadata(context, metadata)

    assert difference == []


def test_it_has_one_migration_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_it_knows_whether_the_schema_is_current(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")
    assert not database.is_current()
    database.upgrade()
    assert database.is_current()
    database.upgrade()
    database.close()


def test_it_gives_every_moment_a_zone(database: Database) -> None:
    naive = datetime(2026, 11, 23)
    with pytest.raises(StorageError), database.transaction() as connection:
        faults.record(connection, kind="k", text="t", now=naive)


def test_it_rolls_back_what_fails(database: Database, now: datetime) -> None:
    def fail_half_way() -> None:
        with database.transaction() as connection:
            faults.record(connection, kind="k", text="t", now=now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with database.reading() as connection:
        assert faults.list_faults(connection) == []


def test_it_reads_while_somebody_writes(database: Database, now: datetime) -> None:
    with database.transaction() as writing:
        faults.record(writing, kind="k", text="t", now=now)
        with database.reading() as reading:
            assert faults.list_faults(reading) == []


def test_it_commits_durably_unless_told_otherwise(database: Database, database_kind: str) -> None:
    question, durable, hasty = {
        # SQLite's numbers: 2 waits for the disk at every commit, 1 does not.
        "sqlite": ("PRAGMA synchronous", 2, 1),
        "postgresql": ("SHOW synchronous_commit", "on", "off"),
    }[database_kind]

    def synchronous(*, durable: bool) -> object:
        with database.transaction(durable=durable) as connection:
            return connection.exec_driver_sql(question).scalar_one()

    assert [synchronous(durable=value) for value in (True, False, True)] == [
        durable,
        hasty,
        durable,
    ]


def test_it_reports_a_locked_database_in_time(
    database: Database, database_kind: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.database.LOCK_WAIT_MILLISECONDS", 50)
    locked = Database(database.url)
    with database.transaction() as other:  # on SQLite the transaction itself locks
        if database_kind == "postgresql":
            other.exec_driver_sql("LOCK TABLE faults")
        with pytest.raises(StorageError, match="lock"), locked.transaction() as connection:
            faults.record(connection, kind="k", text="t", now=now)
    locked.close()


def test_it_never_shows_what_a_resident_wrote_in_an_error(database: Database) -> None:
    with pytest.raises(StorageError) as caught, database.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO nowhere VALUES ('我邻居打我')")

    assert "邻居" not in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/nowhere/x.db"])
def test_it_explains_a_bad_address(url: str) -> None:
    with pytest.raises(StorageError):
        Database(url)


def test_it_can_create_every_table_on_postgresql() -> None:
    dialect = postgresql.dialect()
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))


def test_it_starts_from_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "feisu.db").touch()
    database = Database(f"sqlite:///{tmp_path}/feisu.db")
    database.upgrade()

    tables = inspect(create_engine(database.url)).get_table_names()
    assert "inbox" in tables
    database.close()
