"""Judges an answer to a push as strictly as WeChat does; knows nothing of how the bot makes it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hmac import compare_digest
from xml.etree import ElementTree

from bot.simulator.chat import Article
from bot.simulator.envelope import Credentials, Mode, decrypt, signature
from bot.simulator.pushes import Push

ERROR_TEXT = "该公众号提供的服务出现故障，请稍后再试"
MAX_CONTENT_BYTES = 2048
MAX_ARTICLES_TO_MESSAGE = 1
MAX_ARTICLES_TO_EVENT = 8

# What must stand inside each kind of reply: (element, elements inside it).
_PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "image": ("Image", ("MediaId",)),
    "voice": ("Voice", ("MediaId",)),
    "video": ("Video", ("MediaId",)),
    "music": ("Music", ("ThumbMediaId",)),
}
_SHOWN_AS = {"image": "[图片]", "voice": "[语音]", "video": "[视频]", "music": "[音乐]"}
_ENVELOPE = ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
_MARKDOWN = re.compile(r"\*\*|^#{1,6} |^\|.*\|$|\]\(https?:", re.MULTILINE)


class Ruling(StrEnum):
    """What the resident sees of an answer."""

    SILENT = "silent"
    REPLY = "reply"
    FAULT = "fault"
    """WeChat's own error text."""


@dataclass(frozen=True)
class Verdict:
    """The ruling and, in plain Chinese, why."""

    ruling: Ruling
    reason: str
    kind: str = ""
    """MsgType of the reply."""
    text: str = ""
    articles: tuple[Article, ...] = ()
    warnings: tuple[str, ...] = ()
    """What WeChat lets pass but a resident would stumble over."""

    @property
    def is_fault(self) -> bool:
        """Tell whether the resident sees WeChat's error text."""
        return self.ruling is Ruling.FAULT


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    body: bytes


@dataclass(frozen=True)
class Case:
    """All that the judge may know: the push, the account and the way it protects pushes."""

    push: Push
    account: str
    mode: Mode
    credentials: Credentials


class Unacceptable(ValueError):
    """The answer breaks a rule; the text says which, for the log panel."""


@dataclass(frozen=True)
class _Message:
    """The inner XML of a reply."""

    root: ElementTree.Element
    warnings: list[str] = field(default_factory=list)

    def one(self, name: str, within: ElementTree.Element | None = None) -> str:
        """Return the text of an element that must stand there exactly once."""
        parent = self.root if within is None else within
        found = parent.findall(name)
        if len(found) != 1:
            raise Unacceptable(f"应有且只有一个 {name}，实际 {len(found)} 个")
        if len(found[0]):
            raise Unacceptable(f"{name} 里应是文字，却套着别的元素")
        return found[0].text or ""


def judge(answer: Answer, case: Case) -> Verdict:
    """Rule on one answer."""
    try:
        return _judge(answer, case)
    except Unacceptable as error:
        return Verdict(Ruling.FAULT, str(error))


def _judge(answer: Answer, case: Case) -> Verdict:
    if answer.status != 200:
        raise Unacceptable(f"HTTP 状态码是 {answer.status}，不是 200")
    if answer.body in (b"", b"success"):
        return Verdict(Ruling.SILENT, "success：不回复" if answer.body else "空：不回复")
    root = _parse(answer.body)
    if root.find("Encrypt") is not None:
        root = _parse(_open(_Message(root), case).encode())
    elif case.mode is Mode.SECURE:
        raise Unacceptable("安全模式下回复没有加密")
    verdict = _read(_Message(root), case)
    if not case.push.shows_reply:
        return Verdict(Ruling.SILENT, f"{case.push.event} 事件的回复不会显示", verdict.kind)
    return verdict


def _parse(body: bytes) -> ElementTree.Element:
    if body.startswith((b"{", b"[")):
        raise Unacceptable("回复是 JSON，不是 XML")
    start = body[:200].lower()
    if b"<html" in start or b"<!doctype html" in start:
        raise Unacceptable("回复是网页，不是 XML")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Unacceptable("XML 里有 DTD")
    if not body.startswith(b"<"):
        raise Unacceptable("回复既不是 success 也不是 XML")
    try:
        body.decode("utf-8")
        root = ElementTree.fromstring(body)
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        raise Unacceptable(f"XML 不完整或有非法字符：{error}") from error
    if root.tag != "xml":
        raise Unacceptable(f"XML 的根元素是 {root.tag}，不是 xml")
    return root


def _open(envelope: _Message, case: Case) -> str:
    """Check an encrypted reply's signature and return what is inside."""
    if case.mode is Mode.PLAIN:
        raise Unacceptable("明文模式下回复却加了密")
    encrypted, signed, stamp, nonce = (envelope.one(name) for name in _ENVELOPE)
    if not re.fullmatch(r"[0-9]+", stamp):
        raise Unacceptable("TimeStamp 不是数字")
    expected = signature(case.credentials.token, stamp, nonce, encrypted)
    if not compare_digest(expected.encode(), signed.encode()):
        raise Unacceptable("MsgSignature 不对")
    try:
        return decrypt(case.credentials, encrypted)
    except ValueError as error:
        raise Unacceptable(f"解不开回复：{error}") from error


def _read(message: _Message, case: Case) -> Verdict:
    if message.one("ToUserName") != case.push.openid:
        raise Unacceptable("ToUserName 不是发消息的居民")
    if message.one("FromUserName") != case.account:
        raise Unacceptable("FromUserName 不是本公众号")
    if not re.fullmatch(r"[0-9]{1,19}", message.one("CreateTime")):
        raise Unacceptable("CreateTime 不是整数")
    kind = message.one("MsgType")
    if kind == "text":
        return _read_text(message)
    if kind == "news":
        return _read_news(message, case)
    if kind == "transfer_customer_service":
        return Verdict(Ruling.SILENT, "转给人工客服", kind)
    if kind not in _PARTS:
        raise Unacceptable(f"MsgType「{kind}」不是微信认识的回复类型")
    _require_parts(message, kind)
    return Verdict(Ruling.REPLY, "正常", kind, _SHOWN_AS[kind])


def _require_parts(message: _Message, kind: str) -> None:
    name, inside = _PARTS[kind]
    parents = message.root.findall(name)
    if len(parents) != 1:
        raise Unacceptable(f"{kind} 回复应有且只有一个 {name}")
    for part in inside:
        if not message.one(part, parents[0]):
            raise Unacceptable(f"{name}/{part} 是空的")


def _read_text(message: _Message) -> Verdict:
    content = message.one("Content")
    if not content.strip():
        raise Unacceptable("Content 是空的；不想回复应给 success")
    length = len(content.encode())
    if length > MAX_CONTENT_BYTES:
        raise Unacceptable(f"Content 有 {length} 字节，超过 {MAX_CONTENT_BYTES}")
    return Verdict(Ruling.REPLY, "正常", "text", content, warnings=tuple(_stumbles(content)))


def _stumbles(content: str) -> Sequence[str]:
    found = []
    if len(re.findall(r"<a\s", content)) != content.count("</a>"):
        found.append("链接标签 <a> 不成对，居民会看到半截代码")
    if _MARKDOWN.search(content):
        found.append("有 Markdown 记号，微信会原样显示")
    if re.search(r"</?(?!a\b)[a-z][a-z0-9]*[ />]", content):
        found.append("有 <a> 以外的 HTML 标签，微信会原样显示")
    return found


def _read_news(message: _Message, case: Case) -> Verdict:
    items = message.root.findall("Articles/item")
    count = message.one("ArticleCount")
    if not items or count != str(len(items)):
        raise Unacceptable(f"ArticleCount 写的是「{count}」，实际有 {len(items)} 篇")
    limit = MAX_ARTICLES_TO_EVENT if case.push.event else MAX_ARTICLES_TO_MESSAGE
    names = ("Title", "Description", "PicUrl", "Url")
    articles = tuple(Article(*(message.one(name, item) for name in names)) for item in items)
    warnings = (f"图文超过 {limit} 篇，只显示前 {limit} 篇",) if len(items) > limit else ()
    return Verdict(Ruling.REPLY, "正常", "news", articles=articles[:limit], warnings=warnings)
