"""Who may call the account's API, and what goes wrong when they do."""

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from threading import Event, RLock
from typing import Any

from bot.errors import FeisuError

TOKEN_LIFE = timedelta(seconds=7200)
FORMER_TOKEN_LIFE = timedelta(minutes=5)
TOKENS_A_DAY = 2000
FORCED_REFRESHES_A_DAY = 20
FORCED_REFRESH_GAP = timedelta(seconds=30)
CLEARINGS_A_MONTH = 10

Now = Callable[[], datetime]


class ApiRefusal(FeisuError):
    """WeChat answers a call with an errcode."""

    def __init__(self, code: int, errmsg: str, **more: Any) -> None:
        super().__init__(f"{code} {errmsg}")
        self.code = code
        self.errmsg = errmsg
        self.more = more


class Level(StrEnum):
    """The four kinds of account; each may call less than the one after it."""

    SUBSCRIPTION = "subscription"
    SERVICE = "service"
    VERIFIED_SUBSCRIPTION = "verified-subscription"
    VERIFIED_SERVICE = "verified-service"

    @classmethod
    def of(cls, account: str, *, verified: bool) -> "Level":
        """Return the level for the words used in the bot's own settings."""
        return cls(f"verified-{account}" if verified else account)

    @property
    def is_verified(self) -> bool:
        """Tell whether the account passed 微信认证."""
        return self in (Level.VERIFIED_SUBSCRIPTION, Level.VERIFIED_SERVICE)

    @property
    def is_service(self) -> bool:
        """Tell a 服务号 from a 公众号 (订阅号)."""
        return self in (Level.SERVICE, Level.VERIFIED_SERVICE)

    @property
    def label(self) -> str:
        """The level in the words of WeChat's own pages."""
        kind = "服务号" if self.is_service else "公众号（订阅号）"
        return f"{'已认证' if self.is_verified else '未认证'}{kind}"


def is_permitted(level: Level, endpoint: str) -> bool:
    """Apply the table of interface rights; endpoints open to all are always permitted."""
    if endpoint == "message/mass/send":
        return level is Level.VERIFIED_SERVICE
    if endpoint.startswith("menu/"):
        return level is not Level.SUBSCRIPTION
    if endpoint.startswith(("message/", "user/", "media/")):
        return level.is_verified
    return True


@dataclass
class _Token:
    value: str
    expires_at: datetime


class Tokens:
    """Access tokens of the two independent ways to get one, and their daily limits."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._lock = RLock()
        self._valid: list[_Token] = []
        self._plain: _Token | None = None
        self._stable: _Token | None = None
        self._forced_at: datetime | None = None
        self._used: dict[tuple[str, str], int] = {}

    def plain(self) -> tuple[str, int]:
        """Issue a token as `cgi-bin/token` does: the former one dies five minutes later."""
        with self._lock:
            self._spend("token", self._day(), TOKENS_A_DAY)
            self._retire(self._plain)
            self._plain = self._issue()
            return self._plain.value, self._left(self._plain)

    def stable(self, *, force: bool) -> tuple[str, int]:
        """Issue a token as `cgi-bin/stable_token` does: repeats return the same one.

        It is renewed five minutes early, while the old one still works to its end. A forced
        refresh kills the old one at once; within 30 seconds of another it changes nothing.
        """
        with self._lock:
            if force and not self._just_forced():
                self._spend("force", self._day(), FORCED_REFRESHES_A_DAY)
                self._forced_at = self._now()
                if self._stable:
                    self._stable.expires_at = self._now()
                self._stable = self._issue()
            elif self._stable is None or self._ends_soon(self._stable):
                self._stable = self._issue()
            return self._stable.value, self._left(self._stable)

    def check(self, value: str) -> None:
        """Raise the refusal WeChat gives for a missing, unknown, replaced or expired token."""
        if not value:
            raise ApiRefusal(41001, "access_token missing")
        with self._lock:
            for token in self._valid:
                if token.value == value:
                    if token.expires_at > self._now():
                        return
                    raise ApiRefusal(42001, "access_token expired")
        raise ApiRefusal(40001, "invalid credential, access_token is invalid or not latest")

    def invalidate(self) -> None:
        """Forget every token, as when the secret is reset in the account's settings."""
        with self._lock:
            self._valid.clear()
            self._plain = self._stable = None

    def clear_quota(self) -> None:
        """Give today's counts back, ten times a month."""
        with self._lock:
            month = f"{self._now():%Y-%m}"
            self._spend("clear_quota", month, CLEARINGS_A_MONTH, code=48006)
            for name in ("token", "force"):
                self._used.pop((name, self._day()), None)

    def _issue(self) -> _Token:
        token = _Token(secrets.token_urlsafe(96), self._now() + TOKEN_LIFE)
        # Ended tokens stay a while, so that they are called expired and not unknown.
        self._valid = [*self._valid[-20:], token]
        return token

    def _retire(self, token: _Token | None) -> None:
        if token:
            token.expires_at = min(token.expires_at, self._now() + FORMER_TOKEN_LIFE)

    def _ends_soon(self, token: _Token) -> bool:
        return token.expires_at - self._now() <= FORMER_TOKEN_LIFE

    def _just_forced(self) -> bool:
        return self._forced_at is not None and self._now() - self._forced_at < FORCED_REFRESH_GAP

    def _left(self, token: _Token) -> int:
        return ceil((token.expires_at - self._now()).total_seconds())

    def _day(self) -> str:
        return self._now().date().isoformat()

    def _spend(self, name: str, period: str, limit: int, *, code: int = 45009) -> None:
        used = self._used.get((name, period), 0)
        if used >= limit:
            raise ApiRefusal(code, "reach max api daily quota limit")
        self._used[name, period] = used + 1


class FaultKind(StrEnum):
    """What can go wrong between the bot and WeChat."""

    CODE = "code"
    """The call is refused with `code`."""
    HANG = "hang"
    """No answer for `seconds`, then an empty gateway error."""
    SLOW = "slow"
    """The call is done after `seconds`, and answered."""
    HTML = "html"
    """A web page with status 200, as a captive portal gives."""
    RESET = "reset"
    """The connection breaks before the call is looked at."""
    LOST = "lost"
    """The call is done, but the connection breaks before the answer."""
    GATEWAY = "gateway"
    """HTTP 502."""


@dataclass(frozen=True)
class Fault:
    """One thing to go wrong at the next call of `endpoint` (any, if empty)."""

    kind: FaultKind
    code: int = -1
    endpoint: str = ""
    seconds: float = 30.0


class FaultQueue:
    """Faults waiting for their call, first come first served."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()
        self._lock = RLock()
        self._released = Event()

    def add(self, fault: Fault, *, times: int = 1) -> None:
        """Queue a fault for the next `times` calls."""
        with self._lock:
            self._released.clear()
            self._waiting.extend([fault] * times)

    def take(self, endpoint: str) -> Fault | None:
        """Remove and return the first fault meant for this endpoint."""
        with self._lock:
            for fault in self._waiting:
                if fault.endpoint in ("", endpoint):
                    self._waiting.remove(fault)
                    return fault
        return None

    def waiting(self) -> int:
        """Return how many faults have not met their call yet."""
        with self._lock:
            return len(self._waiting)

    def clear(self) -> None:
        """Forget what is queued and let hanging calls go."""
        with self._lock:
            self._waiting.clear()
            self._released.set()

    def wait(self, seconds: float) -> None:
        """Keep a call waiting, until `clear` at the latest."""
        self._released.wait(seconds)
