"""Candidates by shared grams, then a close look at the best of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from rapidfuzz import fuzz

from bot.retrieval.postings import Postings
from bot.retrieval.query import Query

CANDIDATES = 12
COMPARED = 2
SEVERAL = 4

LIKENESS: Mapping[str, float] = {
    "several": 0.3,
    "ratio": 0.03,
    "exact": 1.0,
}
"""What counts beside the topic. Measured: a document's whole wording finds what was asked in
words nobody foresaw better than any one phrasing of it, so these only settle near ties."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document looked at closely."""

    number: int
    key: str
    score: float
    matched: str
    likeness: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the query's grams add up to, per document and per phrasing."""

    topics: list[float]
    phrasings: list[float]

    def add(self, grams: Mapping[str, float], postings: Postings) -> None:
        topics, phrasings = self.topics, self.phrasings
        offsets, numbers = postings.documents.offsets, postings.documents.numbers
        for gram, weight in grams.items():
            term = postings.terms[gram]
            held = slice(offsets[term], offsets[term + 1])
            for number, impact in zip(numbers[held], postings.impacts[held], strict=True):
                topics[number] += weight * impact
            for number in postings.mentions.of(term):
                phrasings[number] += weight


def rank(query: Query, postings: Postings) -> list[Ranked]:
    """Best first; documents that share nothing with the query are left out."""
    evidence = Evidence([0.0] * len(postings.keys), [0.0] * len(postings.phrasings))
    evidence.add(query.grams, postings)
    evidence.add(query.echoes, postings)
    topics = evidence.topics
    touched = [number for number, topic in enumerate(topics) if topic]
    candidates = nlargest(CANDIDATES, touched, topics.__getitem__)
    ranked = [_look_closely(number, query, postings, evidence) for number in candidates]
    return sorted(ranked, key=lambda one: -one.score)


def _look_closely(number: int, query: Query, postings: Postings, evidence: Evidence) -> Ranked:
    own = slice(postings.starts[number], postings.starts[number + 1])
    unit = query.mass**-0.5
    shared = [
        found * scale * unit
        for found, scale in zip(evidence.phrasings[own], postings.scales[own], strict=True)
    ]
    nearest = sorted(range(len(shared)), key=shared.__getitem__, reverse=True)[:COMPARED]
    texts = [postings.phrasings[own.start + place].text for place in nearest]
    likeness = _likeness(query.text, shared, texts)
    matched = postings.phrasings[own.start + nearest[0]].written if nearest else ""
    score = evidence.topics[number] / query.mass + sum(
        weight * likeness[name] for name, weight in LIKENESS.items()
    )
    boosted = score * postings.boosts[number]
    return Ranked(number, postings.keys[number], boosted, matched, likeness)


def _likeness(text: str, shared: Sequence[float], texts: Sequence[str]) -> dict[str, float]:
    """How the query compares with the phrasings themselves; all noughts where there are none."""
    ratio = max((fuzz.ratio(text, one) / 100 for one in texts), default=0.0)
    return {
        "several": sum(sorted(shared, reverse=True)[:SEVERAL]) / SEVERAL,
        "nearest": max(shared, default=0.0),
        "ratio": ratio,
        "exact": float(ratio == 1),
    }
