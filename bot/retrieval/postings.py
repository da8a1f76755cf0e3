"""Which gram stands in which phrasing and document, and how much it tells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.documents import Document
from bot.retrieval.grams import (
    UPPER,
    Cut,
    Floats,
    Grams,
    Lists,
    Numbers,
    Table,
    add_up,
    are_functions,
    are_sounds,
    cut_texts,
    find_terms,
    rarities,
    saturate,
    tabulate,
)
from bot.retrieval.terms import sounds

FUNCTION_WEIGHT = 0.7
SATURATION = 1.5
LENGTH_SHARE = 0.4
FREQUENT_SHARE = 0.03
"""A character in more phrasings than this share tells phrasings apart too little for its cost."""
MASS_FLOOR = 2.0


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to ask, as written and as compared."""

    written: str
    text: str


@dataclass(frozen=True, slots=True)
class Postings:
    """Everything about the documents that a search looks up."""

    keys: Sequence[str]
    boosts: Floats
    bases: Sequence[frozenset[str]]
    """Keys of the passages each document rests on."""
    phrasings: Sequence[Phrasing]
    starts: Sequence[int]
    """Document n owns the phrasings from starts[n] up to starts[n + 1]."""
    grams: Grams
    """Sorted; a term is a place among them."""
    weights: Floats
    unknown_weight: float
    documents: Lists
    impacts: NDArray[np.float32]
    """How much a document is about a gram, 0 to 1, side by side with documents.numbers."""
    mentions: Lists
    """The phrasings a gram stands in."""
    scales: Floats
    """One over the root of what each phrasing tells: long ones match by chance more easily."""

    def terms(self, grams: Grams) -> Numbers:
        """Return the term of each gram, -1 for those no document has."""
        return find_terms(self.grams, grams)

    def weigh(self, grams: Grams) -> Floats:
        """Return what each gram tells, known or not."""
        terms = self.terms(grams)
        unknown = np.where(are_functions(grams), FUNCTION_WEIGHT, 1.0) * self.unknown_weight
        if not len(self.weights):
            return unknown
        return np.where(terms >= 0, self.weights[terms], unknown)


def build_postings(documents: Sequence[Document], fold: Callable[[str], str]) -> Postings:
    phrasings = [
        [Phrasing(written, fold(written)) for written in document.questions]
        for document in documents
    ]
    every = [phrasing for own in phrasings for phrasing in own]
    owners = np.repeat(np.arange(len(documents)), [len(own) for own in phrasings])
    asked = _cut_phrasings([phrasing.text for phrasing in every])
    told = cut_texts([fold(document.body) for document in documents])
    table = tabulate(
        [*(Cut(cut.grams, owners[cut.owners]) for cut in asked), *told], len(documents)
    )
    weights = rarities(table.lists.lengths(), len(documents))
    weights *= np.where(are_functions(table.grams), FUNCTION_WEIGHT, 1.0)
    mentions = _mentions(table.grams, tabulate(asked, len(every)))
    return Postings(
        keys=[document.key for document in documents],
        boosts=np.array([document.weight for document in documents]),
        bases=[frozenset(document.basis) for document in documents],
        phrasings=every,
        starts=[0, *np.cumsum([len(own) for own in phrasings]).tolist()],
        grams=table.grams,
        weights=weights,
        unknown_weight=float(rarities(0, len(documents))),
        documents=table.lists,
        impacts=_impacts(table, len(documents)),
        mentions=mentions,
        scales=_scales(table.grams, weights, mentions, len(every)),
    )


def _cut_phrasings(texts: Sequence[str]) -> list[Cut]:
    """Characters, pairs, and pairs of sounds for the homophones."""
    singles, pairs = cut_texts(texts)
    _, heard = cut_texts([sounds(text) for text in texts])
    real = are_sounds(heard.grams)
    return [singles, pairs, Cut(heard.grams[real], heard.owners[real])]


def _mentions(grams: Grams, table: Table) -> Lists:
    """The phrasings of every gram, none for the characters that stand nearly everywhere."""
    lengths = table.lists.lengths()
    most = 10 + FREQUENT_SHARE * (int(table.lists.numbers.max(initial=-1)) + 1)
    kept = ((table.grams >> UPPER) > 0) | (lengths <= most)
    counts = np.zeros(len(grams), np.int64)
    counts[find_terms(grams, table.grams[kept])] = lengths[kept]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    return Lists(offsets, table.lists.numbers[np.repeat(kept, lengths)])


def _impacts(table: Table, total: int) -> NDArray[np.float32]:
    """How much a document is about a gram; its length is the characters it is written with."""
    single = np.repeat((table.grams >> UPPER) == 0, table.lists.lengths())
    written = table.counts[single].astype(np.float64)
    lengths = add_up(table.lists.numbers[single], written, total)
    return saturate(table, lengths, saturation=SATURATION, length_share=LENGTH_SHARE)


def _scales(grams: Grams, weights: Floats, mentions: Lists, total: int) -> Floats:
    told = np.where(are_sounds(grams), 0.0, weights)
    masses = add_up(mentions.numbers, np.repeat(told, mentions.lengths()), total)
    return 1 / np.sqrt(MASS_FLOOR + masses)
