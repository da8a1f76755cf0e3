"""What tells how far to trust a hit: its own strength, its gaps, and its distance from rivals."""

import math
from collections.abc import Sequence

from bot.retrieval.query import Query
from bot.retrieval.ranking import Ranked

LIKENESS_FLOOR = 0.5
LEAD_FLOOR = 0.5
LEAST_EVIDENCE = 0.01
NEIGHBOURS = 4


def features(query: Query, ranked: Sequence[Ranked], place: int) -> dict[str, float]:
    """Values of the names that `calibration.FEATURES` lists, for one hit of a search."""
    own = ranked[place]
    rivals = [*ranked[:place], *ranked[place + 1 :]]
    best = max((one.score for one in rivals), default=0.0)
    return {
        "gap": own.score - best,
        "lead": own.score / (best + LEAD_FLOOR),
        "topic_lead": own.topic - max((one.topic for one in rivals), default=0.0),
        "basis_lead": own.basis - max((one.basis for one in rivals), default=0.0),
        "agreement": _agreement(own, rivals[:NEIGHBOURS]),
        "evidence": math.log(max(own.topic * query.mass, LEAST_EVIDENCE)),
        "near": max(0.0, own.likeness["nearest"] - LIKENESS_FLOOR),
        "ratio": own.likeness["ratio"],
        "missed": math.log1p(own.missed),
    }


def _agreement(own: Ranked, rivals: Sequence[Ranked]) -> float:
    """The share of the next best that rest on a passage this one rests on as well."""
    return sum(not own.rests_on.isdisjoint(one.rests_on) for one in rivals) / NEIGHBOURS
