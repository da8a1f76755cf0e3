"""FAQ files into entries; what cannot be read becomes a problem, the rest is kept."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.documents.labelled import Block, LabelledFile, parse_labelled
from bot.errors import Problem, Severity
from bot.knowledge.citations import parse_citation
from bot.knowledge.entries import Citation, Entry, EntryStatus
from bot.knowledge.numerals import NUMERAL, find_dates, parse_numeral

SERVICE_LAW = "服务"
"""Front matter `law:` of entries on the office's own services; they need no citation."""
KNOWN_LAWS = ("宪法", "民法典", "行政复议法", SERVICE_LAW)

LABELS = frozenset(
    {"编号", "状态", "审核人", "审核日期", "复核期限", "依据", "问法", "短答", "详答", "下一步"}
)
PROSE = frozenset({"详答"})
# Notes among colleagues: at the start of a line in 详答 they would go out to residents.
_OFFICE_NOTE = re.compile(
    r"(备注|批注|附注|来源|出处|作者|编辑|编写|撰稿|校对|关键词|关键字|标签|分类|类别"
    r"|修改人|修改日期|更新日期|审批|审批人|责任人|联系人|领导意见|内部说明)\s*[：:]"
)
_ONE_LINE = ("编号", "状态", "审核人", "审核日期", "复核期限")
_FRONT_KEYS = ("law", "part")

_STATUS_MARKS = (
    (frozenset("停废删作"), EntryStatus.RETIRED),
    (frozenset("未待没"), EntryStatus.PENDING),
    (frozenset("已过审核"), EntryStatus.APPROVED),
)

_CITATION_SEPARATORS = re.compile(r"[、,，;；/／|\s]+")
_WRONG_SEPARATOR = re.compile(r"[,，;；/／|]|(?<=\d)\s+(?=\S)")
_GAP_BEFORE_NUMBER = re.compile(r"(?<=[一-鿿])\s+(?=\d)")
_LOOSE_CITATION = re.compile(
    rf"《?(?:中华人民共和国)?([一-鿿]{{2,30}}?)》?第?({NUMERAL}+)条?(?:之({NUMERAL}+))?"
)


@dataclass(frozen=True)
class WrittenEntry:
    """An entry and the block it was read from, which knows the lines."""

    entry: Entry
    block: Block
    last_line: int


def parse_faq(text: str, path: str) -> tuple[list[WrittenEntry], list[Problem]]:
    """Parse one FAQ file; never raises, whatever the text."""
    labelled, problems = parse_labelled(text, path, labels=LABELS, prose=PROSE)
    if labelled.front or not problems:  # broken front matter is told once
        problems += _check_front(labelled, path)
    problems += _check_body(labelled, path)
    starts = [block.line for block in labelled.blocks] + [text.count("\n") + 2]
    written = []
    for block, following in zip(labelled.blocks, starts[1:], strict=True):
        reader = _EntryReader(block, path)
        written.append(WrittenEntry(reader.read(labelled), block, following - 1))
        problems += reader.problems
    return written, sorted(problems)


def _check_front(labelled: LabelledFile, path: str) -> Iterator[Problem]:
    front = labelled.front
    if not front.get("law"):
        hint = f"开头的两条 --- 之间缺少“law: 法律”一行（{'、'.join(KNOWN_LAWS)}之一）"
        yield Problem(path, 1, hint)
    elif front["law"] not in KNOWN_LAWS:
        line = labelled.front_lines.get("law", 1)
        hint = f"law 一般写{'、'.join(KNOWN_LAWS)}之一，这里是“{front['law']}”"
        yield Problem(path, line, hint, Severity.WARNING)
    for key in front:
        if key not in _FRONT_KEYS:
            line = labelled.front_lines.get(key, 1)
            yield Problem(path, line, f"开头不认识“{key}”，这里只写 law（法律）和 part（编）")


def _check_body(labelled: LabelledFile, path: str) -> Iterator[Problem]:
    if not labelled.blocks:
        yield Problem(path, 1, "文件里没有一条问答，每条问答以“## 问题”开头")
    elif not labelled.title:
        hint = "缺少“# 主题”一行，建议写在开头的 --- 之后"
        yield Problem(path, 1, hint, Severity.WARNING)


class _EntryReader:
    """Reads one block; collects what is wrong with it."""

    def __init__(self, block: Block, path: str) -> None:
        self.block = block
        self.path = path
        self.problems: list[Problem] = []

    def read(self, labelled: LabelledFile) -> Entry:
        block = self.block
        for number, line in block.lines("详答"):
            note = _OFFICE_NOTE.match(line)
            if note:
                hint = f"不认识的标签“{note.group(1)}”，这一行会当作答案发给居民"
                self._report(number, hint)
        for label in _ONE_LINE:
            for number, _ in block.lines(label)[1:]:
                self._report(number, f"“{label}”只写一行，这一行不知道属于哪一项")
        return Entry(
            code=block.text("编号").split("\n")[0].strip(),
            question=block.heading,
            phrasings=tuple(self._phrasings()),
            citations=tuple(dict.fromkeys(self._citations())),
            short_answer=block.text("短答"),
            full_answer=block.text("详答"),
            next_step=block.text("下一步"),
            status=self._status(),
            approver=block.text("审核人"),
            approved_on=self._date("审核日期"),
            review_by=self._date("复核期限"),
            law=labelled.front.get("law", ""),
            part=labelled.front.get("part", ""),
            topic=labelled.title,
            path=self.path,
            line=block.line,
        )

    def _phrasings(self) -> Iterator[str]:
        items = dict(self.block.items("问法"))
        for number, line in self.block.lines("问法"):
            if items.get(number):
                yield items[number]
            elif line in ("-", "*", "+") or number in items:
                self._report(number, "这一行问法是空的")
            elif not re.match(r"[－—–•·]", line):  # those are reported as wrong dashes
                self._report(number, "问法一行一种，每行用“- ”开头")

    def _status(self) -> EntryStatus:
        written = self.block.text("状态").split("\n")[0].strip()
        if not self.block.fields:
            return EntryStatus.PENDING  # the empty heading is reported already
        try:
            return EntryStatus(written)
        except ValueError:
            pass
        choices = "、".join(EntryStatus)
        hint = f"缺少状态，请写“状态：待审核”（{choices}之一）"
        if written:
            near = next((status for marks, status in _STATUS_MARKS if marks & set(written)), "")
            guess = f"，是不是“{near}”？" if near else ""
            hint = f"状态只能是{choices}之一，不能写“{written}”{guess}"
        self._report(self.block.line_of("状态"), hint)
        return EntryStatus.PENDING

    def _date(self, label: str) -> date | None:
        written = self.block.text(label).split("\n")[0].strip()
        if not written:
            return None
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII):
                return date.fromisoformat(written)
        except ValueError:
            self._report(self.block.line_of(label), f"{label}“{written}”不是真实的日期")
            return None
        likely = _likely_date(written)
        example = likely.isoformat() if likely else "2026-03-05"
        self._report(
            self.block.line_of(label), f"{label}应写成“{example}”的样子，不能写“{written}”"
        )
        return None

    def _citations(self) -> Iterator[Citation]:
        for number, line in self.block.lines("依据"):
            text = _GAP_BEFORE_NUMBER.sub("", re.sub(r"^[-*+]\s+", "", line).strip("。.、 "))
            if _WRONG_SEPARATOR.search(text):
                self._report(number, "几条依据之间要用顿号“、”隔开")
            for written in filter(None, _CITATION_SEPARATORS.split(text)):
                citation = self._citation(number, written)
                if citation:
                    yield citation

    def _citation(self, number: int, written: str) -> Citation | None:
        citation = parse_citation(written)
        if citation:
            return citation
        loose = _LOOSE_CITATION.fullmatch(unicodedata.normalize("NFKC", written))
        article = parse_numeral(loose.group(2)) if loose else None
        if not loose or not article:
            self._report(number, f"看不懂依据“{written}”，应写成“民法典1042”：法律简称加条号")
            return None
        inserted = parse_numeral(loose.group(3) or "0")
        suffix = f"之{inserted}" if inserted else ""
        citation = Citation(loose.group(1), f"{article}{suffix}")
        self._report(number, f"依据“{written}”应写成“{citation}”")
        return citation

    def _report(self, line: int, text: str) -> None:
        self.problems.append(Problem(self.path, line, text))


def _likely_date(written: str) -> date | None:
    """Read `2026年3月5日`, `2026/3/5`, `２０２６．３．５` for the suggestion."""
    plain = unicodedata.normalize("NFKC", written)
    numbers = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", plain)
    if numbers:
        plain = "{}年{}月{}日".format(*numbers.groups())
    found = find_dates(plain)
    return found[0][0] if found else None
