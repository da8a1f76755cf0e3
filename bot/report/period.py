"""From which day to which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)
LONGEST = timedelta(days=10 * 366)


@dataclass(frozen=True)
class Period:
    """Both days belong to it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        return f"{self.first} 至 {self.last}"


def presets(today: date) -> Sequence[tuple[str, Period]]:
    """Return the periods people ask for, by name."""
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    year = today.replace(month=1, day=1)
    return (
        ("本周", Period(monday, today)),
        ("本月", Period(month, today)),
        ("上月", Period(last_month, month - timedelta(days=1))),
        ("今年", Period(year, today)),
        ("去年", Period(date(today.year - 1, 1, 1), year - timedelta(days=1))),
    )


def parse_period(first: str, last: str, today: date) -> tuple[Period, str]:
    """Return the period that was asked for, or this month and why not."""
    standard = Period(today.replace(day=1), today)
    if not first and not last:
        return standard, ""
    try:
        asked = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return standard, "日期要填成 2026-11-26 这样，先给您看本月的。"
    if not (asked.first >= EARLIEST and asked.last <= LATEST):
        return standard, "这个日子太早或太晚，先给您看本月的。"
    if asked.last < asked.first:
        return standard, "结束的日子比开始的早，先给您看本月的。"
    if asked.last - asked.first > LONGEST:
        return standard, "一次最多看十年，先给您看本月的。"
    return asked, ""
