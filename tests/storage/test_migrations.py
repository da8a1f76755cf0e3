"""Every step from the first release on, with data, on both kinds of database."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    inspect,
    select,
)

from bot.storage import figures, privacy
from bot.storage.database import Database
from bot.storage.schema import alembic_config
from bot.storage.tables import metadata

FIRST = "0001"
DAY = date(2026, 11, 3)
MOMENT = datetime(2026, 11, 3, 1, 30, tzinfo=UTC)
ROWS = 3


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    with closing(Database(empty_url)) as database:
        yield database


def upgrade_to(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        command.upgrade(alembic_config(connection), revision)


def value_for(column: Column[Any], number: int) -> Any:
    """Make a value that tells the row apart."""
    kinds: Mapping[type, Any] = {
        Boolean: bool(number % 2),
        Integer: number,
        BigInteger: number,
        Float: number / 4,
        Date: DAY,
        DateTime: MOMENT,
        LargeBinary: b"\x00\xff" * number,
    }
    for kind, value in kinds.items():
        if isinstance(column.type, kind):
            return value
    assert isinstance(column.type, String), column
    return f"{column.name[:20]}{number}村"[: column.type.length or 30]


def fill(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Put rows into every table that the database has; return them."""
    known = MetaData()
    known.reflect(connection)
    filled = {}
    for table in known.sorted_tables:
        if table.name == "alembic_version":
            continue
        rows = [
            {column.name: value_for(column, number) for column in table.columns}
            for number in range(1, ROWS + 1)
        ]
        connection.execute(insert(table), rows)
        filled[table.name] = rows
    return filled


def read(connection: Connection, name: str, columns: list[str]) -> list[dict[str, Any]]:
    table = Table(name, MetaData(), autoload_with=connection)
    found = connection.execute(select(*(table.c[column] for column in columns)))
    return [plain(dict(row)) for row in found.mappings()]


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Compare moments as both databases keep them: SQLite without a zone."""
    return {
        name: value.astimezone(UTC).replace(tzinfo=None)
        if isinstance(value, datetime) and value.tzinfo
        else value
        for name, value in row.items()
    }


def test_data_of_the_first_release_is_all_there(empty: Database) -> None:
    upgrade_to(empty, FIRST)
    with empty.engine.begin() as connection:
        filled = fill(connection)
    assert {"inbox", "residents", "notices", "deliveries", "daily_counts"} <= set(filled)

    empty.upgrade()

    with empty.engine.connect() as connection:
        for name, rows in filled.items():
            found = read(connection, name, list(rows[0]))
            assert sorted(found, key=str) == sorted(map(plain, rows), key=str), name
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_what_was_upgraded_goes_on(empty: Database, now: datetime) -> None:
    """Counts of the first release, which knew no hour, still stand in the figures."""
    upgrade_to(empty, FIRST)
    with empty.engine.begin() as connection:
        fill(connection)
    empty.upgrade()

    with empty.transaction() as connection:
        privacy.forget_old_messages(connection, now=now, keep_days=1)
        counts = figures.load(connection, DAY, DAY, today=now.date())

    living, kept = ROWS, sum(range(1, ROWS + 1))
    assert sum(counts.days[DAY].values()) == living + kept
    assert sum(counts.hours[figures.UNKNOWN_HOUR].values()) == kept


def test_each_step_may_be_the_last(empty: Database) -> None:
    """Whoever upgrades one release at a time gets the same schema."""
    script = ScriptDirectory.from_config(alembic_config())
    for step in reversed(list(script.walk_revisions())):
        upgrade_to(empty, step.revision)
    with empty.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_it_keeps_the_former_schema_when_a_step_fails(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade_to(empty, FIRST)
    before = set(inspect(empty.engine).get_table_names())

    def fail(name: str) -> None:
        raise RuntimeError(f"power cut while dropping {name}")

    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.drop_table", fail)  # most of the second step is done by then
        with pytest.raises(RuntimeError):
            empty.upgrade()

    assert set(inspect(empty.engine).get_table_names()) == before
    assert not empty.is_current()
    empty.upgrade()
    assert empty.is_current()
