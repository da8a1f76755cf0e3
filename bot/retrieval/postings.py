"""Which gram stands in which phrasing and document, and how much it tells."""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import mul
from struct import Struct

from bot.retrieval.documents import Document
from bot.retrieval.terms import is_function, is_sound, sound_grams, text_grams

FUNCTION_WEIGHT = 0.2
SATURATION = 1.5
LENGTH_SHARE = 0.4
FREQUENT_SHARE = 0.03
"""A character in more phrasings than this share tells phrasings apart too little for its cost."""
NEGLIGIBLE = 0.1
"""Grams of less weight stand in nearly every document: long lists that decide nothing."""
MASS_FLOOR = 2.0

NUMBER = Struct("I")
COUNT_BITS = 12
COUNT_LIMIT = (1 << COUNT_BITS) - 1


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to ask, as written and as compared."""

    written: str
    text: str


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of numbers per gram, end to end in one array: a tenth of the memory of many."""

    offsets: Sequence[int]
    numbers: Sequence[int]

    def of(self, term: int) -> Sequence[int]:
        return self.numbers[self.offsets[term] : self.offsets[term + 1]]


@dataclass(frozen=True, slots=True)
class Postings:
    """Everything about the documents that a search looks up."""

    keys: Sequence[str]
    boosts: Sequence[float]
    phrasings: Sequence[Phrasing]
    starts: Sequence[int]
    """Document n owns the phrasings from starts[n] up to starts[n + 1]."""
    terms: Mapping[str, int]
    weights: Sequence[float]
    unknown_weight: float
    documents: Lists
    impacts: Sequence[float]
    """How much a document is about a gram, 0 to 1, side by side with documents.numbers."""
    mentions: Lists
    """The phrasings a gram stands in."""
    scales: Sequence[float]
    """One over the root of what each phrasing tells: long ones match by chance more easily."""

    def weigh(self, gram: str) -> float:
        term = self.terms.get(gram)
        if term is not None:
            return self.weights[term]
        return self.unknown_weight * (FUNCTION_WEIGHT if is_function(gram) else 1)


@dataclass
class _Draft:
    """What is collected document by document before it is laid end to end.

    Byte strings, because a hundred thousand arrays keep the garbage collector busy.
    """

    phrasings: list[Phrasing] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    lengths: list[int] = field(default_factory=list)
    counts: defaultdict[str, bytearray] = field(default_factory=lambda: defaultdict(bytearray))
    mentions: defaultdict[str, bytearray] = field(default_factory=lambda: defaultdict(bytearray))

    def add(self, document: Document, fold: Callable[[str], str]) -> None:
        body = fold(document.body)
        grams, length = text_grams(body), len(body)
        for written in document.questions:
            phrasing = Phrasing(written, fold(written))
            length += len(phrasing.text)
            grams += self._add_phrasing(phrasing)
        number = len(self.lengths) << COUNT_BITS
        for gram, count in Counter(grams).items():
            self.counts[gram] += NUMBER.pack(number | min(count, COUNT_LIMIT))
        self.lengths.append(length)
        self.starts.append(len(self.phrasings))

    def _add_phrasing(self, phrasing: Phrasing) -> list[str]:
        grams = text_grams(phrasing.text) + sound_grams(phrasing.text)
        number = NUMBER.pack(len(self.phrasings))
        for held in map(self.mentions.__getitem__, dict.fromkeys(grams)):
            held += number
        self.phrasings.append(phrasing)
        return grams


def build_postings(documents: Sequence[Document], fold: Callable[[str], str]) -> Postings:
    draft = _Draft()
    for document in documents:
        draft.add(document, fold)
    weights = _weights(draft)
    held = _end_to_end(
        [
            numbers if weight > NEGLIGIBLE else b""
            for numbers, weight in zip(draft.counts.values(), weights, strict=True)
        ]
    )
    mentions = _end_to_end(_telling_mentions(draft))
    return Postings(
        keys=[document.key for document in documents],
        boosts=[document.weight for document in documents],
        phrasings=draft.phrasings,
        starts=draft.starts,
        terms={gram: term for term, gram in enumerate(draft.counts)},
        weights=weights,
        unknown_weight=_rarity(0, len(documents)),
        documents=Lists(held.offsets, array("I", [one >> COUNT_BITS for one in held.numbers])),
        impacts=_impacts(held.numbers, draft.lengths),
        mentions=mentions,
        scales=_scales(draft, weights, mentions),
    )


def _rarity(frequency: int, total: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def _weights(draft: _Draft) -> Sequence[float]:
    total = len(draft.lengths)
    rarities = (_rarity(len(one) // NUMBER.size, total) for one in draft.counts.values())
    shares = (FUNCTION_WEIGHT if is_function(gram) else 1 for gram in draft.counts)
    return array("f", map(mul, rarities, shares))


def _telling_mentions(draft: _Draft) -> list[bytes | bytearray]:
    """The phrasings of every gram, none for the characters that stand nearly everywhere."""
    most = NUMBER.size * (10 + FREQUENT_SHARE * len(draft.phrasings))
    found = [draft.mentions.get(gram, b"") for gram in draft.counts]
    return [
        b"" if len(gram) == 1 and len(numbers) > most else numbers
        for gram, numbers in zip(draft.counts, found, strict=True)
    ]


def _end_to_end(packed: Sequence[bytes | bytearray]) -> Lists:
    numbers = array("I", b"".join(packed))
    ends = accumulate(len(one) // NUMBER.size for one in packed)
    return Lists(array("I", [0, *ends]), numbers)


def _impacts(counted: Sequence[int], lengths: Sequence[int]) -> Sequence[float]:
    """BM25's saturation: a gram repeated tells more, but ever less so, and less in long texts."""
    mean = sum(lengths) / max(1, len(lengths)) or 1
    rooms = [SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * one / mean) for one in lengths]
    return array(
        "f",
        [(count := one & COUNT_LIMIT) / (count + rooms[one >> COUNT_BITS]) for one in counted],
    )


def _scales(draft: _Draft, weights: Sequence[float], mentions: Lists) -> Sequence[float]:
    masses = [MASS_FLOOR] * len(draft.phrasings)
    for term, gram in enumerate(draft.counts):
        if not is_sound(gram):
            weight = weights[term]
            for number in mentions.of(term):
                masses[number] += weight
    return array("f", (mass**-0.5 for mass in masses))
