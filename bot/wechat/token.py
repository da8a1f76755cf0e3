"""One access token for many threads and processes, fetched once however many want it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from bot.clock import Clock

MARGIN = timedelta(seconds=60)
"""How long before its end a token is no longer used; WeChat renews five minutes early."""

Fetch = Callable[[], tuple[str, timedelta]]
"""Ask WeChat for a token and how long it lives."""


class TokenStore(Protocol):
    """Where every process of one account finds the token."""

    def load(self) -> tuple[str, datetime] | None:
        """Return the token and when it expires."""
        ...

    def save(self, token: str, expires_at: datetime) -> None:
        """Replace the token."""
        ...

    def refreshing(self) -> AbstractContextManager[None]:
        """Let one process in at a time. Held for a network call: never a write transaction."""
        ...


class AccessTokens:
    """The token in use."""

    def __init__(self, fetch: Fetch, store: TokenStore, clock: Clock) -> None:
        self._fetch = fetch
        self._store = store
        self._clock = clock
        self._lock = Lock()

    def get(self, *, failing: str = "") -> str:
        """Return a token other than `failing`, as far as WeChat gives one.

        A refresh happens only while the stored token is the failing one: whoever comes second
        finds the first one's new token instead of replacing it in turn.
        """
        return self._usable(failing) or self._refresh(failing)

    def _refresh(self, failing: str) -> str:
        # Our own threads queue here, so that only one of them knocks at the store's door.
        with self._lock:
            found = self._usable(failing)
            if found:
                return found
            with self._store.refreshing():
                return self._usable(failing) or self._fetch_and_save()

    def _usable(self, failing: str) -> str:
        stored = self._store.load()
        if stored is None or stored[0] == failing:
            return ""
        token, expires_at = stored
        return token if self._clock() < expires_at - MARGIN else ""

    def _fetch_and_save(self) -> str:
        # Counted from before the call, so that a slow answer cannot stretch the token's life.
        asked_at = self._clock()
        token, lifetime = self._fetch()
        self._store.save(token, asked_at + lifetime)
        return token
