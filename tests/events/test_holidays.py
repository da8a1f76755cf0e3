"""Public holidays, make-up workdays, and events that give way to them."""

from datetime import date, timedelta

import pytest

from bot.events.holidays import DayOff, day_off, is_arranged, next_workday
from bot.events.parsing import parse_events
from bot.events.recurrence import list_dates

ARRANGED = """
## 讲座
编号：jiangzuo
规则：{rule}
遇假日：{choice}
"""


def dates(rule: str, choice: str, first: str, last: str) -> list[str]:
    events, problems = parse_events(ARRANGED.format(rule=rule, choice=choice), "活动.md")
    assert not problems
    found = list_dates(events[0], date.fromisoformat(first), date.fromisoformat(last))
    return [f"{day:%m-%d}" for day in found]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-10-01", DayOff("国庆节", is_workday=False)),
        ("2026-10-07", DayOff("国庆节", is_workday=False)),
        ("2026-10-10", DayOff("", is_workday=True, is_makeup=True)),
        ("2026-10-11", DayOff("", is_workday=False)),
        ("2026-09-25", DayOff("中秋节", is_workday=False)),
        ("2026-11-27", DayOff()),
        # Nobody has arranged 2035 yet: the days the law names are known, and no others.
        ("2035-10-01", DayOff("国庆节", is_workday=False)),
        ("2035-10-05", DayOff()),
        ("2035-02-08", DayOff("春节", is_workday=False)),
        ("2035-02-07", DayOff("春节", is_workday=False)),
        ("2035-12-01", DayOff("", is_workday=False)),
    ],
)
def test_it_knows_festivals_and_makeup_workdays(day: str, expected: DayOff) -> None:
    assert day_off(date.fromisoformat(day)) == expected


def test_it_tells_which_years_are_only_half_known() -> None:
    assert is_arranged(2026)
    assert not is_arranged(2099)


def test_it_knows_every_day_of_the_lunar_range() -> None:
    day = date(2000, 1, 1)
    while day.year < 2100:
        found = day_off(day)
        assert not (found.holiday and found.is_workday)
        day += timedelta(days=7 if found.is_workday else 1)


def test_the_next_workday_may_be_a_saturday() -> None:
    assert next_workday(date(2026, 10, 9)) == date(2026, 10, 10)
    assert next_workday(date(2026, 10, 8), -1) == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("照办", ["09-15", "10-01", "10-15"]),
        ("不办", ["09-15", "10-15"]),
        ("顺延", ["09-15", "10-08", "10-15"]),
        ("提前", ["09-15", "09-30", "10-15"]),
    ],
)
def test_an_event_gives_way_to_a_holiday_as_it_says(choice: str, expected: list[str]) -> None:
    assert dates("每月1日、15日", choice, "2026-09-02", "2026-10-31") == expected


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("顺延", ["08-15"]),
        ("周末也不办", []),
        ("周末也顺延", ["08-17"]),
        ("周末也提前", ["08-14"]),
    ],
)
def test_a_weekend_counts_only_where_it_is_said(choice: str, expected: list[str]) -> None:
    assert dates("每月15日", choice, "2026-08-10", "2026-08-20") == expected


def test_a_day_moved_over_the_edge_of_what_is_asked_for_is_found_there() -> None:
    assert dates("每月1日", "顺延", "2026-10-08", "2026-10-08") == ["10-08"]
    assert dates("每月1日", "顺延", "2026-10-01", "2026-10-07") == []
    assert dates("每月1日", "提前", "2026-09-30", "2026-09-30") == ["09-30"]


def test_an_unknown_word_is_told_with_its_line() -> None:
    _, problems = parse_events(ARRANGED.format(rule="每月1日", choice="再说"), "活动.md")
    assert [(one.line, "遇假日“再说”不对" in one.text) for one in problems] == [(5, True)]
