"""What speaks for a document in the passages it rests on, such as the articles it cites."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.retrieval.documents import Document
from bot.retrieval.grams import Floats, Numbers
from bot.retrieval.passages import PassageIndex

LATER_SHARE = 0.9
"""The first passage is what a document is about; the others only join in."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The passages of every document; one without any has a blank one."""

    passages: PassageIndex
    starts: Numbers
    numbers: Numbers
    """Document n rests on the passages numbers[starts[n]] and on, up to the next start."""
    shares: Floats

    @classmethod
    def build(cls, documents: Sequence[Document], passages: PassageIndex) -> "Basis":
        places = {key: number for number, key in enumerate(passages.keys)}
        blank = len(passages.keys)
        held = [
            [places[key] for key in document.basis if key in places] or [blank]
            for document in documents
        ]
        starts = np.cumsum([0, *(len(own) for own in held[:-1])])
        shares = [1.0 if place == 0 else LATER_SHARE for own in held for place in range(len(own))]
        numbers = np.array([number for own in held for number in own], np.int64)
        return cls(passages, starts, numbers, np.array(shares))

    def weigh(self, folded: str) -> Floats:
        """Return how well the best passage of each document fits, 0 to 1."""
        scores, _ = self.passages.explain(folded)
        fits = np.append(scores, 0.0)[self.numbers] * self.shares
        return np.maximum.reduceat(fits, self.starts) if len(fits) else fits
