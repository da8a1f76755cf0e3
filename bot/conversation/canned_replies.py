"""Replies that staff choose from when they write to a resident."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MAX_TITLE = 20
MAX_TEXT = 300
MAX_REPLIES = 30


@dataclass(frozen=True)
class CannedReply:
    """One ready text and the words it is chosen by."""

    title: str
    text: str


STANDARD: Sequence[CannedReply] = (
    CannedReply("收到，在看", "您好，您的留言收到了，我是司法所工作人员，正在看，请稍等。"),
    CannedReply(
        "问清情况",
        "您好，请再说说：事情是什么时候、在哪里发生的，和谁，现在到了哪一步，手里有什么凭据。",
    ),
    CannedReply(
        "来所面谈",
        "这件事当面说更清楚。方便的话请带上身份证和相关材料到司法所来，我们一起看。",
    ),
    CannedReply(
        "可以调解",
        "这件事可以申请人民调解，不收费，双方愿意就行。您要是同意，回复“我要调解”登记一下。",
    ),
    CannedReply(
        "不归我们管",
        "这件事不归司法所管。可以打12345问该找哪个部门，法律上的事也可以打12348问。",
    ),
    CannedReply("办完了", "这件事先到这里。以后有法律上的问题，直接在这里打字问就行。"),
)
"""What an office starts with; nothing in it promises a result or a time."""


def read_canned_replies(written: object) -> Sequence[CannedReply]:
    """Return the office's own replies (`written`, as `dump_canned_replies` has them), or ours."""
    rows = written if isinstance(written, list) else []
    read = [
        CannedReply(str(row.get("title", "")), str(row.get("text", "")))
        for row in rows
        if isinstance(row, Mapping)
    ]
    return tuple(read) if isinstance(written, list) else STANDARD


def dump_canned_replies(replies: Sequence[CannedReply]) -> list[dict[str, Any]]:
    """Write replies as plain values."""
    return [{"title": one.title, "text": one.text} for one in replies]


def find_problems(replies: Sequence[CannedReply]) -> Iterator[str]:
    """Say in Chinese what is wrong with replies before they are kept."""
    if len(replies) > MAX_REPLIES:
        yield f"最多 {MAX_REPLIES} 条。"
    for one in replies:
        if not one.title or not one.text:
            yield f"“{one.title or one.text[:10]}”：名字和内容都要填；不要的整条清空。"
        if len(one.title) > MAX_TITLE:
            yield f"“{one.title[:10]}…”：名字最多 {MAX_TITLE} 个字。"
        if len(one.text) > MAX_TEXT:
            yield f"“{one.title}”：内容 {len(one.text)} 字，最多 {MAX_TEXT} 字。"
    titles = [one.title for one in replies]
    for title in {title for title in titles if titles.count(title) > 1}:
        yield f"有两条都叫“{title}”。"
