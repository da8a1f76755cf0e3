"""Fits the calibration: on judged questions, and on questions held back or garbled."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace

from bot.retrieval.calibration import Calibration, Sample, fit_calibration
from bot.retrieval.documents import Document, Lexicon
from bot.retrieval.index import NO_LEXICON, Index
from bot.retrieval.passages import Passage

ROUNDS = 6
GARBLED_EVERY = 4
# Authors make the phrasings of an entry as different as they can, so one held back is harder
# than what residents ask, and a garbled one easier: what people judged must not drown in them.
HELD_BACK_SHARE = 0.1
GARBLED_SHARE = 0.1
"""What they count for in all, as a multiple of all judged questions."""


def calibrate(
    documents: Sequence[Document],
    lexicon: Lexicon = NO_LEXICON,
    judged: Iterable[tuple[str, Set[str]]] = (),
    decoys: Set[str] = frozenset(),
    passages: Sequence[Passage] = (),
) -> Calibration:
    """Fit on judged questions (each with the keys that answer it) and on the documents themselves.

    Takes seconds: every phrasing is searched for a few times.
    """
    return fit_calibration(calibration_samples(documents, lexicon, judged, decoys, passages))


def calibration_samples(
    documents: Sequence[Document],
    lexicon: Lexicon = NO_LEXICON,
    judged: Iterable[tuple[str, Set[str]]] = (),
    decoys: Set[str] = frozenset(),
    passages: Sequence[Passage] = (),
) -> list[Sample]:
    """All there is to learn from, each kind with the weight it deserves."""
    index = Index.build(documents, lexicon, passages=passages)
    by_people = list(judged_samples(index, judged, decoys))
    held_back = list(held_back_samples(documents, lexicon, passages))
    garbled = list(garbled_samples(index, documents))
    if by_people:
        held_back = _weighted(held_back, HELD_BACK_SHARE * len(by_people))
        garbled = _weighted(garbled, GARBLED_SHARE * len(by_people))
    return [*by_people, *held_back, *garbled]


def _weighted(samples: Sequence[Sample], total: float) -> list[Sample]:
    return [replace(sample, weight=total / len(samples)) for sample in samples]


def held_back_samples(
    documents: Sequence[Document],
    lexicon: Lexicon = NO_LEXICON,
    passages: Sequence[Passage] = (),
    rounds: int = ROUNDS,
) -> Iterator[Sample]:
    """Each phrasing asked of an index that never saw it.

    Asked twice: once its document should be found, and once that document is taken away, when
    whatever comes first is wrong. Names (first questions) always stay in.
    """
    for turn in range(rounds):
        rest = [_without_turn(document, turn, rounds) for document in documents]
        index = Index.build(rest, lexicon, passages=passages)
        for document in documents:
            for question in _of_turn(document, turn, rounds):
                yield from judged_samples(index, [(question, {document.key})])
                if leader := index.leader(question, without=document.key):
                    yield Sample(leader.features, right=False)


def garbled_samples(index: Index, documents: Sequence[Document]) -> Iterator[Sample]:
    """Phrasings the index does know, typed with one character missing."""
    questions = [(question, one.key) for one in documents for question in one.questions]
    for question, key in questions[::GARBLED_EVERY]:
        middle = len(question) // 2
        garbled = question[:middle] + question[middle + 1 :]
        yield from judged_samples(index, [(garbled, {key})])


def judged_samples(
    index: Index,
    judged: Iterable[tuple[str, Set[str]]],
    decoys: Set[str] = frozenset(),
) -> Iterator[Sample]:
    """Questions with the keys that answer them; none where nothing should.

    A decoy on top is left out: it answers nothing, so neither is it wrong.
    """
    for question, keys in judged:
        leader = index.leader(question)
        if leader and leader.key not in decoys:
            yield Sample(leader.features, leader.key in keys)


def _of_turn(document: Document, turn: int, rounds: int) -> Sequence[str]:
    return document.questions[1 + turn :: rounds]


def _without_turn(document: Document, turn: int, rounds: int) -> Document:
    left = [
        question
        for place, question in enumerate(document.questions)
        if place == 0 or (place - 1) % rounds != turn
    ]
    return replace(document, questions=tuple(left))
