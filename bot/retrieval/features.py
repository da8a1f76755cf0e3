"""What tells how far to trust a hit: its own strength, its gaps, and its distance from rivals."""

import math
from collections.abc import Sequence

from bot.retrieval.query import Query
from bot.retrieval.ranking import Ranked

LIKENESS_FLOOR = 0.5
LEAST_EVIDENCE = 0.01


def features(query: Query, ranked: Sequence[Ranked], place: int) -> dict[str, float]:
    """Values of the names that `calibration.FEATURES` lists, for one hit of a search."""
    own = ranked[place]
    rival = ranked[1 if place == 0 else 0].score if len(ranked) > 1 else 0.0
    return {
        "gap": own.score - rival,
        "evidence": math.log(max(own.score * query.mass, LEAST_EVIDENCE)),
        "near": max(0.0, own.likeness["nearest"] - LIKENESS_FLOOR),
        "ratio": own.likeness["ratio"],
        "missed": math.log1p(own.missed),
    }
