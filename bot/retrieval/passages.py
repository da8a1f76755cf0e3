"""Finds the passages of a longer text, such as articles of a law, that a question may be about."""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from struct import Struct

from bot.retrieval.terms import is_function, text_grams

SATURATION = 1.2
LENGTH_SHARE = 0.6
LONGEST_QUERY = 600
LEAST_GRAMS = 5
"""A shorter query counts as this many unknown grams: one word alone is never explained."""

NUMBER = Struct("I")
COUNT_BITS = 12
COUNT_LIMIT = (1 << COUNT_BITS) - 1
OWN_COUNT = 5
ASKED_COUNT = 3
"""A gram of the ways of asking counts three fifths of one that stands in the passage itself."""


@dataclass(frozen=True)
class Passage:
    """One piece of text, what it stands under, and how people ask about it."""

    key: str
    text: str
    heading: str = ""
    expansions: tuple[str, ...] = ()


@dataclass(frozen=True)
class PassageHit:
    """One passage found.

    `score` orders the hits of one search. `share` is how much of what the query tells stands in
    the passage, 0 to 1; it can be compared between queries.
    """

    key: str
    score: float
    share: float


@dataclass(frozen=True)
class PassageIndex:
    """BM25 over characters and pairs; built once, then only read, by any number of threads."""

    keys: Sequence[str]
    fold: Callable[[str], str]
    terms: Mapping[str, int]
    weights: Sequence[float]
    unknown_weight: float
    offsets: Sequence[int]
    """Term n stands in the passages numbers[offsets[n]:offsets[n + 1]]."""
    numbers: Sequence[int]
    impacts: Sequence[float]
    """How much a passage is about a term, 0 to 1, side by side with the numbers."""

    @classmethod
    def build(cls, passages: Sequence[Passage], fold: Callable[[str], str]) -> "PassageIndex":
        """Index the passages; `fold` brings texts and queries to one spelling."""
        counts, lengths = _count_grams(passages, fold)
        held = array("I", b"".join(counts.values()))
        sizes = [len(packed) // NUMBER.size for packed in counts.values()]
        return cls(
            keys=[passage.key for passage in passages],
            fold=fold,
            terms={gram: term for term, gram in enumerate(counts)},
            weights=array("f", [_rarity(size, len(passages)) for size in sizes]),
            unknown_weight=_rarity(0, len(passages)),
            offsets=array("I", accumulate(sizes, initial=0)),
            numbers=array("I", (one >> COUNT_BITS for one in held)),
            impacts=_impacts(held, lengths),
        )

    def search(self, query: str, limit: int = 5) -> tuple[PassageHit, ...]:
        """The best passages first; none when nothing of the query stands in any."""
        grams = dict.fromkeys(text_grams(self.fold(query[:LONGEST_QUERY])))
        asked = [self.terms.get(gram) for gram in grams if not is_function(gram)]
        known = [term for term in asked if term is not None]
        mass = sum(self.weights[term] for term in known)
        mass += self.unknown_weight * (len(asked) - len(known))
        mass = max(mass, self.unknown_weight * LEAST_GRAMS)
        scores, explained = self._add_up(known)
        best = sorted(scores, key=lambda number: (-scores[number], number))[: max(0, limit)]
        return tuple(
            PassageHit(self.keys[number], scores[number], min(1.0, explained[number] / mass))
            for number in best
        )

    def _add_up(self, terms: Sequence[int]) -> tuple[Mapping[int, float], Mapping[int, float]]:
        """Score, and explained weight, of every passage that has one of the terms."""
        scores: defaultdict[int, float] = defaultdict(float)
        explained: defaultdict[int, float] = defaultdict(float)
        for term in terms:
            weight = self.weights[term]
            for place in range(self.offsets[term], self.offsets[term + 1]):
                number = self.numbers[place]
                scores[number] += weight * self.impacts[place]
                explained[number] += weight
        return scores, explained


def _count_grams(
    passages: Sequence[Passage], fold: Callable[[str], str]
) -> tuple[Mapping[str, bytearray], Sequence[int]]:
    """Passage number and count of every gram that says something; the length of every text.

    Byte strings, because as many lists would keep the garbage collector busy.
    """
    counts: defaultdict[str, bytearray] = defaultdict(bytearray)
    lengths = []
    headings = {one: text_grams(fold(one)) for one in {passage.heading for passage in passages}}
    for place, passage in enumerate(passages):
        text = fold(passage.text)
        number = place << COUNT_BITS
        grams = Counter(chain(text_grams(text), headings[passage.heading]))
        asked = set(chain.from_iterable(text_grams(fold(one)) for one in passage.expansions))
        for gram, count in grams.items():
            units = OWN_COUNT * count + (ASKED_COUNT if gram in asked else 0)
            counts[gram] += NUMBER.pack(number | min(units, COUNT_LIMIT))
        for gram in asked.difference(grams):
            counts[gram] += NUMBER.pack(number | ASKED_COUNT)
        lengths.append(len(text))
    return {gram: held for gram, held in counts.items() if not is_function(gram)}, lengths


def _rarity(frequency: int, total: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def _impacts(counted: Sequence[int], lengths: Sequence[int]) -> Sequence[float]:
    """BM25's saturation: a repeated gram tells more, but ever less so, and less in long texts."""
    mean = sum(lengths) / max(1, len(lengths)) or 1
    scale = SATURATION * OWN_COUNT
    rooms = [scale * (1 - LENGTH_SHARE + LENGTH_SHARE * one / mean) for one in lengths]
    return array(
        "f",
        ((count := one & COUNT_LIMIT) / (count + rooms[one >> COUNT_BITS]) for one in counted),
    )
