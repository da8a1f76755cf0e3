"""Danger comes before any answer: signs and fixed cards, read from knowledge/safety.md.

    ## 正在发生的暴力
    号码：110
    卡片：请马上打110……
    必报：              these alarm in whatever wording
    - 救命
    信号：              these do not when the message asks about the law or tells of the past
    - 拿刀、提刀+砍、捅  `+`: every part in one sentence, near; `、`: any of them
    除外：              look-alikes: struck out before signs are looked for
    - 砍树

A block named 通用 holds what goes for all kinds: 除外, spellings of one word (同词：`俺、咱 = 我`),
and the words 问法律, 过去 and 眼下; what stands beside one of the last is happening now.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bot.consultation.signs import (
    Sign,
    Spelling,
    find_sign,
    find_signs,
    openings_of,
    parse_sign,
    parse_spellings,
    parse_wordings,
    sentences,
    strike,
)
from bot.documents.labelled import Block, parse_labelled, read_text
from bot.errors import Problem, Severity

COMMON = "通用"
LABELS = frozenset(["号码", "卡片", "必报", "信号", "除外", "同词", "问法律", "过去", "眼下"])
PROSE = frozenset({"卡片"})
LONGEST_CARD = 300


@dataclass(frozen=True)
class DangerKind:
    """One kind of danger: whom to call, what to say, and what gives it away."""

    name: str
    number: str
    card: str
    certain: tuple[Sign, ...] = ()
    signs: tuple[Sign, ...] = ()
    look_alikes: tuple[Sign, ...] = ()

    @cached_property
    def openings(self) -> frozenset[str]:
        """How any of its signs could begin: most messages are ruled out by these alone."""
        signs = (*self.certain, *self.signs)
        return frozenset(opening for sign in signs for opening in sign.openings)


@dataclass(frozen=True)
class Safety:
    """Every kind of danger, the most urgent first, and the words that tell a question from one."""

    kinds: tuple[DangerKind, ...] = ()
    look_alikes: tuple[Sign, ...] = ()
    spellings: tuple[Spelling, ...] = ()
    legal_words: tuple[str, ...] = ()
    past_words: tuple[str, ...] = ()
    present_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Danger:
    """What was recognised: the kind, and the words that gave it away."""

    kind: DangerKind
    sign: str


def find_danger(text: str, safety: Safety) -> Danger | None:
    """Find the first kind of danger the message shows."""
    told = sentences(text, safety.spellings)
    words = (*safety.legal_words, *safety.past_words)
    is_calm = any(word in sentence for sentence in told for word in words)
    openings = [openings_of(sentence) for sentence in told]
    for kind in safety.kinds:
        for sentence, heard in zip(told, openings, strict=True):
            if kind.openings.isdisjoint(heard):
                continue
            danger = _find_kind(kind, sentence, safety, is_calm=is_calm)
            if danger:
                return danger
    return None


def _find_kind(kind: DangerKind, sentence: str, safety: Safety, *, is_calm: bool) -> Danger | None:
    # Most messages show no sign at all: only then is it worth striking out look-alikes.
    if not find_sign((*kind.certain, *kind.signs), sentence):
        return None
    struck = strike(sentence, (*safety.look_alikes, *kind.look_alikes))
    sign = find_sign(kind.certain, struck)
    if sign is None:
        present = safety.present_words if is_calm else ("",)
        found = find_signs(kind.signs, struck)
        sign = next((one for one in found if _happens_now(one, struck, present)), None)
    return Danger(kind, sign.words_in(struck)) if sign else None


def _happens_now(sign: Sign, sentence: str, present_words: Sequence[str]) -> bool:
    return any(word in scene for scene in sign.scenes_in(sentence) for word in present_words)


def load_safety(path: Path) -> tuple[Safety, list[Problem]]:
    """Read the danger signs; what is wrong is reported, what is right is kept."""
    shown = path.as_posix()
    text, problems = read_text(path, shown)
    if problems:
        return Safety(), problems
    labelled, problems = parse_labelled(text, shown, labels=LABELS, prose=PROSE)
    blocks = [block for block in labelled.blocks if block.heading != COMMON]
    safety = _parse_common([block for block in labelled.blocks if block.heading == COMMON])
    kinds = tuple(_parse_kind(block, safety.spellings) for block in blocks)
    for kind, block in zip(kinds, blocks, strict=True):
        problems += [
            Problem(shown, line, text, severity) for line, text, severity in _faults(kind, block)
        ]
    if not kinds:
        problems.append(Problem(shown, 1, "一种危险也没有写，居民求救时会认不出来"))
    return replace(safety, kinds=kinds), problems


def _parse_common(blocks: Sequence[Block]) -> Safety:
    lines = [item for block in blocks for item in _items(block, "同词")]
    spellings = tuple(spelling for line in lines for spelling in parse_spellings(line))

    def words(label: str) -> tuple[str, ...]:
        listed = (item for block in blocks for item in _items(block, label))
        return tuple(word for item in listed for word in parse_wordings(item, spellings))

    return Safety(
        look_alikes=tuple(sign for block in blocks for sign in _signs(block, "除外", spellings)),
        spellings=spellings,
        legal_words=words("问法律"),
        past_words=words("过去"),
        present_words=words("眼下"),
    )


def _parse_kind(block: Block, spellings: Sequence[Spelling]) -> DangerKind:
    return DangerKind(
        name=block.heading,
        number=block.text("号码"),
        card=block.text("卡片"),
        certain=_signs(block, "必报", spellings),
        signs=_signs(block, "信号", spellings),
        look_alikes=_signs(block, "除外", spellings),
    )


def _signs(block: Block, label: str, spellings: Sequence[Spelling]) -> tuple[Sign, ...]:
    return tuple(sign for item in _items(block, label) for sign in parse_sign(item, spellings))


def _items(block: Block, label: str) -> list[str]:
    return [item for _, item in block.items(label)]


def _faults(kind: DangerKind, block: Block) -> Iterable[tuple[int, str, Severity]]:
    number_line, card_line = block.line_of("号码"), block.line_of("卡片")
    if not re.fullmatch(r"\d{3,5}", kind.number):
        yield number_line, "号码应是 110、119、120 这样的号码", Severity.ERROR
    if not kind.card:
        yield block.line, f"“{kind.name}”没有写卡片", Severity.ERROR
    elif kind.number not in kind.card:
        yield card_line, f"卡片里没有提到号码 {kind.number}", Severity.ERROR
    if len(kind.card) > LONGEST_CARD:
        yield card_line, f"卡片超过 {LONGEST_CARD} 字，心急的人读不完", Severity.ERROR
    if not (kind.certain or kind.signs):
        yield block.line, f"“{kind.name}”没有写必报或信号", Severity.ERROR
    for label in ("必报", "信号"):
        for line, item in block.items(label):
            for sign in parse_sign(item):
                if sum(len(min(part, key=len)) for part in sign.parts) < 2:
                    yield line, f"“{sign.written}”太短，容易误报", Severity.WARNING
