"""The examples in knowledge/events: readable, honest, and nothing about the real township."""

from datetime import date, datetime
from pathlib import Path

import pytest

from bot.events.calendar import Calendar, describe, load_calendar, render_preview
from bot.events.event import SHANGHAI, EventStatus
from bot.events.notices import due_notices

FOLDER = Path(__file__).parents[2] / "knowledge" / "events"


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    found, problems = load_calendar(FOLDER)
    assert problems == []
    return found


def test_they_wait_for_the_office_to_confirm_them(calendar: Calendar) -> None:
    assert len(calendar.events) == 3
    for event in calendar.events:
        assert event.status is EventStatus.PENDING
        assert "示例" in event.name
        assert event.place == ""


def test_the_market_is_held_on_fives_and_tens_but_not_over_new_year(calendar: Calendar) -> None:
    lines = [line for line in render_preview(calendar, date(2026, 11, 23), 12) if "赶集" in line]
    lunar_days = [line.split("  ")[1] for line in lines]
    assert {day[-1] for day in lunar_days} == {"五", "十"}
    assert not any(line.startswith("2027-02-0") for line in lines if "02-01" not in line)
    assert len(lines) > 60


def test_a_resident_reads_whole_sentences(calendar: Calendar) -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)
    for occurrence in calendar.upcoming(now, 80):
        text = describe(occurrence, now.date())
        assert "待填写" not in text
        assert text.endswith("（待司法所核对）")


def test_their_notices_read_well_without_a_place(calendar: Calendar) -> None:
    start = datetime(2026, 11, 24, tzinfo=SHANGHAI)
    for notice in due_notices(calendar, start, start.replace(year=2027)):
        assert not notice.checked
        for leftover in ("{", "}", "地点", "待填写", "，。", "，，"):
            assert leftover not in notice.text
