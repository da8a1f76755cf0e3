"""Markdown as clerks write it: front matter, `##` headings, and `标签：值` lines under them.

    ---
    law: 民法典
    ---
    # 离婚
    ## 离婚冷静期有多久
    编号：201
    问法：
    - 离婚要等几天
    短答：……

A field runs from its label to the next known label or heading. Labels are only recognised at the
start of a line; in prose fields (`prose`) any other `词：` is ordinary text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml
from rapidfuzz.distance import OSA

from bot.documents.reading import read_text
from bot.errors import Problem, Severity

__all__ = ["Block", "Field", "LabelledFile", "parse_labelled", "read_text"]

_LABEL = re.compile(
    r"^ {0,3}(?:[-*+]\s+)?(?:\*\*)?([一-鿿]{2,6})(?:\*\*)?\s*[：:](?:\*\*)?\s*(.*)$"
)
_WRONG_COLON = re.compile(r"^ {0,3}(?:\*\*)?([一-鿿]{2,6})(?:\*\*)?\s*[;；=＝,，、.。]\s*(.*)$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_EMPTY_HEADING = re.compile(r"^ {0,3}(#{1,6})$")
_GLUED_HEADING = re.compile(r"^ {0,3}(#{1,6})([^#\s].*)$")
_WIDE_HEADING = re.compile(r"^ {0,3}[#＃]*＃[#＃]*")
_ITEM = re.compile(r"^\s*[-*+]\s+(.*)$")
_WIDE_ITEM = re.compile(r"^\s*[－—–•·]\s*\S")
_BULLETS = ("-", "*", "+")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_FRONT_COLON = re.compile(r"^(\s*\w+)\s*[：:]\s*", re.MULTILINE)
_FRONT_LINE = re.compile(r"\s*(?:\w+\s*[：:]|#|$)")
_FRONT_HINT = "开头两条 --- 之间应一行写一个“名称: 内容”"


@dataclass(frozen=True)
class Field:
    """One labelled value: `text` is everything, `items` its list lines with their numbers."""

    label: str
    line: int
    text: str
    items: tuple[tuple[int, str], ...] = ()
    lines: tuple[tuple[int, str], ...] = ()
    """Every line that is not blank, with its number."""


@dataclass(frozen=True)
class Block:
    """One `##` heading and the fields under it."""

    heading: str
    line: int
    fields: Mapping[str, Field] = field(default_factory=dict)

    def text(self, label: str) -> str:
        """Return the field's text, empty where it is not given."""
        found = self.fields.get(label)
        return found.text if found else ""

    def line_of(self, label: str) -> int:
        """Return the field's line, or the heading's where it is not given."""
        found = self.fields.get(label)
        return found.line if found else self.line

    def items(self, label: str) -> tuple[tuple[int, str], ...]:
        """Return the field's list lines, each with its line number."""
        found = self.fields.get(label)
        return found.items if found else ()

    def lines(self, label: str) -> tuple[tuple[int, str], ...]:
        """Return the field's lines that are not blank, each with its line number."""
        found = self.fields.get(label)
        return found.lines if found else ()


@dataclass(frozen=True)
class LabelledFile:
    """A whole file: its front matter, its `#` title and its blocks."""

    front: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    blocks: tuple[Block, ...] = ()
    front_lines: Mapping[str, int] = field(default_factory=dict)


def parse_labelled(
    text: str, path: str, *, labels: frozenset[str], prose: frozenset[str] = frozenset()
) -> tuple[LabelledFile, list[Problem]]:
    """Parse one file; anything unclear becomes a problem, the rest is kept."""
    front, body_line, problems = _split_front_matter(text, path)
    lines = text.split("\n")
    parser = _BlockParser(path, labels, prose)
    for number in range(body_line, len(lines) + 1):
        parser.feed(number, _INVISIBLE.sub("", lines[number - 1]).replace("\u3000", " ").rstrip())
    blocks = parser.finish()
    values = {key: value for key, (_, value) in front.items()}
    front_lines = {key: line for key, (line, _) in front.items()}
    found = LabelledFile(values, parser.title, blocks, front_lines)
    return found, problems + parser.problems


_Front = dict[str, tuple[int, str]]


def _split_front_matter(text: str, path: str) -> tuple[_Front, int, list[Problem]]:
    """Return the front matter, the number of the body's first line, and problems."""
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].strip() != "---":
        if re.match(r"^[－—–-]{2,}\s*$", lines[first]):
            return {}, first + 2, [Problem(path, first + 1, "开头的分隔线应是三个半角减号 ---")]
        return {}, 1, []
    for number in range(first + 1, len(lines)):
        if lines[number].strip() == "---":
            front, problems = _parse_front(lines[first + 1 : number], path, first + 2)
            return front, number + 2, problems
        if _HEADING.match(lines[number]):
            # A `---` further down is a rule inside an answer, not the end of the front matter.
            break
    return {}, first + 2, [Problem(path, first + 1, "开头的 --- 没有配对的结束 ---")]


def _parse_front(lines: list[str], path: str, start: int) -> tuple[_Front, list[Problem]]:
    text = _FRONT_COLON.sub(r"\1: ", _INVISIBLE.sub("", "\n".join(lines)))
    try:
        # Nodes, not values: `on`, `no` and dates stay as typed, and aliases cannot multiply.
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        odd = (number for number, line in enumerate(lines) if not _FRONT_LINE.match(line))
        line = next(odd, mark.line if mark else 0)
        return {}, [Problem(path, start + line, _FRONT_HINT)]
    except RecursionError:
        return {}, [Problem(path, start, _FRONT_HINT)]
    if root is None:
        return {}, []
    if not isinstance(root, yaml.MappingNode):
        return {}, [Problem(path, start, _FRONT_HINT)]
    return _read_front(root, path, start)


def _read_front(root: yaml.MappingNode, path: str, start: int) -> tuple[_Front, list[Problem]]:
    front: _Front = {}
    problems: list[Problem] = []
    for key, value in root.value:
        line = start + key.start_mark.line
        if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
            problems.append(Problem(path, line, _FRONT_HINT))
        elif key.value in front:
            problems.append(Problem(path, line, f"“{key.value}”写了两次"))
        else:
            front[key.value] = (line, value.value.strip())
    return front, problems


class _BlockParser:
    """Reads the body line by line; keeps the block and the field under way."""

    def __init__(self, path: str, labels: frozenset[str], prose: frozenset[str]) -> None:
        self.path = path
        self.labels = labels
        self.prose = prose
        self.title = ""
        self.problems: list[Problem] = []
        self._blocks: list[Block] = []
        self._heading: tuple[str, int] | None = None
        self._fields: dict[str, Field] = {}
        self._is_empty = True
        self._label = ""
        self._label_line = 0
        self._lines: list[tuple[int, str]] = []

    def feed(self, number: int, line: str) -> None:
        if _WIDE_HEADING.match(line):
            self._warn(number, "标题前的井号要用半角 #，后面空一格")
            bare = line.lstrip(" #＃")
            line = "#" * (len(line.replace(" ", "")) - len(bare.replace(" ", ""))) + " " + bare
        heading = _HEADING.match(line) or _EMPTY_HEADING.match(line)
        if heading:
            title = heading.group(2) if heading.re is _HEADING else ""
            self._start_heading(number, len(heading.group(1)), title)
            return
        glued = _GLUED_HEADING.match(line)
        if glued:
            self._warn(number, "井号后面要空一格，写成“## 标题”")
            self._start_heading(number, len(glued.group(1)), glued.group(2).strip())
            return
        self._is_empty = self._is_empty and not line.strip()
        if self._start_field(number, line):
            return
        if self._label:
            self._lines.append((number, line))
        elif line.strip() and self._heading:
            self._warn(number, "这一行前面没有标签，不知道属于哪一项")

    def finish(self) -> tuple[Block, ...]:
        self._close_block()
        return tuple(self._blocks)

    def _start_heading(self, number: int, level: int, text: str) -> None:
        if level == 1:
            self._close_block()
            self.title = self.title or text
        elif level == 2:
            self._close_block()
            self._heading = (text, number)
            if not text:
                self._warn(number, "标题是空的")
        elif text in self.labels:
            self._open_field(number, text, "")
        elif self._label in self.prose:
            self._lines.append((number, f"**{text}**"))
        else:
            self._warn(number, f"不认识的小标题“{text}”")

    def _start_field(self, number: int, line: str) -> bool:
        found = _LABEL.match(line)
        if found and self._is_point(line, found.group(1)):
            return False
        if found and found.group(1) in self.labels:
            self._open_field(number, found.group(1), found.group(2))
            return True
        wrong = _WRONG_COLON.match(line)
        if wrong and wrong.group(1) in self.labels and self._label not in self.prose:
            self._warn(number, f"“{wrong.group(1)}”后面应是冒号")
            self._open_field(number, wrong.group(1), wrong.group(2))
            return True
        if found and not line.lstrip().startswith(_BULLETS) and self._heading:
            return self._suspect(number, found.group(1))
        return False

    def _is_point(self, line: str, word: str) -> bool:
        """Tell a point of an answer (`- 编号：印在单子上`) from a label not given yet."""
        known = word == self._label or word in self._fields
        return known and self._label in self.prose and line.lstrip().startswith(_BULLETS)

    def _suspect(self, number: int, word: str) -> bool:
        """Report a label nobody knows; inside prose only one that is missing and misspelt."""
        in_prose = self._label in self.prose
        given = {*self._fields, self._label} if in_prose else ()
        near = [
            known
            for known in sorted(self.labels)
            if OSA.distance(word, known) == 1 and known not in given
        ]
        if near or not in_prose:
            guess = f"，是不是“{near[0]}”？" if near else ""
            self._warn(number, f"不认识的标签“{word}”{guess}")
        return not in_prose

    def _open_field(self, number: int, label: str, rest: str) -> None:
        self._close_field()
        if self._heading is None:
            self._warn(number, f"“{label}”写在了第一个“## 标题”之前")
        if label in self._fields:
            self._warn(number, f"“{label}”在这一条里写了两次")
        self._label, self._label_line = label, number
        self._lines = [(number, rest)] if rest else []

    def _close_field(self) -> None:
        if self._label and self._label not in self._fields:
            lines = tuple((number, line.strip()) for number, line in self._lines if line.strip())
            items = tuple(self._list_items())
            self._fields[self._label] = Field(
                self._label, self._label_line, self._joined(), items, lines
            )
        self._label, self._lines = "", []

    def _joined(self) -> str:
        return "\n".join(line for _, line in self._lines).strip()

    def _list_items(self) -> Iterator[tuple[int, str]]:
        for number, line in self._lines:
            item = _ITEM.match(line)
            if item:
                yield number, item.group(1).strip()
            elif _WIDE_ITEM.match(line) and self._label not in self.prose:
                self._warn(number, "列表要用半角减号加空格开头：“- 内容”")

    def _close_block(self) -> None:
        self._close_field()
        if self._heading is not None:
            heading, line = self._heading
            if self._is_empty:
                self._warn(line, f"标题“{heading}”下面没有内容")
            self._blocks.append(Block(heading, line, dict(self._fields)))
        self._heading, self._fields, self._is_empty = None, {}, True

    def _warn(self, number: int, text: str, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(Problem(self.path, number, text, severity))
