"""The engine, its transactions, and bringing the schema up to date."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import StorageError
from bot.storage.group_commit import GroupCommit, UndoneError

__all__ = ["Connection", "Database", "UndoneError"]

Result = TypeVar("Result")

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
        is_sqlite = self._engine.dialect.name == "sqlite"
        self._writing = threading.Lock() if is_sqlite else None
        # PostgreSQL commits side by side, and long transactions there would block each other.
        self._together = GroupCommit(self.transaction) if is_sqlite else None

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, for migrations and tests."""
        return self._engine

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Connection]:
        """Open a write transaction; commit at the end, roll back on any exception.

        `durable=False` commits without waiting for the disk: other processes see the rows at
        once, and only a power cut can lose them. It is for leases, whose loss costs nothing: no
        holder survives the power cut either.
        """
        engine = self._engine if durable else self._hasty
        try:
            with self._turn(), engine.begin() as connection:
                if not durable and engine.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
                yield connection
        except _DRIVER_ERRORS as error:
            raise _unavailable(error) from error

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run the work in a write transaction, on SQLite together with others that wait.

        It may run twice, so it does nothing but write. Raises what it raises; UndoneError is its
        way to say that nothing of it may stay.
        """
        if self._together is not None:
            return cast(Result, self._together.run(work))
        with self.transaction() as connection:
            return work(connection)

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
        # Imported late: a process that only answers never needs alembic's eight megabytes.
        from bot.storage.schema import upgrade

        try:
            with self._engine.begin() as connection:
                upgrade(connection)
        except _DRIVER_ERRORS as error:
            cause = _cause(error)
            raise StorageError(f"数据库升级没有成功，原来的数据没有改动：{cause}") from error

    def is_current(self) -> bool:
        """Tell whether the schema is this release's."""
        from bot.storage.schema import is_current

        with self.reading() as connection:
            return is_current(connection)


def _unavailable(error: Exception) -> StorageError:
    return StorageError(f"数据库暂时用不了：{_cause(error)}")


def _cause(error: Exception) -> str:
    """Give the driver's own words, without the statement and without what it was about."""
    cause = error if isinstance(error, sqlite3.Error) else getattr(error, "orig", None)
    # PostgreSQL adds the values of the offending row in lines below the first.
    lines = str(cause or "").splitlines()
    return lines[0] if lines else type(error).__name__


def _create_engine(url: str, pool_size: int) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError(f"数据库地址写得不对：{url.split('@')[-1]}") from None
    # A statement's parameters are residents' words, and errors end up in logs.
    options = {"pool_size": pool_size, "max_overflow": 8, "hide_parameters": True}
    try:
        if parsed.get_backend_name() == "sqlite":
            return _create_sqlite(url, parsed.database, options)
        return _create_postgresql(url, options)
    except (ArgumentError, ImportError):
        kind = parsed.drivername
        raise StorageError(f"数据库地址写得不对：不认识“{kind}”这种数据库") from None


def _create_postgresql(url: str, options: Mapping[str, Any]) -> Engine:
    wait = {"connect_timeout": str(-(-LOCK_WAIT_MILLISECONDS // 1000))}
    engine = create_engine(url, pool_pre_ping=True, connect_args=wait, **options)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, record: ConnectionPoolEntry) -> None:
    del record
    # Outside a transaction: what is set within one is undone with it.
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = {LOCK_WAIT_MILLISECONDS}")
    connection.autocommit = False


def _create_sqlite(url: str, database: str | None, options: Mapping[str, Any]) -> Engine:
    if database and database != ":memory:":
        try:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"建不了数据库所在的文件夹：{error.strerror}") from None
    engine = create_engine(url, connect_args={"check_same_thread": False}, **options)
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
