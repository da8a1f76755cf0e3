"""The month as staff see it on the wall."""

from datetime import date
from pathlib import Path

import pytest

from bot.events.calendar import Calendar, load_calendar
from bot.events.month_view import DayCell, month_view
from bot.events.parsing import parse_events

EVENTS = """
## 宣传周
编号：zhou
规则：每年9月28日
天数：5

## 赶集
编号：ji
规则：农历逢五逢十
时间：08:00-11:00
"""


@pytest.fixture
def october() -> dict[date, DayCell]:
    events, problems = parse_events(EVENTS, "活动.md")
    assert not problems
    weeks = month_view(Calendar(tuple(events)), 2026, 10)
    assert [len(week) for week in weeks] == [7] * 5
    return {cell.day: cell for week in weeks for cell in week}


def test_the_weeks_are_whole(october: dict[date, DayCell]) -> None:
    assert min(october) == date(2026, 9, 28)
    assert max(october) == date(2026, 11, 1)
    assert sum(cell.in_month for cell in october.values()) == 31


def test_a_day_tells_its_lunar_name_and_what_is_special(october: dict[date, DayCell]) -> None:
    assert october[date(2026, 10, 1)].remark == "国庆节"
    assert not october[date(2026, 10, 1)].is_workday
    assert october[date(2026, 10, 10)].remark == "调休上班"
    assert october[date(2026, 10, 10)].lunar == "九月"
    assert october[date(2026, 10, 14)].lunar == "初五"


def test_an_event_stands_on_its_first_day_and_goes_on_after_it(
    october: dict[date, DayCell],
) -> None:
    assert [one.event_id for one in october[date(2026, 9, 28)].begins] == ["zhou"]
    assert [one.event_id for one in october[date(2026, 10, 2)].goes_on] == ["zhou"]
    assert october[date(2026, 10, 3)].goes_on == []
    assert [one.event_id for one in october[date(2026, 10, 14)].begins] == ["ji"]


def test_every_month_of_the_lunar_range_has_a_page() -> None:
    calendar, _ = load_calendar(Path("knowledge/events"))
    for year in (2000, 2033, 2099):
        for month in range(2 if year == 2000 else 1, 12 if year == 2099 else 13):
            days = [c for week in month_view(calendar, year, month) for c in week if c.in_month]
            assert [one.day.day for one in days] == list(range(1, len(days) + 1))
