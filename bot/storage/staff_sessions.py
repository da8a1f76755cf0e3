"""Who is signed in: a random token in the cookie, only its hash in the table.

A session ends by signing out, after idling, after a working day, with a new password and when its
owner is let go. Signing in always makes a new one, so that a token planted beforehand is worth
nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from bot.storage.staff import Staff, find
from bot.storage.tables import first_links, staff_sessions

LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
"""Being seen is written down once a minute, not with every page."""


@dataclass(frozen=True)
class Session:
    """One signed-in browser."""

    token: str
    csrf: str
    staff: Staff
    seen_at: datetime

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to write down that its owner was seen."""
        return now - self.seen_at >= SEEN_EVERY


def start(connection: Connection, owner: Staff, now: datetime) -> Session:
    """Begin a session with a fresh token and a fresh form token."""
    session = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(24), owner, now)
    values = {
        "token_hash": _hash(session.token),
        "staff_id": owner.id,
        "csrf": session.csrf,
        "started_at": now,
        "seen_at": now,
    }
    connection.execute(insert(staff_sessions).values(**values))
    return session


def find_session(
    connection: Connection, token: str, *, idle: timedelta, now: datetime
) -> Session | None:
    """Return the session of a cookie, unless it has run out or its owner may not enter."""
    wanted = select(staff_sessions).where(staff_sessions.c.token_hash == _hash(token))
    row = connection.execute(wanted).one_or_none()
    if row is None or now - row.seen_at > idle or now - row.started_at > LONGEST:
        return None
    owner = find(connection, row.staff_id)
    return Session(token, row.csrf, owner, row.seen_at) if owner and owner.active else None


def note_seen(connection: Connection, session: Session, now: datetime) -> None:
    """Keep the session from idling."""
    mine = staff_sessions.c.token_hash == _hash(session.token)
    connection.execute(update(staff_sessions).where(mine).values(seen_at=now))


def end(connection: Connection, token: str) -> None:
    """Sign out."""
    connection.execute(delete(staff_sessions).where(staff_sessions.c.token_hash == _hash(token)))


def forget_old(connection: Connection, now: datetime) -> None:
    """Delete what can no longer be used."""
    connection.execute(delete(staff_sessions).where(staff_sessions.c.started_at < now - LONGEST))
    connection.execute(delete(first_links).where(first_links.c.expires_at < now))


# ---------------------------------------------------------------- the first administrator

FIRST_LINK_LASTS = timedelta(hours=24)


def make_first_link(connection: Connection, now: datetime) -> str:
    """Make the token of the one-time link that adds the first administrator."""
    token = secrets.token_urlsafe(24)
    connection.execute(delete(first_links))
    values = {"token_hash": _hash(token), "expires_at": now + FIRST_LINK_LASTS}
    connection.execute(insert(first_links).values(**values))
    return token


def is_first_link(connection: Connection, token: str, now: datetime) -> bool:
    """Whether the link can still be used."""
    wanted = select(first_links.c.expires_at).where(first_links.c.token_hash == _hash(token))
    expires_at = connection.execute(wanted).scalar_one_or_none()
    return expires_at is not None and expires_at > now


def use_first_link(connection: Connection, token: str, now: datetime) -> bool:
    """Use the link up; only one of two who do it at once succeeds."""
    used = connection.execute(
        delete(first_links).where(
            first_links.c.token_hash == _hash(token), first_links.c.expires_at > now
        )
    )
    return used.rowcount == 1


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
