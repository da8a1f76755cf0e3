"""The lunar calendar: what a solar date is called there, and where its months begin."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lunar_python import LunarYear

FIRST_DATE = date(2000, 1, 1)
LAST_DATE = date(2099, 12, 31)
"""Outside these the published tables stop being certain, so nothing is computed."""

_JULIAN_DAY_OF_ORDINAL_ZERO = 1721425  # at noon
_MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")


@dataclass(frozen=True)
class LunarDate:
    """A day of the lunar calendar; `str()` gives it as people say it, such as 闰六月初十."""

    year: int
    month: int
    is_leap: bool
    day: int

    def __str__(self) -> str:
        return f"{'闰' if self.is_leap else ''}{_MONTHS[self.month - 1]}月{day_name(self.day)}"


@dataclass(frozen=True)
class LunarMonth:
    """One lunar month and the solar date it begins on."""

    year: int
    month: int
    is_leap: bool
    first: date
    length: int

    @property
    def last(self) -> date:
        """Its twenty-ninth or thirtieth day."""
        return self.first + timedelta(days=self.length - 1)


def day_name(day: int) -> str:
    """Name a lunar day: 初一, 初十, 十五, 二十, 廿九, 三十."""
    whole_tens = {10: "初十", 20: "二十", 30: "三十"}
    return whole_tens.get(day) or "初十廿"[day // 10] + "十一二三四五六七八九"[day % 10]


def lunar_date(day: date) -> LunarDate:
    """Return the lunar date of a day between `FIRST_DATE` and `LAST_DATE`."""
    months = _months_of(day.year - 1) + _months_of(day.year)
    month = months[bisect_right([one.first for one in months], day) - 1]
    return LunarDate(month.year, month.month, month.is_leap, (day - month.first).days + 1)


def lunar_months(start: date, end: date) -> Iterator[LunarMonth]:
    """List the lunar months with a day between two dates, in order."""
    for year in range(start.year - 1, end.year + 1):
        yield from (
            month for month in _months_of(year) if month.last >= start and month.first <= end
        )


@lru_cache(maxsize=256)
def _months_of(year: int) -> tuple[LunarMonth, ...]:
    # The library is slow and is therefore asked once for each lunar year, not for each date.
    return tuple(
        LunarMonth(
            year,
            abs(month.getMonth()),
            month.isLeap(),
            date.fromordinal(int(month.getFirstJulianDay()) - _JULIAN_DAY_OF_ORDINAL_ZERO),
            month.getDayCount(),
        )
        for month in LunarYear.fromYear(year).getMonths()
        if month.getYear() == year
    )
