"""Samples to fit the calibration on: questions held back, left unanswerable, or garbled."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.retrieval.calibration import Sample
from bot.retrieval.documents import Document, Lexicon
from bot.retrieval.index import NO_LEXICON, Index

ROUNDS = 6
GARBLED_EVERY = 4


def held_back_samples(
    documents: Sequence[Document], lexicon: Lexicon = NO_LEXICON, rounds: int = ROUNDS
) -> Iterator[Sample]:
    """Each phrasing asked of an index that never saw it.

    Asked twice: once its document should be found, and once that document is taken away, when
    whatever comes first is wrong. Names (first questions) always stay in.
    """
    for turn in range(rounds):
        rest = [_without_turn(document, turn, rounds) for document in documents]
        index = Index.build(rest, lexicon)
        for document in documents:
            for question in _of_turn(document, turn, rounds):
                yield from _sample(index, question, {document.key})
                if leader := index.leader(question, without=document.key):
                    yield Sample(leader.features, right=False)


def garbled_samples(index: Index, documents: Sequence[Document]) -> Iterator[Sample]:
    """Phrasings the index does know, typed with one character missing."""
    questions = [(question, one.key) for one in documents for question in one.questions]
    for question, key in questions[::GARBLED_EVERY]:
        middle = len(question) // 2
        yield from _sample(index, question[:middle] + question[middle + 1 :], {key})


def judged_samples(
    index: Index, judged: Iterable[tuple[str, frozenset[str]]], weight: float = 1.0
) -> Iterator[Sample]:
    """Questions with the keys that answer them; none where nothing should."""
    for question, keys in judged:
        yield from _sample(index, question, keys, weight)


def _sample(
    index: Index, question: str, keys: frozenset[str] | set[str], weight: float = 1.0
) -> Iterator[Sample]:
    if leader := index.leader(question):
        yield Sample(leader.features, leader.key in keys, weight)


def _of_turn(document: Document, turn: int, rounds: int) -> Sequence[str]:
    return document.questions[1 + turn :: rounds]


def _without_turn(document: Document, turn: int, rounds: int) -> Document:
    left = [
        question
        for place, question in enumerate(document.questions)
        if place == 0 or (place - 1) % rounds != turn
    ]
    return replace(document, questions=tuple(left))
