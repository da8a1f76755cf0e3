"""Changes of content files on their way to publication.

    open ──► waiting ──► published
     │          ├──────► returned     the reviewer said why; the author goes on from there
     └──────────┴──────► withdrawn

An open draft is its author's alone: it holds the bytes while the diff is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.storage.tables import drafts, staff

KEEP_OPEN = timedelta(days=30)


@dataclass(frozen=True)
class Draft:
    """One proposed state of one file."""

    id: int
    path: str
    base_hash: str
    content: bytes
    author_id: int
    author: str
    comment: str
    state: str
    created_at: datetime
    decided_at: datetime | None
    answer: str


_WITH_AUTHOR = select(drafts, staff.c.name.label("author")).join(
    staff, staff.c.id == drafts.c.author_id, isouter=True
)


def add(
    connection: Connection,
    *,
    path: str,
    base_hash: str,
    content: bytes,
    author_id: int,
    comment: str,
    now: datetime,
) -> int:
    """Keep a proposed state; return its number."""
    values = {
        "path": path,
        "base_hash": base_hash,
        "content": content,
        "author_id": author_id,
        "comment": comment,
        "state": "open",
        "created_at": now,
        "answer": "",
    }
    added = connection.execute(insert(drafts).values(**values).returning(drafts.c.id))
    return int(added.scalar_one())


def find(connection: Connection, draft_id: int) -> Draft | None:
    """Return one draft."""
    row = connection.execute(_WITH_AUTHOR.where(drafts.c.id == draft_id)).one_or_none()
    return _read(row) if row else None


def list_drafts(connection: Connection, *, author_id: int) -> Sequence[Draft]:
    """List what waits for anybody, and what the author has under way, newest first."""
    mine = (drafts.c.author_id == author_id) & drafts.c.state.in_(["open", "returned"])
    wanted = _WITH_AUTHOR.where((drafts.c.state == "waiting") | mine)
    return [_read(row) for row in connection.execute(wanted.order_by(drafts.c.id.desc()))]


def move(
    connection: Connection,
    draft: Draft,
    state: str,
    *,
    now: datetime,
    decided_by: int | None = None,
    answer: str = "",
    comment: str | None = None,
) -> bool:
    """Move a draft on; False when somebody else has moved it meanwhile."""
    values: dict[str, object] = {"state": state, "answer": answer}
    if decided_by is not None:
        values |= {"decided_by": decided_by, "decided_at": now}
    if comment is not None:
        values["comment"] = comment
    moved = connection.execute(
        update(drafts).where(drafts.c.id == draft.id, drafts.c.state == draft.state).values(values)
    )
    return moved.rowcount == 1


def forget_old(connection: Connection, now: datetime) -> None:
    """Delete what nobody came back to; what was published stands among the revisions."""
    old = drafts.c.created_at < now - KEEP_OPEN
    connection.execute(delete(drafts).where(old, drafts.c.state != "waiting"))


def _read(row: Row) -> Draft:  # type: ignore[type-arg]
    return Draft(
        row.id,
        row.path,
        row.base_hash,
        bytes(row.content),
        row.author_id,
        row.author or "（已不在）",
        row.comment,
        row.state,
        row.created_at,
        row.decided_at,
        row.answer,
    )
