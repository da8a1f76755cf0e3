"""The articles of an official text, out of lines as untidy as real files have them."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.knowledge.numerals import NUMERAL, parse_numeral

_COMMENT = re.compile(r"<!--.*?-->")
_PAGE_NUMBER = re.compile(r"[—–\-－\s]*\d{0,4}[—–\-－\s]*")
_ARTICLE = re.compile(
    rf"第\s?({NUMERAL}+)\s?条(?:\s?之([一二三四五六七八九十]{{1,3}}))?(\s*)[:：、]?\s*(.*)"
)
# `第三条规定的…` at the start of a line speaks of an article; `第三条 为了…` is one.
_SPOKEN_OF = tuple("规第、，,和至到的与及或所中之款项对")
_CHAPTER = re.compile(rf"(第\s?{NUMERAL}+\s?(分编|编|章|节))(\s*)([^。；：，]{{0,40}})")
_NUMBERED_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、[^。；：，]{1,30}")
_PART = re.compile(r"总\s?则|附\s?则|\S{1,8}编")
_NOTE = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日(?:\s.*)?|[（(].*\d{4}年.*(?:通过|公布|施行|修订|修正|修改|发布).*"
)
_TITLE = re.compile(r"[^。；：]*(?:法|典|条例|规定|解释|办法|规则|细则|批复|决定)(?:（.{1,8}）)?")
# What follows the last article of a law: appendices, and the amendments printed after 宪法.
_APPENDIX = re.compile(
    r"附\s?[:：].*|附\s?[件录表图].{0,40}|.{0,30}修正案(?:\s?[（(].*)?|.{0,60}的决定"
)

_LEVELS = {"编": 0, "分编": 1, "章": 2, "节": 3}
_NUMBERED_LEVEL = 2


@dataclass(frozen=True)
class Line:
    """One cleaned line; `heading` is the number of `#` it stood behind."""

    text: str
    heading: int = 0


@dataclass(frozen=True)
class Passage:
    """One article as found in a text."""

    article: int
    inserted: int
    chapter: str
    text: str

    @property
    def number(self) -> str:
        """The number as citations spell it: `1042`, `120之1`."""
        return f"{self.article}之{self.inserted}" if self.inserted else str(self.article)


@dataclass(frozen=True)
class Outline:
    """An official text taken apart."""

    title: str
    head: tuple[str, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class _Start:
    """Where an article may begin."""

    index: int
    article: int
    inserted: int
    rest: str


def clean_lines(lines: Sequence[str]) -> list[Line]:
    """Drop invisible characters, comments, page numbers and markup; fold odd spaces."""
    found = []
    for raw in lines:
        text = "".join(map(_clean_character, _COMMENT.sub("", raw))).replace("**", "")
        text = " ".join(text.split())
        bare = text.lstrip("#> ")
        if bare and not _PAGE_NUMBER.fullmatch(bare):
            found.append(Line(bare, len(text) - len(text.lstrip("#"))))
    return found


def _clean_character(character: str) -> str:
    category = unicodedata.category(character)
    if category.startswith("Z") or character in "\t\v\f":
        return " "
    return "" if category in ("Cf", "Cc", "Co") else character


def outline_text(lines: Sequence[str]) -> Outline:
    """Find the title, the notes before the first article, and every article in order."""
    cleaned = _without_appendix(clean_lines(lines))
    starts = _longest_rising(list(_candidates(cleaned)))
    first = starts[0].index if starts else len(cleaned)
    title = _title(cleaned[:first])
    passages = _passages(cleaned, starts, title) if starts else ()
    return Outline(title, tuple(line.text for line in cleaned[:first]), tuple(passages))


def _title(head: Sequence[Line]) -> str:
    """Return the title, which may be broken over several lines."""
    if head and head[0].heading == 1:
        return head[0].text.replace(" ", "")
    texts = [line.text.replace(" ", "") for line in head if not _is_heading_or_note(line)][:6]
    for first in range(min(len(texts), 3)):
        for last in range(first + 1, min(first + 4, len(texts)) + 1):
            joined = "".join(texts[first:last])
            if _TITLE.fullmatch(joined):
                return joined
    return texts[0] if texts else ""


def _is_heading_or_note(line: Line) -> bool:
    patterns = (_NOTE, _CHAPTER, _NUMBERED_HEADING)
    return any(pattern.fullmatch(line.text) for pattern in patterns)


def _candidates(lines: Sequence[Line]) -> Iterator[_Start]:
    for index, line in enumerate(lines):
        start = _match_article(index, line.text)
        if start:
            yield start


def _match_article(index: int, text: str) -> _Start | None:
    found = _ARTICLE.match(text)
    if not found:
        return None
    article, inserted, gap, rest = found.groups()
    if not gap and rest.startswith(_SPOKEN_OF):
        return None
    number = parse_numeral(article)
    return _Start(index, number, parse_numeral(inserted or "0") or 0, rest) if number else None


def _longest_rising(starts: Sequence[_Start]) -> list[_Start]:
    """Keep the longest rising run of numbers: mentions at the start of a line fall out."""
    tails: list[tuple[int, int]] = []
    ends: list[int] = []
    before: list[int] = []
    for position, start in enumerate(starts):
        key = (start.article, start.inserted)
        length = bisect_left(tails, key)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [key]
        ends[length : length + 1] = [position]
    chain = []
    position = ends[-1] if ends else -1
    while position >= 0:
        chain.append(starts[position])
        position = before[position]
    return chain[::-1]


def _without_appendix(lines: Sequence[Line]) -> Sequence[Line]:
    """Cut at an appendix heading after which the articles end or begin again at one."""
    numbers = {start.index: start.article for start in _candidates(lines)}
    for index, line in enumerate(lines):
        if not _APPENDIX.fullmatch(line.text) or not any(seen < index for seen in numbers):
            continue
        following = next((numbers[seen] for seen in sorted(numbers) if seen > index), 1)
        if following == 1:
            return lines[:index]
    return lines


def _passages(lines: Sequence[Line], starts: Sequence[_Start], title: str) -> Iterator[Passage]:
    path: dict[int, str] = {}
    ends = [start.index for start in starts[1:]] + [len(lines)]
    begins = {start.index for start in starts}
    for index in range(starts[0].index):
        _is_between(path, lines, index, begins, title)
    for start, end in zip(starts, ends, strict=True):
        chapter = " ".join(path[level] for level in sorted(path))
        body, open_ = [start.rest] if start.rest else [], True
        for index in range(start.index + 1, end):
            if _is_between(path, lines, index, begins, title):
                open_ = False  # whatever stands between a heading and the next article is a note
            elif open_:
                body.append(lines[index].text)
        yield Passage(start.article, start.inserted, chapter, "\n".join(body))


def _is_between(
    path: dict[int, str], lines: Sequence[Line], index: int, begins: set[int], title: str
) -> bool:
    """Tell whether the line is no text of an article; a heading is entered in `path`."""
    line = lines[index]
    closed = line.text.replace(" ", "")
    level = _heading_level(line, before_article=index + 1 in begins)
    if closed == title or level is None:
        return closed == title or bool(_NOTE.fullmatch(line.text))
    for deeper in [known for known in path if known >= level]:
        del path[deeper]
    path[level] = _heading_text(line.text)
    return True


def _heading_level(line: Line, *, before_article: bool) -> int | None:
    chapter = _CHAPTER.fullmatch(line.text)
    if chapter and (chapter.group(3) or not chapter.group(4).startswith(_SPOKEN_OF)):
        return _LEVELS[chapter.group(2)]
    if line.heading:
        return 0 if line.heading == 1 else _NUMBERED_LEVEL
    if before_article and _NUMBERED_HEADING.fullmatch(line.text):
        return _NUMBERED_LEVEL
    return 0 if _PART.fullmatch(line.text) else None


def _heading_text(text: str) -> str:
    """Close the gaps of `第一章 总 则`."""
    chapter = _CHAPTER.fullmatch(text)
    if not chapter:
        return text.replace(" ", "")
    number, _, _, name = chapter.groups()
    return f"{number.replace(' ', '')} {name.replace(' ', '')}".strip()
