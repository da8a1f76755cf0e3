"""The small files beside the entries: lexicon, other fields of law, villages, calibration."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.documents.labelled import Block, parse_labelled, read_text
from bot.errors import Problem, Severity
from bot.retrieval import Calibration, Lexicon, normalise

_LEXICON_LABELS = frozenset({"词条", "说明"})
_NO_PHRASES = "缺少说法，请每行用“- ”写一种常见问法"
_FIELD_LABELS = frozenset({"去处", "说法", "说明"})
_VILLAGE_LABELS = frozenset({"别名", "调解员", "说明"})
_COMMAS = re.compile(r"\s*[、,，;；]\s*")
_LEXICON_LINE = re.compile(r"(.+?)\s*(=|＝|→|->|=>|—>|－>)\s*(.+)")
_WRONG_ARROWS = {"->", "=>", "—>", "－>"}


@dataclass(frozen=True)
class OtherField:
    """Another field of law: recognised so that it is never answered from ours."""

    name: str
    where_to_ask: str
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Village:
    """One village: its other names, and who mediates there."""

    name: str
    aliases: tuple[str, ...] = ()
    mediator: str = ""


def load_lexicon(path: Path) -> tuple[Lexicon, list[Problem]]:
    """Read `俺、俺们 = 我` (the same word) and `赖账 → 欠款、不还钱` (also think of)."""
    blocks, problems = _load_blocks(path, _LEXICON_LABELS)
    reader = _LexiconReader(path.as_posix())
    for block in blocks:
        for line, text in block.items("词条"):
            reader.read(line, text)
    return Lexicon(reader.folds, reader.expansions), problems + reader.problems


class _LexiconReader:
    """Collects word pairs; a word may mean only one thing."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.folds: dict[str, str] = {}
        self.expansions: dict[str, tuple[str, ...]] = {}
        self.problems: list[Problem] = []

    def read(self, line: int, text: str) -> None:
        found = _LEXICON_LINE.fullmatch(text)
        if not found:
            hint = "词条写成“- 俺、俺们 = 我”（同一个词）或“- 赖账 → 欠款、不还钱”（还要想到）"
            self._report(line, hint)
            return
        left, sign, right = found.groups()
        words = [word for word in _COMMAS.split(left) if word]
        meanings = [word for word in _COMMAS.split(right) if word]
        if sign in "=＝":
            self._fold(line, words, meanings)
            return
        if sign in _WRONG_ARROWS:
            self._report(line, "箭头请写成“→”", Severity.WARNING)
        for word in words:
            self.expansions[word] = (*self.expansions.get(word, ()), *meanings)

    def _fold(self, line: int, words: list[str], meanings: list[str]) -> None:
        if len(meanings) != 1:
            self._report(line, "等号右边只写一个词")
            return
        for word in words:
            known = self.folds.get(word, meanings[0])
            if normalise(word) == normalise(meanings[0]):
                self._report(line, f"“{word}”等号两边相同", Severity.WARNING)
            elif known != meanings[0]:
                self._report(line, f"“{word}”已经等于“{known}”，不能又等于“{meanings[0]}”")
            elif self.folds.get(meanings[0]) == word:
                self._report(line, f"“{word}”和“{meanings[0]}”互相等于，只留一个方向")
            else:
                self.folds[word] = meanings[0]

    def _report(self, line: int, text: str, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(Problem(self.path, line, text, severity))


def load_other_fields(path: Path) -> tuple[Mapping[str, OtherField], list[Problem]]:
    """Read the other fields of law: where to ask, and how people ask about them."""
    blocks, problems = _load_blocks(path, _FIELD_LABELS, prose=frozenset({"去处"}))
    fields: dict[str, OtherField] = {}
    for block in blocks:
        problems += _check_field(block, path.as_posix(), fields)
        phrases = tuple(text for _, text in block.items("说法"))
        fields[block.heading] = OtherField(block.heading, block.text("去处"), phrases)
    return fields, problems


def load_wishes(path: Path) -> tuple[Mapping[str, tuple[str, ...]], list[Problem]]:
    """Read how people say what they want of the service itself, by the wish's name."""
    blocks, problems = _load_blocks(path, frozenset({"说法"}))
    wishes: dict[str, tuple[str, ...]] = {}
    for block in blocks:
        if block.heading in wishes:
            problems.append(Problem(path.as_posix(), block.line, f"“{block.heading}”写了两次"))
        if not block.items("说法"):
            problems.append(Problem(path.as_posix(), block.line_of("说法"), _NO_PHRASES))
        wishes[block.heading] = tuple(text for _, text in block.items("说法"))
    return wishes, problems


def _check_field(block: Block, path: str, known: Mapping[str, OtherField]) -> Iterator[Problem]:
    if block.heading in known:
        yield Problem(path, block.line, f"“{block.heading}”写了两次")
    if not block.text("去处"):
        yield Problem(path, block.line_of("去处"), "缺少去处，请用一句话写居民该问哪里")
    if not block.items("说法"):
        yield Problem(path, block.line_of("说法"), _NO_PHRASES)


def load_villages(path: Path) -> tuple[tuple[Village, ...], list[Problem]]:
    """Read the villages; the file ships with an explanation and none."""
    blocks, problems = _load_blocks(path, _VILLAGE_LABELS)
    villages = []
    told: dict[str, str] = {}
    for block in blocks:
        aliases = tuple(text for _, text in block.items("别名"))
        if not aliases:
            aliases = tuple(filter(None, _COMMAS.split(block.text("别名"))))
        for name in (block.heading, *aliases):
            if told.setdefault(name, block.heading) != block.heading:
                text = f"“{name}”同时是{told[name]}和{block.heading}的名字"
                problems.append(Problem(path.as_posix(), block.line, text))
        villages.append(Village(block.heading, aliases, block.text("调解员")))
    return tuple(villages), problems


def load_calibration(path: Path) -> tuple[Calibration, list[Problem]]:
    """Read the fitted file; a missing, stale or broken one is replaced by the default."""
    if not path.exists():
        return Calibration.default(), []
    text, problems = read_text(path, path.as_posix())
    if not problems:
        try:
            return Calibration.from_json(text), []
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
    hint = "校准文件不能用，先按默认值回答；请运行 feisu tune 重新生成"
    return Calibration.default(), [Problem(path.as_posix(), 1, hint, Severity.WARNING)]


def _load_blocks(
    path: Path, labels: frozenset[str], prose: frozenset[str] = frozenset()
) -> tuple[tuple[Block, ...], list[Problem]]:
    """Read a file that need not be there."""
    if not path.exists():
        return (), []
    shown = path.as_posix()
    text, problems = read_text(path, shown)
    labelled, found = parse_labelled(text, shown, labels=labels, prose=prose)
    return labelled.blocks, problems + found
