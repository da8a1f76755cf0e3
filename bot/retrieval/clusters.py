"""Groups questions that ask much the same, without any model.

Two people who mean the same seldom use the same words, but what the index thinks of their
questions is much the same. Measured on 200 questions of villagers, pairs that rest on the same
articles: shared grams alone find them with F1 .14, shared hits with .54; grams are kept for
matters that nothing in the index is about.
"""

from collections.abc import Sequence

import numpy as np

from bot.retrieval.documents import Hit
from bot.retrieval.grams import Floats, Numbers, are_functions, cut_texts

ALIKE_AT = 0.4
HITS_COUNTED = 5
HITS_SHARPENED = 4
"""The power that makes a good hit count and a poor one not."""
SHARE_OF_WORDS = 0.3
WELL_FOUND = 0.15
"""The score below which hits say little, and words must speak for themselves."""

DIMENSIONS = 2048
"""Grams share so many columns; two that meet by chance weigh little beside those that agree."""
_SPREAD, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(53)
"""Fibonacci hashing (Knuth, TAOCP 6.4): neighbouring grams fall far apart."""


def group_alike(
    texts: Sequence[str], hits: Sequence[Sequence[Hit]], at: float = ALIKE_AT
) -> list[list[int]]:
    """Group the places of folded texts, the largest group first, its most typical text in front.

    `hits` is what the index found for each. Whoever has the most texts like it gathers them, then
    the next of those left: every text stands in one group, and all of a group are alike to its
    first. Time and memory grow with the square of the number of texts.
    """
    if not texts:
        return []
    best = np.array([max((hit.score for hit in found), default=0.0) for found in hits])
    trust = np.clip(best / WELL_FOUND, 0.0, 1.0) * (1 - SHARE_OF_WORDS)
    trusts = np.minimum.outer(trust, trust)
    alike = (1 - trusts) * _by_words(texts) + trusts * _by_hits(hits)
    np.fill_diagonal(alike, 1.0)
    near = alike >= at
    free = np.ones(len(texts), bool)
    groups: list[list[int]] = []
    while free.any():
        degrees = np.where(free, (near & free).sum(axis=1), -1)
        leader = int(degrees.argmax())
        members = np.flatnonzero(near[leader] & free & (np.arange(len(texts)) != leader))
        ordered = members[np.argsort(-alike[leader, members], kind="stable")]
        group = [leader, *(int(place) for place in ordered)]
        free[group] = False
        groups.append(group)
    return sorted(groups, key=lambda group: -len(group))


def _by_words(texts: Sequence[str]) -> Floats:
    cuts = cut_texts(texts)
    grams = np.concatenate([cut.grams for cut in cuts])
    owners = np.concatenate([cut.owners for cut in cuts])
    telling = ~are_functions(grams)
    columns: Numbers = ((grams[telling] * _SPREAD) >> _SHIFT).astype(np.int64)
    cells = np.bincount(
        owners[telling] * DIMENSIONS + columns, minlength=len(texts) * DIMENSIONS
    ).reshape(len(texts), DIMENSIONS)
    counts = np.minimum(cells, 2).astype(np.float64)
    rarity = np.log((1 + len(texts)) / (1 + (counts > 0).sum(axis=0))) + 0.3
    return _cosines(counts * rarity)


def _by_hits(hits: Sequence[Sequence[Hit]]) -> Floats:
    columns: dict[str, int] = {}
    for found in hits:
        for hit in found[:HITS_COUNTED]:
            columns.setdefault(hit.key, len(columns))
    weights = np.zeros((len(hits), max(1, len(columns))))
    for row, found in enumerate(hits):
        best = max((hit.score for hit in found), default=0.0)
        for hit in found[:HITS_COUNTED]:
            share = hit.score / best if best > 0 else 0.0
            weights[row, columns[hit.key]] = max(share, 0.0) ** HITS_SHARPENED
    return _cosines(weights)


def _cosines(weights: Floats) -> Floats:
    lengths = np.linalg.norm(weights, axis=1, keepdims=True)
    weights = weights / np.where(lengths > 0, lengths, 1.0)
    cosines: Floats = weights @ weights.T
    return cosines
