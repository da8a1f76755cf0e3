import pytest

from bot.retrieval.evaluation import (
    Judged,
    evaluate,
    mean_reciprocal_rank,
    percentile,
    wilson_interval,
)


def test_it_counts_what_became_of_the_questions() -> None:
    figures = evaluate(
        [
            Judged(True, "answered", True, [True, False]),
            Judged(True, "answered", False, [False, False, True]),
            Judged(True, "clarified", True, [False, True]),
            Judged(True, "abstained", False, []),
            Judged(False, "answered", False, [False]),
            Judged(False, "abstained", True, [False]),
            Judged(True, "other", True, None),
        ]
    )
    assert (figures.total, figures.answerable) == (7, 5)
    assert (figures.answered, figures.clarified, figures.abstained, figures.other) == (3, 1, 2, 1)
    assert (figures.hit_at_1.count, figures.hit_at_1.total) == (1, 4)
    assert (figures.hit_at_3.count, figures.hit_at_3.total) == (3, 4)
    assert figures.mean_reciprocal_rank == pytest.approx((1 + 1 / 3 + 1 / 2 + 0) / 4)
    assert (figures.right_when_answered.count, figures.right_when_answered.total) == (1, 3)
    assert (figures.false_answers.count, figures.false_answers.total) == (1, 2)
    assert (figures.right_decisions.count, figures.right_decisions.total) == (4, 7)


def test_it_calls_a_group_consistent_only_when_all_fare_the_same() -> None:
    def ask(group: str, chosen: str) -> Judged:
        return Judged(True, "answered", True, [True], group=group, chosen=chosen)

    same = [ask("甲", "201"), ask("甲", "201")]
    mixed = [ask("乙", "201"), ask("乙", "202"), ask("乙", "201")]
    alone = [ask("丙", "201"), ask("", "203"), ask("", "204")]
    figures = evaluate(same + mixed + alone)
    assert (figures.consistency.count, figures.consistency.total) == (1, 2)


def test_it_evaluates_nothing() -> None:
    figures = evaluate([])
    assert (figures.total, figures.mean_reciprocal_rank, figures.p99_milliseconds) == (0, 0, 0)
    assert (figures.hit_at_1.share, figures.hit_at_1.low, figures.hit_at_1.high) == (0, 0, 1)


def test_it_averages_the_places_of_the_first_right_ones() -> None:
    rankings = [[True, True], [False, False, True], [False]]
    assert mean_reciprocal_rank(rankings) == pytest.approx((1 + 1 / 3) / 3)


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962), (1, 1, 0.2065, 1.0)],
)
def test_it_knows_how_certain_a_share_is(count: int, total: int, low: float, high: float) -> None:
    interval = wilson_interval(count, total)
    assert [interval.low, interval.high] == pytest.approx([low, high], abs=1e-4)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, 0.0),
        ([3.0], 99, 3.0),
        ([4.0, 1.0, 3.0, 2.0], 50, 2.0),
        ([float(one) for one in range(1, 101)], 99, 99.0),
        ([float(one) for one in range(1, 101)], 100, 100.0),
    ],
)
def test_it_takes_percentiles_by_nearest_rank(
    values: list[float], percent: float, expected: float
) -> None:
    assert percentile(values, percent) == expected


def test_it_times_all_questions() -> None:
    figures = evaluate([Judged(True, "answered", True, [True], float(ms)) for ms in range(1, 201)])
    assert (figures.p50_milliseconds, figures.p99_milliseconds) == (100.0, 198.0)
