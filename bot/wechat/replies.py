"""What we answer: one text message of at most `MAX_REPLY_BYTES`, as WeChat's clients show it."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

import regex

from bot.messages import MAX_REPLY_BYTES, Inbound, Link, Reply, Tap
from bot.wechat.xml import cdata, clean_text

ELLIPSIS = "…"

# Room the text keeps when taps and notes are unreasonably long.
_TEXT_RESERVE_BYTES = 300

_GRAPHEME = regex.compile(r"\X")

# A tag typed by anyone but us must not turn into a link.
_NO_TAGS = str.maketrans("<>", "＜＞")

# msgmenucontent stands in a query string in an attribute; the normaliser folds these back.
_NO_MARKUP = str.maketrans("<>&\"'%#+?=", "＜＞＆＂＇％＃＋？＝")


def render_text(reply: Reply) -> str:
    """Render a reply: text, numbered taps, link, note. Only the text is ever cut."""
    text = _inert(reply.text).strip()
    limit = MAX_REPLY_BYTES - min(_size(text), _TEXT_RESERVE_BYTES)
    tail = "\n".join(_fitting(_tail_lines(reply), limit))
    if not text or not tail:
        return cut_text(text, MAX_REPLY_BYTES) + tail
    return f"{cut_text(text, MAX_REPLY_BYTES - _size(tail) - 1)}\n{tail}"


def cut_text(text: str, limit: int) -> str:
    """Shorten to `limit` UTF-8 bytes between graphemes, so that no emoji or accent is split."""
    if _size(text) <= limit:
        return text
    room = limit - _size(ELLIPSIS)
    end = 0
    for grapheme in _GRAPHEME.finditer(text):
        room -= _size(grapheme.group())
        if room < 0:
            break
        end = grapheme.end()
    return text[:end].rstrip() + ELLIPSIS


def render_reply_xml(inbound: Inbound, content: str, now: datetime) -> bytes:
    """Write the passive reply to `inbound`, from the account to the one who wrote."""
    return (
        f"<xml><ToUserName>{cdata(inbound.openid)}</ToUserName>"
        f"<FromUserName>{cdata(inbound.account)}</FromUserName>"
        f"<CreateTime>{int(now.timestamp())}</CreateTime>"
        "<MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{cdata(content)}</Content></xml>"
    ).encode()


def _tail_lines(reply: Reply) -> list[str]:
    lines = [_tap_line(number, tap) for number, tap in enumerate(reply.taps, start=1)]
    if reply.link:
        lines.append(_link_line(reply.link))
    if reply.note:
        lines.append(_inert(reply.note).strip())
    return lines


def _tap_line(number: int, tap: Tap) -> str:
    # The undocumented but widely used way to make a text tappable on an unverified account;
    # the number stays visible for those whose phone does not show a link.
    message = _one_line(tap.message).translate(_NO_MARKUP)
    label = _inert(_one_line(tap.label))
    href = f"weixin://bizmsgmenu?msgmenucontent={message}&msgmenuid={number}"
    return f'<a href="{href}">{number}. {label}</a>'


def _link_line(link: Link) -> str:
    label = _inert(_one_line(link.label))
    if not link.url.startswith(("https://", "http://")):
        return f"{label}：{_inert(_one_line(link.url))}"
    # Everything that could end the attribute is encoded; what is encoded already stays.
    return f'<a href="{quote(link.url, safe="%/:?&=#~+,;@!$()*")}">{label}</a>'


def _fitting(lines: Sequence[str], limit: int) -> list[str]:
    """Keep the lines that fit together, each whole."""
    kept: list[str] = []
    for line in lines:
        size = _size(line) + len("\n")
        if size <= limit:
            kept.append(line)
            limit -= size
    return kept


def _inert(text: str) -> str:
    return clean_text(text.replace("\r\n", "\n")).translate(_NO_TAGS)


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


def _size(text: str) -> int:
    return len(text.encode())
