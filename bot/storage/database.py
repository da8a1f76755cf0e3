"""The engine, its transactions, and bringing the schema up to date."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import StorageError

__all__ = ["Connection", "Database"]

LOCK_WAIT_MILLISECONDS = 3000
"""Below the four seconds a reply may take: a locked database must end in a kind sentence."""

# BEGIN is given to SQLite's driver directly, so its own errors come unwrapped.
_DRIVER_ERRORS = (SQLAlchemyError, sqlite3.Error)


class Database:
    """One engine for the whole process."""

    def __init__(self, url: str, *, pool_size: int = 24) -> None:
        self.url = url
        self._engine = _create_engine(url, pool_size)
        self._hasty = self._engine.execution_options(hasty=True)
        self._reader = self._engine.execution_options(reading=True)
        self._writing = threading.Lock() if self._engine.dialect.name == "sqlite" else None

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, for migrations and tests."""
        return self._engine

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Connection]:
        """Open a write transaction; commit at the end, roll back on any exception.

        `durable=False` commits without waiting for the disk: other processes see the rows at
        once, and only a power cut can lose them. It is for claims, whose loss means no more than
        that the message is handled when WeChat repeats it.
        """
        engine = self._engine if durable else self._hasty
        try:
            with self._turn(), engine.begin() as connection:
                if not durable and engine.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
                yield connection
        except _DRIVER_ERRORS as error:
            raise _unavailable(error) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a read-only look: on SQLite it neither waits for writers nor blocks them."""
        try:
            with self._reader.connect() as connection:
                yield connection
        except _DRIVER_ERRORS as error:
            raise _unavailable(error) from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Queue this process's writers: SQLite lets one in, and would have the rest sleep."""
        if self._writing is None:
            yield
            return
        if not self._writing.acquire(timeout=LOCK_WAIT_MILLISECONDS / 1000):
            raise StorageError("数据库一直被占用")
        try:
            yield
        finally:
            self._writing.release()

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def upgrade(self) -> None:
        """Bring the schema to this release's; a failed step leaves the former one in place."""
        try:
            with self._engine.begin() as connection:
                command.upgrade(_alembic(connection), "head")
        except SQLAlchemyError as error:
            raise StorageError(f"数据库升级没有成功，原来的数据没有改动：{error}") from error

    def is_current(self) -> bool:
        """Tell whether the schema is this release's."""
        from alembic.runtime.migration import MigrationContext

        with self._engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        return current == ScriptDirectory.from_config(_alembic(None)).get_current_head()


def _unavailable(error: Exception) -> StorageError:
    # The statement's parameters are residents' words: only the driver's own message is kept.
    cause = error if isinstance(error, sqlite3.Error) else getattr(error, "orig", None)
    cause = cause or type(error).__name__
    return StorageError(f"数据库暂时用不了：{cause}")


def _alembic(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _create_engine(url: str, pool_size: int) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError(f"数据库地址写得不对：{url.split('@')[-1]}") from None
    if parsed.get_backend_name() == "sqlite":
        return _create_sqlite(url, parsed.database, pool_size)
    return create_engine(url, pool_size=pool_size, max_overflow=8, pool_pre_ping=True)


def _create_sqlite(url: str, database: str | None, pool_size: int) -> Engine:
    if database and database != ":memory:":
        try:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"建不了数据库所在的文件夹：{error.strerror}") from None
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=8, connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    # The driver must not open transactions by itself: it would begin them as readers and then
    # fail with "database is locked" at the first write instead of waiting its turn.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_MILLISECONDS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    record.info["synchronous"] = "FULL"


def _begin_sqlite(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    if options.get("reading"):
        connection.exec_driver_sql("BEGIN DEFERRED")
        return
    wanted = "NORMAL" if options.get("hasty") else "FULL"
    # Asking the driver itself keeps this off SQLAlchemy's path: it runs for every message.
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    if connection.info.get("synchronous") != wanted:
        raw.execute(f"PRAGMA synchronous = {wanted}")
        connection.info["synchronous"] = wanted
    raw.execute("BEGIN IMMEDIATE")
