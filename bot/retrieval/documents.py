"""What goes into the index and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Document:
    """One thing that can be found: every way people ask for it, and the text behind it.

    The first question is the document's name. A weight above 1 lifts it over its rivals. `basis`
    are the keys of the passages it rests on, the most direct first.
    """

    key: str
    questions: tuple[str, ...]
    body: str = ""
    weight: float = 1.0
    basis: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """`folds`: one word, written otherwise. `expansions`: what a word also makes one think of."""

    folds: Mapping[str, str] = field(default_factory=dict)
    expansions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Hit:
    """One document found.

    `score` orders the hits of one search and means nothing beyond it; `confidence` is how often
    such a hit is right. `matched` is the phrasing that fits best, as it was written, or empty.
    """

    key: str
    score: float
    confidence: float
    matched: str
