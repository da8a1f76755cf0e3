from datetime import date, timedelta

import pytest

from bot.events.dates import parse_exception
from bot.events.event import (
    DateRange,
    Event,
    EventKind,
    Exceptions,
    LunarRange,
    LunarRule,
    Rule,
)
from bot.events.lunar import LAST_DATE, lunar_date
from bot.events.recurrence import is_exception, list_dates
from bot.events.rules import parse_rule


def event(rule: str | Rule, **fields: object) -> Event:
    parsed = parse_rule(rule) if isinstance(rule, str) else rule
    return Event("x", "活动", EventKind.MARKET, parsed, **fields)  # type: ignore[arg-type]


def dates(rule: str | Rule, start: str, end: str, **fields: object) -> list[str]:
    days = list_dates(event(rule, **fields), date.fromisoformat(start), date.fromisoformat(end))
    return [day.isoformat() for day in days]


def exceptions(*texts: str) -> Exceptions:
    spans = [parse_exception(text) for text in texts]
    return Exceptions(
        tuple(one for one in spans if isinstance(one, DateRange)),
        tuple(one for one in spans if isinstance(one, LunarRange)),
    )


def test_it_gives_the_solar_dates_across_a_year_end() -> None:
    assert dates("每周三", "2026-12-23", "2027-01-07") == ["2026-12-23", "2026-12-30", "2027-01-06"]
    assert dates("每月最后一个周五", "2026-11-01", "2027-01-31") == [
        "2026-11-27",
        "2026-12-25",
        "2027-01-29",
    ]
    assert dates("每年12月4日", "2026-11-23", "2028-12-31") == [
        "2026-12-04",
        "2027-12-04",
        "2028-12-04",
    ]


def test_it_gives_the_last_day_of_short_and_long_months() -> None:
    assert dates("每月最后一天", "2028-01-15", "2028-04-15") == [
        "2028-01-31",
        "2028-02-29",
        "2028-03-31",
    ]


def test_it_leaves_out_months_without_the_day() -> None:
    assert dates("每月31日", "2027-01-01", "2027-05-31") == [
        "2027-01-31",
        "2027-03-31",
        "2027-05-31",
    ]
    assert dates("每年2月29日", "2026-01-01", "2032-12-31") == ["2028-02-29", "2032-02-29"]


def test_it_counts_every_second_week_from_the_beginning() -> None:
    first = date(2026, 12, 2)
    expected = ["2026-12-30", "2027-01-13", "2027-01-27"]
    assert dates("每两周周三", "2026-12-20", "2027-01-31", first=first) == expected


def test_it_counts_a_limited_series_from_the_beginning() -> None:
    first = date(2026, 12, 1)
    assert dates("FREQ=DAILY;COUNT=3", "2026-12-02", "2027-12-31", first=first) == [
        "2026-12-02",
        "2026-12-03",
    ]


def test_it_holds_a_market_on_lunar_days_ending_in_five_and_ten() -> None:
    """Lunar tenth month of 2026 has thirty days and begins on 9 November."""
    assert dates("农历逢五逢十", "2026-11-09", "2026-12-08") == [
        "2026-11-13",
        "2026-11-18",
        "2026-11-23",
        "2026-11-28",
        "2026-12-03",
        "2026-12-08",
    ]


def test_it_skips_the_thirtieth_in_a_month_of_29_days() -> None:
    """The second month of 2026 has 29 days: 16 April is its last."""
    assert dates("农历三十", "2026-03-01", "2026-05-31") == ["2026-03-18", "2026-05-16"]
    assert lunar_date(date(2026, 4, 16)).day == 29


def test_it_moves_the_thirtieth_forward_where_the_office_wants_so() -> None:
    rule = LunarRule(frozenset({(0, 30)}), short_month_on_29=True)
    assert dates(rule, "2026-03-01", "2026-05-31") == ["2026-03-18", "2026-04-16", "2026-05-16"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2028-05-24", "2028-07-21", ["2028-05-28", "2028-06-02", "2028-06-27", "2028-07-02"]),
        ("2031-04-22", "2031-05-20", ["2031-04-26", "2031-05-01"]),
        ("2033-12-22", "2034-01-19", ["2033-12-26", "2033-12-31"]),
        ("2036-07-23", "2036-08-21", ["2036-07-27", "2036-08-01"]),
    ],
    ids=["2028 闰五月", "2031 闰三月", "2033 闰冬月", "2036 闰六月"],
)
def test_it_holds_markets_in_leap_months_too(start: str, end: str, expected: list[str]) -> None:
    assert dates("农历初五、初十", start, end) == expected


def test_it_holds_a_yearly_lunar_event_once_in_a_leap_year() -> None:
    assert dates("五月初五", "2028-01-01", "2028-12-31") == ["2028-05-28"]
    assert dates("正月十五", "2026-11-23", "2028-12-31") == ["2027-02-20", "2028-02-09"]


def test_it_finds_new_years_eve_whatever_the_length_of_the_month() -> None:
    assert dates("除夕", "2026-01-01", "2028-12-31") == ["2026-02-16", "2027-02-05", "2028-01-25"]


def test_it_leaves_out_exception_dates() -> None:
    off = exceptions("2026-11-28", "2026-12-01 至 2026-12-05")
    assert dates("农历逢五逢十", "2026-11-20", "2026-12-10", exceptions=off) == [
        "2026-11-23",
        "2026-12-08",
    ]


@pytest.mark.parametrize(
    "texts",
    [("腊月廿六 至 正月十五",), ("腊月廿六 至 除夕", "正月初一 至 正月十五")],
)
def test_it_pauses_over_new_year_every_year(texts: tuple[str, ...]) -> None:
    off = exceptions(*texts)
    for start, end, expected in (
        ("2027-02-01", "2027-02-26", ["2027-02-01", "2027-02-25"]),
        ("2028-01-20", "2028-02-15", ["2028-01-21", "2028-02-14"]),
    ):
        assert dates("农历逢五逢十", start, end, exceptions=off) == expected


def test_it_takes_the_29th_for_new_years_eve_only_where_it_is_the_last() -> None:
    eve = exceptions("除夕")
    assert is_exception(date(2026, 2, 16), eve)
    assert is_exception(date(2029, 2, 12), eve)
    assert not is_exception(date(2029, 2, 11), eve)


def test_it_adds_days_by_hand_even_inside_a_break() -> None:
    off = exceptions("2026-12-01 至 2026-12-31")
    extra = (date(2026, 12, 20), date(2026, 11, 28))
    days = dates("农历逢五逢十", "2026-11-25", "2026-12-31", exceptions=off, extra=extra)
    assert days == ["2026-11-28", "2026-12-20"]


def test_it_keeps_within_beginning_and_end() -> None:
    limits = {"first": date(2026, 12, 1), "last": date(2026, 12, 16)}
    assert dates("每周三", "2026-01-01", "2027-12-31", **limits) == [
        "2026-12-02",
        "2026-12-09",
        "2026-12-16",
    ]


def test_it_includes_both_ends_of_the_range_asked_for() -> None:
    assert dates("农历逢五逢十", "2026-11-23", "2026-11-23") == ["2026-11-23"]
    assert dates("农历逢五逢十", "2026-11-24", "2026-11-23") == []


def test_it_gives_the_same_days_whichever_window_is_asked() -> None:
    """What is held on a day never depends on the day from which somebody looks ahead."""
    for rule in ("农历逢五逢十", "每月第二个周四", "每年12月4日", "每周三", "除夕", "每月最后一天"):
        held = event(rule)
        start = date(2026, 11, 23)
        whole = list_dates(held, start, start + timedelta(days=420))
        for offset in range(0, 390, 17):
            first = start + timedelta(days=offset)
            last = first + timedelta(days=29)
            piece = list_dates(held, first, last)
            assert list(piece) == [day for day in whole if first <= day <= last]


def test_it_works_up_to_the_last_date_of_its_range() -> None:
    last = list_dates(event("每天"), LAST_DATE - timedelta(days=2), LAST_DATE + timedelta(days=9))
    assert last[-1] == LAST_DATE
    assert not is_exception(LAST_DATE, exceptions("腊月廿八 至 除夕"))
