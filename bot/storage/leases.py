"""Who alone may do a thing for a while: ring the scheduler, refresh the token."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from bot.storage.tables import leases


def take(
    connection: Connection, *, name: str, holder: str, now: datetime, lasting: timedelta
) -> bool:
    """Take or prolong the lease; False while somebody else holds it."""
    free = or_(leases.c.holder == holder, leases.c.until < now)
    taken = connection.execute(
        update(leases).where(leases.c.name == name, free).values(holder=holder, until=now + lasting)
    )
    if taken.rowcount == 1:
        return True
    if connection.execute(select(leases.c.name).where(leases.c.name == name)).one_or_none():
        return False
    with connection.begin_nested():
        connection.execute(insert(leases).values(name=name, holder=holder, until=now + lasting))
    return True


def release(connection: Connection, *, name: str, holder: str) -> None:
    """Give the lease back early."""
    connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))


def find_until(connection: Connection, name: str) -> datetime | None:
    """Return until when the lease was last taken; None where nobody holds it."""
    wanted = select(leases.c.until).where(leases.c.name == name)
    return connection.execute(wanted).scalar_one_or_none()
