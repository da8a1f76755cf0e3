"""What staff did, written in the transaction of the deed; the database refuses to change a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.storage.tables import audit


@dataclass(frozen=True)
class Deed:
    """One line of the log. `subject` and `detail` name rows and codes, never an openid."""

    id: int
    at: datetime
    name: str
    action: str
    subject: str
    detail: str
    address: str


def record(
    connection: Connection,
    *,
    name: str,
    action: str,
    now: datetime,
    staff_id: int | None = None,
    subject: str = "",
    detail: str = "",
    address: str = "",
) -> None:
    """Write a deed down."""
    values = {
        "at": now,
        "staff_id": staff_id,
        "name": name[:64],
        "action": action,
        "subject": subject[:256],
        "detail": detail[:4000],
        "address": address[:64],
    }
    connection.execute(insert(audit).values(**values))


def list_deeds(
    connection: Connection,
    *,
    before: int | None = None,
    staff_id: int | None = None,
    action: str = "",
    limit: int = 50,
) -> Sequence[Deed]:
    """List deeds, newest first, beginning below the id `before`; `action` is a beginning."""
    wanted = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(audit.c.id < before)
    if staff_id is not None:
        wanted = wanted.where(audit.c.staff_id == staff_id)
    if action:
        wanted = wanted.where(audit.c.action.startswith(action, autoescape=True))
    return [
        Deed(row.id, row.at, row.name, row.action, row.subject, row.detail, row.address)
        for row in connection.execute(wanted)
    ]
