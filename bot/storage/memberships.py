"""What residents subscribed to, and the groups the office put them in."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.storage.tables import memberships, residents
from bot.storage.upserts import InsertOnce

_JOIN = InsertOnce(memberships, "openid", "name")


def join(connection: Connection, openid: str, name: str, now: datetime) -> bool:
    """Add a resident to a topic or group; False where they are in it."""
    return _JOIN(connection, {"openid": openid, "name": name, "since": now})


def leave(connection: Connection, openid: str, name: str) -> bool:
    """Take a resident out; False where they were not in it."""
    same = (memberships.c.openid == openid) & (memberships.c.name == name)
    return connection.execute(delete(memberships).where(same)).rowcount == 1


def list_names(connection: Connection, openid: str) -> Collection[str]:
    """List what a resident is in."""
    wanted = select(memberships.c.name).where(memberships.c.openid == openid)
    return set(connection.execute(wanted).scalars())


def list_lead_days(connection: Connection) -> Collection[int]:
    """List how many days before somebody wants to be reminded."""
    wanted = select(residents.c.reminder_days).where(
        residents.c.wants_reminder.is_(True), residents.c.reminder_days.is_not(None)
    )
    return set(connection.execute(wanted.distinct()).scalars())
