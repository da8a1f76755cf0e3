"""Danger comes before any answer: signs and fixed cards, read from knowledge/safety.md.

    ## 正在发生的暴力
    号码：110
    卡片：请马上打110……
    必报：              these alarm in whatever wording
    - 救命
    信号：              these do not when the message asks about the law or tells of the past
    - 拿刀、提刀+砍、捅  `+`: every part within one clause; `、`: any of them
    除外：              look-alikes: struck out before signs are looked for
    - 砍树

A block named 通用 holds what goes for all kinds: 除外, and the words 问法律, 过去 and 眼下.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from bot.documents.labelled import Block, parse_labelled, read_text
from bot.errors import Problem, Severity
from bot.retrieval import normalise

COMMON = "通用"
LABELS = frozenset({"号码", "卡片", "必报", "信号", "除外", "问法律", "过去", "眼下"})
PROSE = frozenset({"卡片"})
LONGEST_CARD = 300
REACH = 16
"""Villagers often type a whole story without a comma; parts further apart are two matters."""

_CLAUSE_END = re.compile(r"[，。！？；：…,.!?;:~～\n]+")
_STRUCK = "\0"

Span = tuple[int, int]


@dataclass(frozen=True)
class Sign:
    """Words that together mean danger: every part must be there, in any of its wordings."""

    parts: tuple[tuple[str, ...], ...]
    written: str

    def spans_in(self, clause: str) -> tuple[Span, ...]:
        """Return where the parts stand, near each other and apart; empty where they do not."""
        places = [list(_places(part, clause)) for part in self.parts]
        for spans in product(*places):
            ordered = sorted(spans)
            apart = all(left[1] <= right[0] for left, right in zip(ordered, ordered[1:], strict=False))
            gap = ordered[-1][1] - ordered[0][0] - sum(end - start for start, end in ordered)
            if apart and gap <= REACH:
                return spans
        return ()


@dataclass(frozen=True)
class DangerKind:
    """One kind of danger: whom to call, what to say, and what gives it away."""

    name: str
    number: str
    card: str
    certain: tuple[Sign, ...] = ()
    signs: tuple[Sign, ...] = ()
    look_alikes: tuple[Sign, ...] = ()


@dataclass(frozen=True)
class Safety:
    """Every kind of danger, the most urgent first, and the words that tell a question from one."""

    kinds: tuple[DangerKind, ...] = ()
    look_alikes: tuple[Sign, ...] = ()
    legal_words: tuple[str, ...] = ()
    past_words: tuple[str, ...] = ()
    present_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Danger:
    """What was recognised: the kind, and the sign that gave it away."""

    kind: DangerKind
    sign: str


def find_danger(text: str, safety: Safety) -> Danger | None:
    """Find the first kind of danger the message shows."""
    clauses = _clauses(text)
    calm = _is_told_calmly("".join(clauses), safety)
    for kind in safety.kinds:
        left = [_strike(clause, (*safety.look_alikes, *kind.look_alikes)) for clause in clauses]
        sign = _first_sign(kind.certain, left) or (None if calm else _first_sign(kind.signs, left))
        if sign:
            return Danger(kind, sign)
    return None


def _clauses(text: str) -> list[str]:
    pieces = (normalise(piece).replace(" ", "") for piece in _CLAUSE_END.split(text))
    return [piece for piece in pieces if piece]


def _is_told_calmly(text: str, safety: Safety) -> bool:
    """Whether the message asks about the law, or tells of something over."""
    if any(word in text for word in safety.present_words):
        return False
    return any(word in text for word in (*safety.legal_words, *safety.past_words))


def _first_sign(signs: Iterable[Sign], clauses: Sequence[str]) -> str:
    return next(
        (sign.written for sign in signs for clause in clauses if sign.spans_in(clause)), ""
    )


def _strike(clause: str, look_alikes: Iterable[Sign]) -> str:
    for look_alike in look_alikes:
        spans = look_alike.spans_in(clause)
        while spans:
            for start, end in spans:
                clause = clause[:start] + _STRUCK * (end - start) + clause[end:]
            spans = look_alike.spans_in(clause)
    return clause


def _places(wordings: Iterable[str], clause: str) -> Iterator[Span]:
    for wording in wordings:
        start = clause.find(wording)
        while start >= 0:
            yield start, start + len(wording)
            start = clause.find(wording, start + 1)


def load_safety(path: Path) -> tuple[Safety, list[Problem]]:
    """Read the danger signs; what is wrong is reported, what is right is kept."""
    shown = path.as_posix()
    text, problems = read_text(path, shown)
    if problems:
        return Safety(), problems
    labelled, found = parse_labelled(text, shown, labels=LABELS, prose=PROSE)
    problems += found
    kinds: list[DangerKind] = []
    common = Block(COMMON, 1)
    for block in labelled.blocks:
        if block.heading == COMMON:
            common = block
            continue
        kinds.append(_parse_kind(block))
        problems += _check_kind(kinds[-1], block, shown)
    if not kinds:
        problems.append(Problem(shown, 1, "一种危险也没有写，遇到求救会认不出来"))
    return _assemble(kinds, common), problems


def _assemble(kinds: Sequence[DangerKind], common: Block) -> Safety:
    return Safety(
        kinds=tuple(kinds),
        look_alikes=_signs(common, "除外"),
        legal_words=_words(common, "问法律"),
        past_words=_words(common, "过去"),
        present_words=_words(common, "眼下"),
    )


def _parse_kind(block: Block) -> DangerKind:
    return DangerKind(
        name=block.heading,
        number=block.text("号码"),
        card=block.text("卡片"),
        certain=_signs(block, "必报"),
        signs=_signs(block, "信号"),
        look_alikes=_signs(block, "除外"),
    )


def _check_kind(kind: DangerKind, block: Block, shown: str) -> list[Problem]:
    problems = []
    if not re.fullmatch(r"\d{3,5}", kind.number):
        problems.append(Problem(shown, block.line_of("号码"), "号码应是 110、119、120 这样的号码"))
    if not kind.card:
        problems.append(Problem(shown, block.line, f"“{kind.name}”没有写卡片"))
    elif kind.number not in kind.card:
        problems.append(Problem(shown, block.line_of("卡片"), f"卡片里没有提到号码 {kind.number}"))
    if len(kind.card) > LONGEST_CARD:
        problems.append(Problem(shown, block.line_of("卡片"), f"卡片超过 {LONGEST_CARD} 字"))
    if not (kind.certain or kind.signs):
        problems.append(Problem(shown, block.line, f"“{kind.name}”没有写必报或信号"))
    for label in ("必报", "信号"):
        problems += [
            Problem(shown, line, f"“{item}”太短，容易误报", Severity.WARNING)
            for line, item in block.items(label)
            if len(item) < 2
        ]
    return problems


def _signs(block: Block, label: str) -> tuple[Sign, ...]:
    return tuple(sign for _, item in block.items(label) if (sign := _sign(item)).parts)


def _sign(item: str) -> Sign:
    parts = (_wordings(part) for part in re.split(r"[+＋]", item))
    return Sign(tuple(part for part in parts if part), item)


def _words(block: Block, label: str) -> tuple[str, ...]:
    return tuple(word for _, item in block.items(label) for word in _wordings(item))


def _wordings(text: str) -> tuple[str, ...]:
    folded = (normalise(word).replace(" ", "") for word in re.split(r"[、/]", text))
    return tuple(word for word in folded if word)
