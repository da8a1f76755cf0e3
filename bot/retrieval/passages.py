"""Finds the passages of a longer text, such as articles of a law, that a question may be about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.grams import (
    Cut,
    Floats,
    Grams,
    Lists,
    Table,
    add_up,
    are_functions,
    cut_texts,
    find_terms,
    first_of_each,
    rarities,
    saturate,
    tabulate,
    text_grams,
)

SATURATION = 1.2
LENGTH_SHARE = 0.6
LONGEST_QUERY = 600
LEAST_GRAMS = 5
"""A shorter query counts as this many unknown grams: one word alone is never explained."""

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
    grams: Grams
    """Sorted; a term is a place among them."""
    weights: Floats
    unknown_weight: float
    lists: Lists
    """The passages each term stands in."""
    impacts: NDArray[np.float32]
    """How much a passage is about a term, 0 to 1, side by side with the lists."""

    @classmethod
    def build(
        cls,
        passages: Sequence[Passage],
        fold: Callable[[str], str],
        fold_known: Callable[[str], str] | None = None,
    ) -> "PassageIndex":
        """Index the passages; `fold` brings texts and queries to one spelling.

        `fold_known` may do the same for the texts, and remember them for the next time.
        """
        table, lengths = _count_grams(passages, fold_known or fold)
        return cls(
            keys=[passage.key for passage in passages],
            fold=fold,
            grams=table.grams,
            weights=rarities(table.lists.lengths(), len(passages)),
            unknown_weight=float(rarities(0, len(passages))),
            lists=table.lists,
            impacts=saturate(
                table, lengths, saturation=SATURATION * OWN_COUNT, length_share=LENGTH_SHARE
            ),
        )

    def search(self, query: str, limit: int = 5) -> tuple[PassageHit, ...]:
        """The best passages first; none when nothing of the query stands in any."""
        scores, shares = self.explain(self.fold(query[:LONGEST_QUERY]))
        best = np.argsort(-scores, kind="stable")[: max(0, limit)].tolist()
        return tuple(
            PassageHit(self.keys[number], float(scores[number]), float(shares[number]))
            for number in best
            if scores[number] > 0
        )

    def explain(self, folded: str) -> tuple[Floats, Floats]:
        """Return for every passage how well it fits a folded query, and the share explained.

        Both go from 0 to 1 and can be compared between queries.
        """
        asked = first_of_each(text_grams(folded))
        asked = asked[~are_functions(asked)]
        terms = find_terms(self.grams, asked)
        known = terms[terms >= 0]
        weights = self.weights[known]
        mass = float(weights.sum()) + self.unknown_weight * (len(asked) - len(known))
        mass = max(mass, self.unknown_weight * LEAST_GRAMS)
        places, lengths = self.lists.places(known)
        told = np.repeat(weights, lengths)
        numbers = self.lists.numbers[places]
        scores = add_up(numbers, told * self.impacts[places], len(self.keys))
        explained = add_up(numbers, told, len(self.keys))
        return (scores / mass, np.minimum(1.0, explained / mass)) if mass else (scores, explained)


def _count_grams(passages: Sequence[Passage], fold: Callable[[str], str]) -> tuple[Table, Floats]:
    """Count every gram that says something in units of a fifth; the length of every text."""
    texts = [fold(passage.text) for passage in passages]
    headings = {one: fold(one) for one in dict.fromkeys(passage.heading for passage in passages)}
    own = [*cut_texts(texts), *cut_texts([headings[passage.heading] for passage in passages])]
    owners = np.repeat(np.arange(len(passages)), [len(one.expansions) for one in passages])
    asked = cut_texts([fold(asked) for passage in passages for asked in passage.expansions])
    once = [_once(Cut(cut.grams, owners[cut.owners]), len(passages)) for cut in asked]
    cuts = [_telling(cut, OWN_COUNT) for cut in own] + [_telling(cut, ASKED_COUNT) for cut in once]
    return tabulate(cuts, len(passages)), np.array([len(text) for text in texts], np.float64)


def _once(cut: Cut, total: int) -> Cut:
    """Count a gram once a passage, in however many ways of asking it stands."""
    table = tabulate([cut], total)
    grams = np.repeat(table.grams, table.lists.lengths())
    return Cut(grams, table.lists.numbers.astype(np.int64))


def _telling(cut: Cut, units: int) -> Cut:
    telling = ~are_functions(cut.grams)
    return Cut(cut.grams[telling], cut.owners[telling], units)
