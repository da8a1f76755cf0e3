"""Candidates by shared grams, then a close look at the best of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from bot.retrieval.basis import Basis
from bot.retrieval.grams import Floats, Numbers, add_up
from bot.retrieval.postings import Postings
from bot.retrieval.query import Query

CANDIDATES = 12
COMPARED = 2
SEVERAL = 4
BASIS_WEIGHT = 0.5

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
    missed: int
    """How many different characters of the query the document never uses."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the query's grams add up to, per document and per phrasing."""

    topics: Floats
    phrasings: Floats
    held: Numbers
    """How many of the query's telling characters each document uses."""


def gather(query: Query, postings: Postings) -> Evidence:
    """Add up what the query's words and their echoes tell."""
    terms = np.concatenate([query.words.terms, query.echoes.terms])
    weights = np.concatenate([query.words.weights, query.echoes.weights])
    documents, mentions = postings.documents, postings.mentions
    places, lengths = documents.places(terms)
    told = np.repeat(weights, lengths) * postings.impacts[places]
    topics = add_up(documents.numbers[places], told, len(postings.keys))
    topics /= query.mass
    places, lengths = mentions.places(terms)
    told = np.repeat(weights, lengths)
    phrasings = add_up(mentions.numbers[places], told, len(postings.phrasings))
    places, _ = documents.places(query.telling[query.telling >= 0])
    held = np.bincount(documents.numbers[places], minlength=len(postings.keys))
    return Evidence(topics, phrasings * postings.scales * query.mass**-0.5, held)


def rank(query: Query, postings: Postings, basis: Basis | None = None) -> list[Ranked]:
    """Best first; documents that share nothing with the query are left out."""
    evidence = gather(query, postings)
    if basis is not None:
        evidence.topics[:] += BASIS_WEIGHT * basis.weigh(query.text)
    best = np.argsort(-evidence.topics, kind="stable")[:CANDIDATES]
    candidates = [int(number) for number in best if evidence.topics[number] > 0]
    ranked = [_look_closely(number, query, postings, evidence) for number in candidates]
    return sorted(ranked, key=lambda one: -one.score)


def _look_closely(number: int, query: Query, postings: Postings, evidence: Evidence) -> Ranked:
    start, end = postings.starts[number : number + 2]
    shared = evidence.phrasings[start:end]
    nearest = np.argsort(-shared, kind="stable")[:COMPARED].tolist()
    texts = [postings.phrasings[start + place].text for place in nearest]
    likeness = _likeness(query.text, shared, texts)
    matched = postings.phrasings[start + nearest[0]].written if nearest else ""
    score = float(evidence.topics[number]) + sum(
        weight * likeness[name] for name, weight in LIKENESS.items()
    )
    boosted = score * float(postings.boosts[number])
    missed = len(query.telling) - int(evidence.held[number])
    return Ranked(number, postings.keys[number], boosted, matched, likeness, missed)


def _likeness(text: str, shared: Floats, texts: Sequence[str]) -> dict[str, float]:
    """How the query compares with the phrasings themselves; all noughts where there are none."""
    ratio = max((fuzz.ratio(text, one) / 100 for one in texts), default=0.0)
    best = np.sort(shared)[::-1][:SEVERAL]
    return {
        "several": float(best.sum()) / SEVERAL,
        "nearest": float(best.max(initial=0.0)),
        "ratio": ratio,
        "exact": float(ratio == 1),
    }
