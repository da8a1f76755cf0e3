"""The access token, shared by every process of one account."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from bot.clock import Clock, monotonic
from bot.storage import leases
from bot.storage.database import Database
from bot.storage.tables import access_tokens
from bot.storage.upserts import InsertOrChange

REFRESH_LEASE = timedelta(seconds=20)
"""Longer than one token call may take with all its time-outs."""

_SAVE = InsertOrChange(
    access_tokens,
    "app_id",
    change=lambda wanted: {"token": wanted.token, "expires_at": wanted.expires_at},
)


class StoredToken:
    """One account's token in the database; satisfies `wechat.token.TokenStore`."""

    def __init__(self, database: Database, app_id: str, clock: Clock) -> None:
        self._database = database
        self._app_id = app_id
        self._clock = clock

    def load(self) -> tuple[str, datetime] | None:
        """Return the token and when it expires."""
        wanted = select(access_tokens.c.token, access_tokens.c.expires_at).where(
            access_tokens.c.app_id == self._app_id
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return (row.token, row.expires_at) if row else None

    def save(self, token: str, expires_at: datetime) -> None:
        """Replace the token."""
        with self._database.transaction() as connection:
            row = {"app_id": self._app_id, "token": token, "expires_at": expires_at}
            _SAVE(connection, row)

    @contextmanager
    def refreshing(self) -> Iterator[None]:
        """Wait until no other process refreshes; a dead one's turn ends by itself."""
        name, holder = f"token:{self._app_id}", uuid4().hex
        give_up_at = monotonic() + REFRESH_LEASE.total_seconds()
        while not self._take(name, holder) and monotonic() < give_up_at:
            time.sleep(0.05)
        try:
            yield
        finally:
            with self._database.transaction(durable=False) as connection:
                leases.release(connection, name=name, holder=holder)

    def _take(self, name: str, holder: str) -> bool:
        with self._database.transaction(durable=False) as connection:
            return leases.take(
                connection, name=name, holder=holder, now=self._clock(), lasting=REFRESH_LEASE
            )
