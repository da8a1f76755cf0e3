"""A month as a wall calendar shows it: weeks from Monday, lunar days, festivals, what is held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.events.calendar import Calendar
from bot.events.event import Occurrence
from bot.events.holidays import day_off
from bot.events.lunar import lunar_date
from bot.events.wording import day_remark

LONGEST_EVENT = timedelta(days=60)
_WEEK = 7


@dataclass(frozen=True)
class DayCell:
    """One day of the page."""

    day: date
    in_month: bool
    """False for the days of the neighbouring months that fill the first and the last week."""
    lunar: str
    """The lunar day; on the first of a lunar month the month's name."""
    remark: str
    """A festival, or that a weekend is worked; mostly empty."""
    is_workday: bool
    begins: Sequence[Occurrence]
    goes_on: Sequence[Occurrence]
    """What began on an earlier day and is still held."""


def month_view(calendar: Calendar, year: int, month: int) -> Sequence[Sequence[DayCell]]:
    """Return the weeks that have a day of the month."""
    first = date(year, month, 1)
    start = first - timedelta(days=first.weekday())
    after = date(year + month // 12, month % 12 + 1, 1)
    end = after + timedelta(days=-after.weekday() % _WEEK)
    held = calendar.occurrences(start - LONGEST_EVENT, end)
    days = [start + timedelta(days=number) for number in range((end - start).days)]
    cells = [_cell(day, day.month == month, held) for day in days]
    return [cells[at : at + _WEEK] for at in range(0, len(cells), _WEEK)]


def _cell(day: date, in_month: bool, held: Sequence[Occurrence]) -> DayCell:
    lunar = str(lunar_date(day))
    month, _, number = lunar.partition("月")
    return DayCell(
        day=day,
        in_month=in_month,
        lunar=f"{month}月" if number == "初一" else number,
        remark=day_remark(day),
        is_workday=day_off(day).is_workday,
        begins=[one for one in held if one.day == day],
        goes_on=[one for one in held if one.day < day <= one.last_day],
    )
