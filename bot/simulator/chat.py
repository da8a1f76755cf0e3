"""What a phone shows: the lines of each resident's talk with the account, and their links."""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Condition
from typing import NamedTuple

from bot.clock import monotonic

MAX_LINES = 5000

_ANCHOR = re.compile(r"<a\s([^<>]*)>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_HREF = re.compile(r"""\bhref\s*=\s*(["'])(.*?)\1""", re.IGNORECASE | re.DOTALL)
_TAP = re.compile(r"weixin://bizmsgmenu\?msgmenucontent=([^&]+)&msgmenuid=([^&]*)", re.DOTALL)
_WEB = re.compile(r"https?://[^\s]+", re.IGNORECASE)


class Sender(StrEnum):
    """Whose line it is; WECHAT speaks when the account's answer was unusable."""

    RESIDENT = "resident"
    ACCOUNT = "account"
    WECHAT = "wechat"


class Channel(StrEnum):
    """How a line came: the staff's question is always which quota it used."""

    TALK = "talk"
    CUSTOMER_SERVICE = "customer-service"
    MASS_SEND = "mass-send"
    PREVIEW = "preview"


class Segment(NamedTuple):
    """A stretch of text: plain, a link to `href`, or a tap that makes the phone say `message`."""

    text: str
    href: str = ""
    message: str = ""
    menu_id: str = ""


class Article(NamedTuple):
    """One card of a news message."""

    title: str
    description: str = ""
    picture: str = ""
    url: str = ""


def parse_segments(text: str) -> Sequence[Segment]:
    """Split a text as the phone renders it: `<a>` with a usable href becomes a link or a tap.

    Nothing is percent-decoded: what stands in msgmenucontent is what the phone will say.
    """
    segments: list[Segment] = []
    position = 0
    for match in _ANCHOR.finditer(text):
        linked = _linked(match)
        if linked is None:
            continue
        if match.start() > position:
            segments.append(Segment(text[position : match.start()]))
        segments.append(linked)
        position = match.end()
    if position < len(text):
        segments.append(Segment(text[position:]))
    return segments


def _linked(match: re.Match[str]) -> Segment | None:
    href = _HREF.search(match[1])
    if href is None:
        return None
    if tap := _TAP.fullmatch(href[2]):
        return Segment(match[2], message=tap[1], menu_id=tap[2])
    if _WEB.fullmatch(href[2]):
        return Segment(match[2], href=href[2])
    return None


@dataclass(frozen=True)
class ChatLine:
    """One bubble."""

    number: int
    openid: str
    sender: Sender
    text: str
    at: datetime
    channel: Channel = Channel.TALK
    articles: tuple[Article, ...] = ()

    @property
    def segments(self) -> Sequence[Segment]:
        """The text as rendered; what the resident typed is never a link."""
        return parse_segments(self.text) if self.sender is Sender.ACCOUNT else [Segment(self.text)]

    @property
    def taps(self) -> Sequence[Segment]:
        """The lines that can be tapped to say something."""
        return [segment for segment in self.segments if segment.message]

    @property
    def links(self) -> Sequence[Segment]:
        """The lines that open a web page."""
        return [segment for segment in self.segments if segment.href]


class Chat:
    """All lines of all residents, oldest first, numbered without gaps."""

    def __init__(self) -> None:
        self._lines: deque[ChatLine] = deque(maxlen=MAX_LINES)
        self._changed = Condition()
        self._last = 0

    def add(
        self,
        openid: str,
        sender: Sender,
        text: str,
        at: datetime,
        *,
        channel: Channel = Channel.TALK,
        articles: Iterable[Article] = (),
    ) -> ChatLine:
        """Append a line and wake whoever waits for one."""
        with self._changed:
            self._last += 1
            line = ChatLine(self._last, openid, sender, text, at, channel, tuple(articles))
            self._lines.append(line)
            self._changed.notify_all()
        return line

    def of(self, openid: str, *, after: int = 0) -> Sequence[ChatLine]:
        """Return one resident's lines numbered above `after`."""
        with self._changed:
            return [line for line in self._lines if line.openid == openid and line.number > after]

    def latest(self) -> dict[str, int]:
        """Return the number of each resident's newest line."""
        with self._changed:
            return {line.openid: line.number for line in self._lines}

    def wait_for(self, openid: str, *, after: int, timeout_seconds: float) -> ChatLine | None:
        """Return the account's (or WeChat's) first line to a resident above `after`, or None."""
        deadline = monotonic() + timeout_seconds
        with self._changed:
            while True:
                for line in self.of(openid, after=after):
                    if line.sender is not Sender.RESIDENT:
                        return line
                left = deadline - monotonic()
                if left <= 0:
                    return None
                self._changed.wait(left)
