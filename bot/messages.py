"""What is said in either direction, whatever carries it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MAX_REPLY_BYTES = 2000
"""Longest passive text we send, in UTF-8 bytes: above 2,048 WeChat shows an error instead."""


class InboundKind(StrEnum):
    """What arrived, in the office's words rather than WeChat's."""

    TEXT = "text"
    VOICE = "voice"
    IMAGE = "image"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    SCAN = "scan"
    MENU_CLICK = "menu-click"
    REVOCATION = "revocation"
    """A resident withdrew consent or closed the account: their data must go."""
    MASS_SEND_FINISHED = "mass-send-finished"
    OTHER = "other"
    """Anything we have no answer to; it is acknowledged and nothing more."""


@dataclass(frozen=True)
class Inbound:
    """One message or push, already verified and parsed."""

    openid: str
    """Whom it is about; for a revocation the person named inside, not the sender."""
    kind: InboundKind
    key: str
    """What makes a redelivery recognisable: MsgId, or sender, time, event and event key."""
    sent_at: datetime | None = None
    text: str = ""
    """The text typed, the menu key clicked, or the QR scene scanned; never None."""
    media_id: str = ""
    account: str = ""
    """The official account's own id (ToUserName); the reply is sent from it."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Flat remaining elements of a push, such as Status and MsgID."""


@dataclass(frozen=True)
class Tap:
    """A line the resident can tap (or choose by number) to send `message`."""

    label: str
    message: str


@dataclass(frozen=True)
class Link:
    """A line that opens a web page."""

    label: str
    url: str


@dataclass(frozen=True)
class Reply:
    """What we answer in the same response: text, then taps, then a link, then a closing note."""

    text: str
    taps: tuple[Tap, ...] = ()
    link: Link | None = None
    note: str = ""
    takes_riders: bool = True
    """False for emergency, intake and exam replies: no pending notice may ride on them."""


def plain_text(reply: Reply) -> str:
    """Render a reply for a terminal: taps become numbered lines, a link its address."""
    parts = [reply.text]
    parts += [f"{number}. {tap.label}" for number, tap in enumerate(reply.taps, start=1)]
    if reply.link:
        parts.append(f"{reply.link.label}：{reply.link.url}")
    if reply.note:
        parts.append(reply.note)
    return "\n".join(part for part in parts if part)
