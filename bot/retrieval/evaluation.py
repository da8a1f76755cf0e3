"""How good retrieval and the decisions on it are, over questions with known answers."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Handling = Literal["answered", "clarified", "abstained", "other"]
"""`other`: an intent, an emergency, a dialogue, anything that is not a matter of retrieval."""

NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Judged:
    """One labelled question, and what became of it."""

    answerable: bool
    """False where nothing we have answers it, so that any answer is a false one."""
    handling: Handling
    right: bool
    """The decision, or the answer given, is one of those wanted."""
    ranks: Sequence[bool] | None = None
    """Whether each candidate is right, best first; None where no article is wanted at all."""
    milliseconds: float = 0.0
    group: str = ""
    """Questions of one group mean the same and should find the same."""
    chosen: str = ""
    """What was answered with or offered first; compared within the group."""


@dataclass(frozen=True)
class Interval:
    """A share of cases, and where the true share lies with 95 % certainty (Wilson)."""

    count: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.count / self.total if self.total else 0.0


@dataclass(frozen=True)
class Evaluation:
    """The figures of one run."""

    total: int
    answerable: int
    hit_at_1: Interval
    hit_at_3: Interval
    mean_reciprocal_rank: float
    answered: int
    clarified: int
    abstained: int
    other: int
    right_when_answered: Interval
    false_answers: Interval
    """Answers to questions that nothing we have answers."""
    right_decisions: Interval
    """Over all questions; a question nothing answers is right when it is not answered."""
    consistency: Interval
    """Groups all of whose questions were given the same."""
    p50_milliseconds: float
    p99_milliseconds: float


def evaluate(judged: Sequence[Judged]) -> Evaluation:
    rankings = [one.ranks for one in judged if one.answerable and one.ranks is not None]
    answered = [one for one in judged if one.handling == "answered"]
    unanswerable = [one for one in judged if not one.answerable]
    times = [one.milliseconds for one in judged]
    return Evaluation(
        total=len(judged),
        answerable=len(judged) - len(unanswerable),
        hit_at_1=_hit_at(1, rankings),
        hit_at_3=_hit_at(3, rankings),
        mean_reciprocal_rank=mean_reciprocal_rank(rankings),
        answered=len(answered),
        clarified=_count(judged, "clarified"),
        abstained=_count(judged, "abstained"),
        other=_count(judged, "other"),
        right_when_answered=_share([one.right for one in answered]),
        false_answers=_share([one.handling == "answered" for one in unanswerable]),
        right_decisions=_share([one.right for one in judged]),
        consistency=_consistency(judged),
        p50_milliseconds=percentile(times, 50),
        p99_milliseconds=percentile(times, 99),
    )


def mean_reciprocal_rank(rankings: Sequence[Sequence[bool]]) -> float:
    """The mean of one over the place of the first right candidate; nought where there is none."""
    if not rankings:
        return 0.0
    places = (next((n for n, right in enumerate(one, 1) if right), 0) for one in rankings)
    return sum(1 / place for place in places if place) / len(rankings)


def wilson_interval(count: int, total: int) -> Interval:
    if not total:
        return Interval(0, 0, 0.0, 1.0)
    share, square = count / total, NORMAL_95**2
    middle = (share + square / (2 * total)) / (1 + square / total)
    spread = math.sqrt(share * (1 - share) / total + square / (4 * total**2))
    reach = NORMAL_95 * spread / (1 + square / total)
    return Interval(count, total, max(0.0, middle - reach), min(1.0, middle + reach))


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least so many per cent do not exceed (nearest rank)."""
    if not values:
        return 0.0
    place = max(1, math.ceil(percent / 100 * len(values)))
    return sorted(values)[place - 1]


def _hit_at(depth: int, rankings: Sequence[Sequence[bool]]) -> Interval:
    return _share([any(one[:depth]) for one in rankings])


def _count(judged: Sequence[Judged], handling: Handling) -> int:
    return sum(one.handling == handling for one in judged)


def _share(outcomes: Sequence[bool]) -> Interval:
    return wilson_interval(sum(outcomes), len(outcomes))


def _consistency(judged: Sequence[Judged]) -> Interval:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for one in judged:
        if one.group:
            groups[one.group].append(one.chosen)
    several = [members for members in groups.values() if len(members) > 1]
    return _share([len(set(members)) == 1 for members in several])
