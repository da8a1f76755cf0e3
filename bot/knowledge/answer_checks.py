"""What an answer may look like: lengths, marks WeChat cannot show, numbers nobody vouched for."""

import re
from collections.abc import Iterator

from bot.errors import Problem, Severity
from bot.knowledge.answer_text import render_plain
from bot.knowledge.parser import WrittenEntry
from bot.knowledge.public_numbers import find_unknown_numbers
from bot.knowledge.rendering import MAX_FIRST_REPLY, first_reply

_LENGTHS = {"短答": 120, "详答": 600, "下一步": 90}

_UNSHOWABLE = (
    (re.compile(r"!\[[^\]]*\]\("), "图片"),
    (re.compile(r"(?<!!)\[[^\]]+\]\([^)]*\)|<https?://[^>]*>"), "链接"),
    (re.compile(r"^\|.*\|$|^:?-{3,}:?\s*\|"), "表格"),
    (re.compile(r"</?[a-zA-Z][^>]*>|&(?:nbsp|lt|gt|amp|quot);"), "网页代码"),
    (re.compile(r"^(?:```|~~~)|`[^`]+`"), "代码"),
    (re.compile(r"^>"), "引用"),
    (re.compile(r"^(?:-{3,}|\*{3,}|_{3,}|={3,})$"), "分隔线"),
)
_UNFINISHED = re.compile(r"待补充|待填写|待完善|TODO|[Xx×]{2,}|_{2,}")
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)

_CHINESE = "[一-鿿》”）]"
_HALF_WIDTH = re.compile(rf"{_CHINESE}([,;:?!])|([,;?!])[一-鿿《“（]|{_CHINESE}(\.)(?:\s|$)")
_HALF_BRACKET = re.compile(r"[一-鿿]([(])[一-鿿]|[一-鿿]([)])|([(])[一-鿿]")
_FULL_WIDTH = re.compile(r"[０-９Ａ-Ｚａ-ｚ％]+")
_REPEATED = re.compile(r"([，。；：、？！])\1+|[，、；：][。；：]")
_PAIRS = (("“", "”"), ("（", "）"), ("《", "》"), ("【", "】"))


def check_answers(written: WrittenEntry) -> Iterator[Problem]:
    """Yield what is wrong with the three answer fields and the first reply as a whole."""
    yield from _check_lengths(written)
    for label in _LENGTHS:
        for line, text in written.block.lines(label):
            yield from _check_line(written.entry.path, line, text)
        yield from _check_pairs(written, label)
    question = written.entry.question
    yield from _check_punctuation(written.entry.path, written.entry.line, question)


def _check_lengths(written: WrittenEntry) -> Iterator[Problem]:
    entry, block = written.entry, written.block
    if not entry.short_answer:
        yield Problem(entry.path, block.line_of("短答"), "缺少短答，请用一两句话先说结论")
        return
    for label, limit in _LENGTHS.items():
        length = _count(render_plain(block.text(label)))
        if length > limit:
            text = f"{label} {length} 字，超过 {limit} 字，请精简"
            yield Problem(entry.path, block.line_of(label), text)
    length = len(first_reply(entry))
    if length > MAX_FIRST_REPLY:
        text = (
            f"第一条回复（短答、依据、下一步、审核说明）共 {length} 字，超过 {MAX_FIRST_REPLY} 字"
        )
        yield Problem(entry.path, entry.line, text)
    if not entry.next_step:
        text = "缺少下一步，建议告诉居民接着该做什么"
        yield Problem(entry.path, entry.line, text, Severity.WARNING)


def _count(text: str) -> int:
    """Characters as a clerk counts them: without spaces and line breaks."""
    return len(re.sub(r"\s", "", text))


def _check_line(path: str, line: int, text: str) -> Iterator[Problem]:
    for pattern, name in _UNSHOWABLE:
        if pattern.search(text):
            yield Problem(path, line, f"微信里显示不了{name}，请改成普通文字或“- ”列表")
    for number in find_unknown_numbers(text):
        hint = f"“{number}”像电话号码，答案里只写全国公共电话（如 12348）"
        yield Problem(path, line, hint)
    unfinished = _UNFINISHED.search(text)
    if unfinished:
        yield Problem(path, line, f"还有没写完的地方：“{unfinished.group()}”")
    if _ADDRESS.search(text):
        hint = "答案里有网址，请确认它是官方网站"
        yield Problem(path, line, hint, Severity.WARNING)
    if "*" in text and "*" in render_plain(text):
        yield Problem(path, line, "星号会原样显示给居民，请检查加粗是否成对", Severity.WARNING)
    yield from _check_punctuation(path, line, text)


def _check_punctuation(path: str, line: int, text: str) -> Iterator[Problem]:
    marks = {mark for found in _HALF_WIDTH.findall(text) for mark in found if mark}
    marks |= {mark for found in _HALF_BRACKET.findall(text) for mark in found if mark}
    if marks:
        hint = f"中文里用了半角标点 {' '.join(sorted(marks))}，请改成全角"
        yield Problem(path, line, hint, Severity.WARNING)
    wide = _FULL_WIDTH.search(text)
    if wide:
        hint = f"“{wide.group()}”是全角字符，数字和字母请用半角"
        yield Problem(path, line, hint, Severity.WARNING)
    repeated = _REPEATED.search(text)
    if repeated:
        hint = f"标点重复：“{repeated.group()}”"
        yield Problem(path, line, hint, Severity.WARNING)


def _check_pairs(written: WrittenEntry, label: str) -> Iterator[Problem]:
    text = written.block.text(label)
    for opening, closing in _PAIRS:
        if text.count(opening) != text.count(closing):
            hint = f"{label}里的{opening}和{closing}不成对"
            line = written.block.line_of(label)
            yield Problem(written.entry.path, line, hint, Severity.WARNING)
