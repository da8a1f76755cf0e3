"""The database as commands open it: brought up to date first, given back at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.storage.database import Connection, Database


@contextmanager
def opened(settings: Any) -> Iterator[Database]:
    """Open the database, bringing a missing or old schema up to date first."""
    database = Database(settings().database.url)
    try:
        if not database.is_current():
            database.upgrade()
        yield database
    finally:
        database.close()


@contextmanager
def looking(settings: Any) -> Iterator[Connection]:
    """Open the database for reading."""
    with opened(settings) as database, database.reading() as connection:
        yield connection


@contextmanager
def changing(settings: Any) -> Iterator[Connection]:
    """Open the database for one transaction."""
    with opened(settings) as database, database.transaction() as connection:
        yield connection
