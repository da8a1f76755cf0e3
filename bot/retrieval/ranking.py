"""Candidates by shared grams, then a close look at the best of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from bot.retrieval.basis import Basis
from bot.retrieval.grams import Floats, Numbers, add_up
from bot.retrieval.postings import Postings
from bot.retrieval.query import Query

CANDIDATES = 20
LEAST_SCORE = 1e-6
COMPARED = 2
SEVERAL = 4

# Learned to rank on the tuning halves of the development sets and of STARD, as multiples of
# what the topic counts; the same with and without a basis.
BASIS_WEIGHT = 1.1
PROMISE_OF_BASIS = 0.7
MISSED_WEIGHT = -0.08
LIKENESS: Mapping[str, float] = {"several": 1.1, "ratio": 0.5, "exact": 1.0}


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
    rests_on: frozenset[str]
    topic: float
    basis: float
    """How well its whole wording, and the passages it rests on, fit the query; 0 to 1."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the query's grams add up to, per document and per phrasing."""

    topics: Floats
    bases: Floats
    phrasings: Floats
    held: Numbers
    """How many of the query's telling characters each document uses."""


def gather(query: Query, postings: Postings, basis: Basis | None = None) -> Evidence:
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
    bases = basis.weigh(query.text) if basis else np.zeros(len(topics))
    return Evidence(topics, bases, phrasings * postings.scales * query.mass**-0.5, held)


def rank(query: Query, postings: Postings, basis: Basis | None = None) -> list[Ranked]:
    """Best first; documents that share nothing with the query are left out."""
    evidence = gather(query, postings, basis)
    promise = evidence.topics + PROMISE_OF_BASIS * evidence.bases
    best = np.argsort(-promise, kind="stable")[:CANDIDATES]
    candidates = [int(number) for number in best if promise[number] > 0]
    ranked = [_look_closely(number, query, postings, evidence) for number in candidates]
    return sorted(ranked, key=lambda one: -one.score)


def _look_closely(number: int, query: Query, postings: Postings, evidence: Evidence) -> Ranked:
    start, end = postings.starts[number : number + 2]
    shared = evidence.phrasings[start:end]
    nearest = np.argsort(-shared, kind="stable")[:COMPARED].tolist()
    texts = [postings.phrasings[start + place].text for place in nearest]
    likeness = _likeness(query.text, shared, texts)
    matched = postings.phrasings[start + nearest[0]].written if nearest else ""
    topic, fit = float(evidence.topics[number]), float(evidence.bases[number])
    missed = len(query.telling) - int(evidence.held[number])
    score = topic + BASIS_WEIGHT * fit + MISSED_WEIGHT * math.log1p(missed)
    score += sum(weight * likeness[name] for name, weight in LIKENESS.items())
    # A boost lifts; it must not push down what lost most of its score to missed characters.
    boosted = max(score, LEAST_SCORE) * float(postings.boosts[number])
    return Ranked(
        number=number,
        key=postings.keys[number],
        score=boosted,
        matched=matched,
        likeness=likeness,
        missed=missed,
        rests_on=postings.bases[number],
        topic=topic,
        basis=fit,
    )


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
