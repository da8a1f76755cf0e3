"""Every message and push of the platform, read into one shape."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from xml.etree.ElementTree import Element

from bot.clock import SHANGHAI
from bot.messages import Inbound, InboundKind
from bot.wechat.xml import parse_xml, text_of

UNSUPPORTED_TEXT = "【收到不支持的消息类型，暂无法显示】"
"""What WeChat sends as a text in place of stickers and the like; nobody typed it."""

LONGEST_KEY = 200
"""Keys are at most this long, so that a column can hold them."""

_MESSAGES: Mapping[str, InboundKind] = {
    "text": InboundKind.TEXT,
    "voice": InboundKind.VOICE,
    "image": InboundKind.IMAGE,
    "video": InboundKind.VIDEO,
    "shortvideo": InboundKind.VIDEO,
    "location": InboundKind.LOCATION,
    "link": InboundKind.LINK,
}
_PUSHES: Mapping[str, InboundKind] = {
    "subscribe": InboundKind.FOLLOW,
    "unsubscribe": InboundKind.UNFOLLOW,
    "scan": InboundKind.SCAN,
    "click": InboundKind.MENU_CLICK,
    "masssendjobfinish": InboundKind.MASS_SEND_FINISHED,
    "user_authorization_revoke": InboundKind.REVOCATION,
    "user_authorization_cancellation": InboundKind.REVOCATION,
}
_CONSUMED = frozenset({"ToUserName", "FromUserName", "CreateTime", "Content"})
_REPEATED = frozenset({"List", "item"})
_DEEPEST = 6
_OPENID = re.compile(r"[A-Za-z0-9_@.\-]{1,64}")
_CREATE_TIME = re.compile(r"[1-9][0-9]{9}")


def parse_inbound(xml: bytes) -> Inbound:
    """Read a plain body. WebhookError (400) when it is not WeChat's XML; else never an error."""
    return read_inbound(parse_xml(xml))


def read_inbound(root: Element) -> Inbound:
    """Read a parsed body; what we do not know becomes OTHER, which is acknowledged in silence."""
    is_push = text_of(root, "MsgType").lower() == "event"
    kind = _push_kind(root) if is_push else _message_kind(root)
    openid = _subject(root, kind)
    return Inbound(
        openid=openid,
        kind=kind if openid else InboundKind.OTHER,
        key=_push_key(root) if is_push else _message_key(root),
        sent_at=_sent_at(text_of(root, "CreateTime")),
        text=_spoken(root, kind),
        media_id=text_of(root, "MediaId"),
        account=text_of(root, "ToUserName"),
        fields=_fields(root),
    )


def _message_kind(root: Element) -> InboundKind:
    kind = _MESSAGES.get(text_of(root, "MsgType").lower(), InboundKind.OTHER)
    # OTHER, and no text: the placeholder must not be searched for nor recorded as a question.
    if kind is InboundKind.TEXT and text_of(root, "Content") == UNSUPPORTED_TEXT:
        return InboundKind.OTHER
    return kind


def _push_kind(root: Element) -> InboundKind:
    return _PUSHES.get(text_of(root, "Event").lower(), InboundKind.OTHER)


def _subject(root: Element, kind: InboundKind) -> str:
    # A revocation comes from anyone at all; the person who withdrew is named inside.
    name = "OpenID" if kind is InboundKind.REVOCATION else "FromUserName"
    openid = text_of(root, name)
    return openid if _OPENID.fullmatch(openid) else ""


def _spoken(root: Element, kind: InboundKind) -> str:
    if kind is InboundKind.TEXT:
        return text_of(root, "Content")
    if kind in (InboundKind.FOLLOW, InboundKind.SCAN, InboundKind.MENU_CLICK):
        return text_of(root, "EventKey").removeprefix("qrscene_")
    return ""


def _sent_at(create_time: str) -> datetime | None:
    if not _CREATE_TIME.fullmatch(create_time):
        return None
    return datetime.fromtimestamp(int(create_time), UTC).astimezone(SHANGHAI)


def _message_key(root: Element) -> str:
    sender = text_of(root, "FromUserName")
    message_id = text_of(root, "MsgId", "MsgID")
    if message_id:
        return _bounded(f"m:{sender}:{message_id}")
    parts = [text_of(root, name) for name in ("CreateTime", "MsgType", "Content", "MediaId")]
    return _bounded(f"h:{sender}:{_digest(chr(0).join(parts))}")


def _push_key(root: Element) -> str:
    # Event and its key are part of it: following and scanning happen in one second. So is
    # OpenID, since several people's revocations can arrive under one sender.
    parts = [text_of(root, name) for name in ("FromUserName", "CreateTime", "Event")]
    detail = text_of(root, "EventKey", "MsgID", "MsgId", "Ticket", "OpenID")
    return _bounded(":".join(["p", *parts, detail]))


def _bounded(key: str) -> str:
    if len(key) <= LONGEST_KEY:
        return key
    digest = _digest(key)
    return f"{key[: LONGEST_KEY - len(digest) - 1]}:{digest}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:40]


def _fields(root: Element) -> dict[str, str]:
    fields: dict[str, str] = {}
    for path, text in _leaves(root, "", depth=1):
        if path not in _CONSUMED:
            fields.setdefault(path, text)
    # The platform itself is not sure how to spell it.
    if "MsgId" in fields:
        fields.setdefault("MsgID", fields["MsgId"])
    return fields


def _leaves(element: Element, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    """Walk nested elements as `Outer.List.0.Inner`: lists are numbered even when single."""
    numbers: dict[str, int] = {}
    for child in element:
        path = prefix + child.tag
        if child.tag in _REPEATED:
            number = numbers.get(child.tag, 0)
            numbers[child.tag] = number + 1
            path = f"{path}.{number}"
        if len(child) == 0:
            yield path, (child.text or "").strip()
        elif depth < _DEEPEST:
            yield from _leaves(child, path + ".", depth + 1)
