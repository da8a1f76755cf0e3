"""What tells how far to trust a hit: its own strength, its gaps, and its distance from rivals."""

import math
from bisect import bisect_left
from collections.abc import Sequence

from bot.retrieval.postings import Postings
from bot.retrieval.query import Query
from bot.retrieval.ranking import Ranked
from bot.retrieval.terms import is_function

LIKENESS_FLOOR = 0.5
LEAST_EVIDENCE = 0.01


def features(
    query: Query, ranked: Sequence[Ranked], place: int, postings: Postings
) -> dict[str, float]:
    """Values of the names that `calibration.FEATURES` lists, for one hit of a search."""
    own = ranked[place]
    rival = ranked[1 if place == 0 else 0].score if len(ranked) > 1 else 0.0
    return {
        "gap": own.score - rival,
        "evidence": math.log(max(own.score * query.mass, LEAST_EVIDENCE)),
        "near": max(0.0, own.likeness["nearest"] - LIKENESS_FLOOR),
        "ratio": own.likeness["ratio"],
        "missed": math.log1p(_count_missed(query.text, own.number, postings)),
    }


def _count_missed(text: str, number: int, postings: Postings) -> int:
    """How many different characters of the query the document never uses."""
    asked = (character for character in dict.fromkeys(text) if not is_function(character))
    return sum(not _stands_in(character, number, postings) for character in asked)


def _stands_in(gram: str, number: int, postings: Postings) -> bool:
    term = postings.terms.get(gram)
    if term is None:
        return False
    first, last = postings.documents.offsets[term : term + 2]
    if first == last:  # kept without a list because nearly every document has it
        return True
    place = bisect_left(postings.documents.numbers, number, first, last)
    return place < last and postings.documents.numbers[place] == number
