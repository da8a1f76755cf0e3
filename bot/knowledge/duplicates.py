"""The same question with two answers: the one mistake that makes every answer doubtful."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.errors import Problem, Severity
from bot.knowledge.entries import EntryStatus
from bot.knowledge.parser import WrittenEntry
from bot.retrieval import normalise_known

_PARTICLES = re.compile(r"请问一下|请问|想问一下|想问问|问一下|[ 吗呢啊呀吧的了么嘛哦呗哈]")
_MOST_COMPARED = 10
"""Phrasings made from one pattern share a key by the hundred; the nearest few are enough."""
_END = 3
"""Half of the shortest text compared: see `_with_neighbours`."""
_SHORTEST = 6
"""Shorter phrasings one character apart are usually different questions."""
# One of these more, less or other makes it another question: 能不能退/能退, 男方/女方, 买/卖.
_TELLING = frozenset(
    "不没未无非男女父母爸妈儿夫妻前后上下左右大小多少买卖借还出入公私甲乙先再婚离结生死去来收给租房车地"
)
_NUMERALS = frozenset("0123456789零一二两三四五六七八九十百千万亿")


@dataclass(frozen=True)
class Phrasing:
    """One way to ask, and where it is written."""

    text: str
    line: int
    written: WrittenEntry

    @property
    def place(self) -> str:
        """Where to look, for the message at the other place."""
        entry = self.written.entry
        return f"{entry.path}:{self.line}（编号 {entry.code or '未填'}）"


def find_duplicates(
    written: Sequence[WrittenEntry], near: Container[str] = ()
) -> Iterator[Problem]:
    """Yield codes used twice, questions asked twice, and questions all but the same.

    With files named in `near`, of the last only pairs with a question in one of them: what a
    change of these files can have caused.
    """
    yield from _find_repeated_codes(written)
    in_use = [one for one in written if one.entry.status is not EntryStatus.RETIRED]
    phrasings = [phrasing for one in in_use for phrasing in list_phrasings(one)]
    yield from _find_repeated_phrasings(phrasings)
    yield from _find_near_phrasings(_with_neighbours(phrasings, near) if near else phrasings)


def _with_neighbours(phrasings: Sequence[Phrasing], near: Container[str]) -> Sequence[Phrasing]:
    """Return the questions of these files, and of the others those that may be near to one.

    One edit touches only one end of a text: its other end stays, three characters at least. What
    is only in another order has the same characters.
    """
    own = {trait for one in phrasings if _is_in(near, one) for trait in _traits(one.text)}
    return [one for one in phrasings if _is_in(near, one) or not own.isdisjoint(_traits(one.text))]


def _is_in(paths: Container[str], phrasing: Phrasing) -> bool:
    return phrasing.written.entry.path in paths


@lru_cache(maxsize=65536)
def _traits(text: str) -> Sequence[str]:
    """What two questions have in common, one at least, when they are nearly the same."""
    plain = skeleton(text)
    return f"^{plain[:_END]}", f"{plain[-_END:]}$", "".join(sorted(plain))


def list_phrasings(written: WrittenEntry) -> Iterator[Phrasing]:
    """Yield the question itself, then every 问法."""
    yield Phrasing(written.entry.question, written.entry.line, written)
    for line, text in written.block.items("问法"):
        yield Phrasing(text, line, written)


def _find_repeated_codes(written: Sequence[WrittenEntry]) -> Iterator[Problem]:
    first: dict[str, WrittenEntry] = {}
    for one in written:
        code = one.entry.code
        if code and code in first:
            other = first[code].entry
            line = one.block.line_of("编号")
            text = f"编号 {code} 已经用在 {other.path}:{first[code].block.line_of('编号')}"
            yield Problem(one.entry.path, line, f"{text}（{other.question}），请换一个")
        first.setdefault(code, one)


def _find_repeated_phrasings(phrasings: Sequence[Phrasing]) -> Iterator[Problem]:
    first: dict[str, Phrasing] = {}
    for phrasing in phrasings:
        key = skeleton(phrasing.text)
        if not key:
            continue
        other = first.setdefault(key, phrasing)
        if other is phrasing:
            continue
        path = phrasing.written.entry.path
        if other.written is phrasing.written:
            text = f"“{phrasing.text}”与本条第 {other.line} 行重复，可以删去"
            yield Problem(path, phrasing.line, text, Severity.WARNING)
        else:
            text = f"问法“{phrasing.text}”与 {other.place}的“{other.text}”相同"
            yield Problem(path, phrasing.line, text + "，一种问法只能有一个答案")


@lru_cache(maxsize=65536)
def skeleton(text: str) -> str:
    """What is left of a question without punctuation, spaces, width and polite particles."""
    plain = normalise_known(text)
    return _PARTICLES.sub("", plain) or plain


def _find_near_phrasings(phrasings: Sequence[Phrasing]) -> Iterator[Problem]:
    """Yield pairs one character (or only the order) apart, once per pair of entries."""
    told: set[tuple[int, int]] = set()
    for phrasing, other in _near_pairs(phrasings):
        pair = (id(other.written), id(phrasing.written))
        if pair in told or phrasing.written is other.written:
            continue
        told.add(pair)
        text = f"“{phrasing.text}”与 {other.place}的“{other.text}”几乎一样，请确认不是同一个问题"
        path = phrasing.written.entry.path
        yield Problem(path, phrasing.line, text, Severity.WARNING)


def _near_pairs(phrasings: Sequence[Phrasing]) -> Iterator[tuple[Phrasing, Phrasing]]:
    """Find near phrasings through shared keys, so that 10,000 take a fraction of a second."""
    seen: dict[str, list[tuple[str, Phrasing]]] = {}
    for phrasing in phrasings:
        plain = skeleton(phrasing.text)
        if len(plain) < _SHORTEST:
            continue
        met: set[int] = set()
        for key in _blocking_keys(plain):
            for other_plain, other in seen.setdefault(key, [])[-_MOST_COMPARED:]:
                if id(other) not in met and _is_near(plain, other_plain):
                    yield phrasing, other
                met.add(id(other))
            seen[key].append((plain, phrasing))


def _blocking_keys(plain: str) -> set[str]:
    """The text without any one character, the text itself, and its characters in order.

    Two texts one edit apart share one of the first; two in another order share the last.
    """
    keys = {plain[:index] + plain[index + 1 :] for index in range(len(plain))}
    return keys | {plain, "=" + "".join(sorted(plain))}


def _is_near(one: str, other: str) -> bool:
    if one == other:
        return False  # reported as the same already
    if sorted(one) == sorted(other):
        return _NUMERALS.isdisjoint(one)
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    differing = {*one, *other}
    return max(len(one), len(other)) <= 1 and not differing & (_TELLING | _NUMERALS)
