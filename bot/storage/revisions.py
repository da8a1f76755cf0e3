"""Every published state of every content file, newest last; what several hosts agree on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from bot.storage.tables import revisions


@dataclass(frozen=True)
class Revision:
    """One published state of one file, without its bytes."""

    id: int
    path: str
    hash: str
    author: str
    comment: str
    created_at: datetime


_HEAD = (
    revisions.c.id,
    revisions.c.path,
    revisions.c.hash,
    revisions.c.author,
    revisions.c.comment,
    revisions.c.created_at,
)


def hash_of(content: bytes) -> str:
    """Identify a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def lock(connection: Connection) -> None:
    """Keep other publishers out until the transaction ends; on SQLite every writer is alone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE revisions IN SHARE ROW EXCLUSIVE MODE")


def add(
    connection: Connection, *, path: str, content: bytes, author: str, comment: str, now: datetime
) -> int:
    """Publish a state of a file; return its number."""
    values = {
        "path": path,
        "content": content,
        "hash": hash_of(content),
        "author": author,
        "comment": comment,
        "created_at": now,
    }
    added = connection.execute(insert(revisions).values(**values).returning(revisions.c.id))
    return int(added.scalar_one())


def newest_id(connection: Connection) -> int:
    """Return the number of the newest revision of all, 0 where there is none."""
    return int(connection.execute(select(func.coalesce(func.max(revisions.c.id), 0))).scalar_one())


def list_newest(connection: Connection) -> Sequence[Revision]:
    """List the newest revision of every file."""
    newest = select(func.max(revisions.c.id)).group_by(revisions.c.path)
    rows = connection.execute(select(*_HEAD).where(revisions.c.id.in_(newest)))
    return [Revision(*row) for row in rows]


def find_newest(connection: Connection, path: str) -> Revision | None:
    """Return the newest revision of one file."""
    wanted = select(*_HEAD).where(revisions.c.path == path).order_by(revisions.c.id.desc()).limit(1)
    row = connection.execute(wanted).one_or_none()
    return Revision(*row) if row else None


def list_history(connection: Connection, path: str, limit: int = 100) -> Sequence[Revision]:
    """List the revisions of one file, newest first."""
    wanted = select(*_HEAD).where(revisions.c.path == path)
    rows = connection.execute(wanted.order_by(revisions.c.id.desc()).limit(limit))
    return [Revision(*row) for row in rows]


def find(connection: Connection, revision_id: int) -> tuple[Revision, bytes] | None:
    """Return one revision with its bytes."""
    wanted = select(*_HEAD, revisions.c.content).where(revisions.c.id == revision_id)
    row = connection.execute(wanted).one_or_none()
    return (Revision(*row[:-1]), bytes(row.content or b"")) if row else None


def find_content(connection: Connection, path: str, content_hash: str) -> bytes | None:
    """Return the bytes of a state the file once had."""
    wanted = select(revisions.c.content).where(
        revisions.c.path == path, revisions.c.hash == content_hash
    )
    row = connection.execute(wanted.limit(1)).one_or_none()
    return bytes(row.content or b"") if row else None


def find_before(connection: Connection, revision: Revision) -> bytes:
    """Return the bytes of the state before this one, empty where it is the first."""
    wanted = select(revisions.c.content).where(
        revisions.c.path == revision.path, revisions.c.id < revision.id
    )
    row = connection.execute(wanted.order_by(revisions.c.id.desc()).limit(1)).one_or_none()
    return bytes(row.content or b"") if row else b""
