"""The official account as WeChat keeps it: credentials, level, followers, talk, journal, clock.

Everything is in memory and safe to use from many threads. The rules that last hours (48 h, 24 h,
30 min) follow a clock that tests and the page can move; signatures follow the real one, because
the bot compares them with its own.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from bot import clock
from bot.errors import FeisuError
from bot.simulator.access import FaultQueue, Level, Tokens
from bot.simulator.chat import Article, Channel, Chat, ChatLine, Sender
from bot.simulator.envelope import Credentials, Mode
from bot.simulator.mass_send import MassSends
from bot.simulator.pushes import Push
from bot.simulator.quotas import Allowances, Trigger

MEDIA_LIFE = timedelta(days=3)
CUTOFF_SECONDS = 5.0


class SimulatorError(FeisuError):
    """A resident tried what no phone can do."""


class VirtualClock:
    """The real time plus an offset that only grows."""

    def __init__(self, base: clock.Clock = clock.now) -> None:
        self._base = base
        self._offset = timedelta()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Return the moment the account lives in."""
        return self._base() + self._offset

    def forward(self, delta: timedelta) -> None:
        """Move on, and let everything that fell due happen."""
        if delta < timedelta():
            raise ValueError("the account's clock only goes forward")
        self._offset += delta
        for listener in self._listeners:
            listener()

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every move."""
        self._listeners.append(listener)


@dataclass(frozen=True)
class Resident:
    """One phone."""

    openid: str
    name: str
    following: bool
    followed_at: datetime


@dataclass(frozen=True)
class JournalLine:
    """One thing the log panel tells: a judged reply or a call of the API."""

    number: int
    at: datetime
    source: str
    """`push` or `api`."""
    title: str
    ruling: str
    """`reply`, `silent`, `fault`; for calls `ok` or `refused`."""
    reason: str
    openid: str = ""


@dataclass(frozen=True)
class Media:
    """A file a resident sent; WeChat forgets it after three days."""

    content: bytes
    content_type: str
    ends_at: datetime


class Account:
    """One official account and everyone who follows it."""

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        mode: Mode = Mode.SECURE,
        level: Level = Level.SUBSCRIPTION,
        name: str = "非诉在线",
        virtual_clock: VirtualClock | None = None,
        signing_clock: clock.Clock = clock.now,
        cutoff_seconds: float = CUTOFF_SECONDS,
        mass_delay_seconds: float = 1.0,
    ) -> None:
        self.credentials = credentials or Credentials.throwaway()
        self.mode = mode
        self.level = level
        self.name = name
        self.clock = virtual_clock or VirtualClock()
        self.signing_clock = signing_clock
        self.cutoff_seconds = cutoff_seconds
        self.original_id = "gh_" + _digest(self.credentials.app_id)[:12]
        self.menu: Sequence[Mapping[str, Any]] = ()
        self.allowed_ips: frozenset[str] | None = None
        """Addresses that may fetch a token; None lets everyone."""
        self.tags: dict[str, frozenset[str]] = {}
        """Openids by tag id; tags are made here, not through the API."""
        self.chat = Chat()
        self.tokens = Tokens(self.clock.now)
        self.allowances = Allowances()
        self.faults = FaultQueue()
        self.mass_sends = MassSends(self, delay=timedelta(seconds=mass_delay_seconds))
        self.send_push: Callable[[Push], object] = lambda push: None
        """How a push that no phone causes (a finished mass send) leaves; set with the webhook."""
        self.media: dict[str, Media] = {}
        self._residents: dict[str, Resident] = {}
        self._last_pushes: dict[str, Push] = {}
        self._journal: deque[JournalLine] = deque(maxlen=2000)
        self._journal_last = 0
        # A restarted simulator must never repeat an id the bot's database already knows.
        self._message_id = int(clock.now().timestamp() * 1_000_000) * 1000
        self._lock = RLock()

    def resident(self, openid: str, name: str = "", *, following: bool = True) -> Resident:
        """Return a resident, new if not seen before."""
        with self._lock:
            if openid not in self._residents:
                name = name or f"居民{len(self._residents) + 1}"
                new = Resident(openid, name, following, self.clock.now())
                self._residents[openid] = new
            return self._residents[openid]

    def residents(self) -> Sequence[Resident]:
        """Return everyone, in the order they came."""
        with self._lock:
            return list(self._residents.values())

    def followers(self) -> Sequence[str]:
        """Return the openids a mass send to all reaches."""
        return [resident.openid for resident in self.residents() if resident.following]

    def is_following(self, openid: str) -> bool:
        """Tell whether the account may reach a resident at all."""
        with self._lock:
            found = self._residents.get(openid)
            return found is not None and found.following

    def set_following(self, openid: str, *, following: bool) -> None:
        """Let a resident follow or leave; leaving closes every allowance."""
        with self._lock:
            resident = self.resident(openid)
            self._residents[openid] = replace(
                resident, following=following, followed_at=self.clock.now()
            )
        if not following:
            self.allowances.revoke(openid)

    def stamp(self, push: Push) -> Push:
        """Give a new push its time and, unless it is an event, its MsgId."""
        if push.created:
            return push
        with self._lock:
            self._message_id += 1
            message_id = 0 if push.kind == "event" else self._message_id
            created = int(self.signing_clock().timestamp())
            stamped = replace(push, created=created, message_id=message_id)
            self._last_pushes[push.openid] = stamped
        return stamped

    def last_push(self, openid: str) -> Push | None:
        """Return what a resident caused last, for pushing it again."""
        with self._lock:
            return self._last_pushes.get(openid)

    def grant(self, openid: str, trigger: Trigger) -> None:
        """Open what a resident's step allows."""
        self.allowances.grant(openid, trigger, self.clock.now())

    def keep_media(self, content: bytes, content_type: str) -> str:
        """Keep a file a resident sends and return its media id."""
        ends_at = self.clock.now() + MEDIA_LIFE
        with self._lock:
            media_id = _digest(f"{len(self.media)} {ends_at}")
            self.media[media_id] = Media(content, content_type, ends_at)
        return media_id

    def show(
        self,
        openid: str,
        sender: Sender,
        text: str,
        *,
        channel: Channel = Channel.TALK,
        articles: Sequence[Article] = (),
    ) -> ChatLine:
        """Put a bubble on a phone."""
        at = self.clock.now()
        return self.chat.add(openid, sender, text, at, channel=channel, articles=articles)

    def note(self, source: str, title: str, ruling: str, reason: str, openid: str = "") -> None:
        """Write a line in the journal."""
        with self._lock:
            self._journal_last += 1
            number, at = self._journal_last, self.clock.now()
            self._journal.append(JournalLine(number, at, source, title, ruling, reason, openid))

    def journal(self, *, after: int = 0) -> Sequence[JournalLine]:
        """Return the journal's lines numbered above `after`."""
        with self._lock:
            return [line for line in self._journal if line.number > after]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
