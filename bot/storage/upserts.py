"""Inserting where the key may be taken: one statement, so that two processes cannot both pass."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]
_INSERTS: Mapping[str, Callable[[Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
# Without it SQLAlchemy does not ask PostgreSQL how many rows an INSERT has written.
_COUNTED = {"preserve_rowcount": True}


class InsertOnce:
    """Inserts a row unless another has its key."""

    def __init__(self, table: Table, *key: str) -> None:
        self._statements = {
            name: insert(table)
            .on_conflict_do_nothing(index_elements=key)
            .execution_options(**_COUNTED)
            for name, insert in _INSERTS.items()
        }

    def __call__(self, connection: Connection, row: Row) -> bool:
        """Insert the row; False when its key was taken."""
        done = connection.execute(self._statements[connection.dialect.name], row)
        return done.rowcount == 1

    def insert_all(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Insert those rows whose keys are free."""
        if rows:
            connection.execute(self._statements[connection.dialect.name], rows)


class InsertOrChange:
    """Inserts a row, or changes the one that has its key.

    `change` is given the row that would have been inserted, `only_if` too: where it does not
    hold, the row that is there stays as it is.
    """

    def __init__(
        self,
        table: Table,
        *key: str,
        change: Callable[[Any], Row],
        only_if: Callable[[Any], ColumnElement[bool]] | None = None,
    ) -> None:
        self._statements = {}
        for name, insert in _INSERTS.items():
            statement = insert(table)
            wanted = statement.excluded
            self._statements[name] = statement.on_conflict_do_update(
                index_elements=key,
                set_=change(wanted),
                where=only_if(wanted) if only_if else None,
            ).execution_options(**_COUNTED)

    def __call__(self, connection: Connection, row: Row) -> bool:
        """Insert or change; False when the row that is there had to stay as it is."""
        done = connection.execute(self._statements[connection.dialect.name], row)
        return done.rowcount == 1
