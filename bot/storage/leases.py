"""Who alone may do a thing for a while: ring the scheduler, refresh the token."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, or_, select

from bot.storage.columns import Moment
from bot.storage.tables import leases
from bot.storage.upserts import InsertOrChange

_TAKE = InsertOrChange(
    leases,
    "name",
    change=lambda wanted: {"holder": wanted.holder, "until": wanted.until},
    only_if=lambda wanted: or_(
        leases.c.holder == wanted.holder, leases.c.until < bindparam("now", type_=Moment)
    ),
)


def take(
    connection: Connection, *, name: str, holder: str, now: datetime, lasting: timedelta
) -> bool:
    """Take or prolong the lease; False while somebody else holds it."""
    row = {"name": name, "holder": holder, "until": now + lasting}
    return _TAKE(connection, row | {"now": now})


def release(connection: Connection, *, name: str, holder: str) -> None:
    """Give the lease back early."""
    connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))


def find_until(connection: Connection, name: str) -> datetime | None:
    """Return until when the lease was last taken; None where nobody holds it."""
    wanted = select(leases.c.until).where(leases.c.name == name)
    return connection.execute(wanted).scalar_one_or_none()
