"""Public holidays and make-up workdays, as the State Council arranges them every year.

The arrangement of a year is published in the November before it and stands in `chinesecalendar`
from its next release on. Where a year is not there yet, only the days the law itself names are
known (`holidays`); the bridging days and the make-up workdays are not, and nothing is guessed.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from chinese_calendar import Holiday, get_holiday_detail

_SATURDAY = 5
_NAMES = {one.value: one.chinese.removesuffix("节") + "节" for one in Holiday} | {
    Holiday.new_years_day.value: "元旦"
}


@dataclass(frozen=True)
class DayOff:
    """What is special about one day."""

    holiday: str = ""
    """The festival that gives the day off, such as 国庆节; empty on any other day."""
    is_workday: bool = True
    is_makeup: bool = False
    """A Saturday or Sunday that is worked for a bridging day."""


def day_off(day: date) -> DayOff:
    """Tell whether offices work on a day, and which festival it belongs to."""
    weekend = day.weekday() >= _SATURDAY
    arranged = _arranged(day)
    if arranged is None:
        festival = _statutory(day.year).get(day, "")
        return DayOff(festival, is_workday=not (weekend or festival))
    rests, name = arranged
    festival = _NAMES.get(name or "", "") if rests else ""
    return DayOff(festival, is_workday=not rests, is_makeup=weekend and not rests)


def is_arranged(year: int) -> bool:
    """Whether the bridging days and make-up workdays of a year are known."""
    return _arranged(date(year, 10, 1)) is not None


def _arranged(day: date) -> tuple[bool, str | None] | None:
    """Return whether offices rest and for which festival; None where nobody has arranged it."""
    try:
        rests, name = get_holiday_detail(day)
    except NotImplementedError:  # how the library says that it does not know the year
        return None
    return rests, name


def next_workday(day: date, step: int = 1) -> date:
    """Return the first day after `day` on which offices work; with `step` -1 the last before."""
    day += timedelta(days=step)
    while not day_off(day).is_workday:
        day += timedelta(days=step)
    return day


@lru_cache(maxsize=128)
def _statutory(year: int) -> dict[date, str]:
    import holidays  # 0.2 s, and wanted only beyond the last arrangement

    named = holidays.country_holidays("CN", years=year, language="zh_CN")
    # What it calls a substitute is its own guess at an arrangement nobody has made.
    known = {day: name for day, name in named.items() if "补" not in name and "（" not in name}
    return {day: "春节" if name == "农历除夕" else name for day, name in known.items()}
