"""The rules an event's dates follow, as values; `recurrence` turns them into dates."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class FixedDates:
    """Dates named one by one."""

    dates: tuple[date, ...]


@dataclass(frozen=True)
class SolarRule:
    """An RFC 5545 recurrence rule without its `RRULE:`."""

    text: str


@dataclass(frozen=True)
class LunarRule:
    """Lunar days, of every month or of the months named."""

    days: frozenset[int]
    months: frozenset[int] = frozenset()
    """Empty for every month, leap months included; a named month never means its leap month."""
    short_month_on_29: bool = False
    """In a month without a thirtieth day, what falls on the thirtieth is held a day earlier."""


Rule = FixedDates | SolarRule | LunarRule


@dataclass(frozen=True)
class DateRange:
    """All days from one date to another, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class LunarRange:
    """All days between two (month, day) pairs of the lunar calendar, every year."""

    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True)
class Exceptions:
    """Days on which an event is not held."""

    dates: tuple[DateRange, ...] = ()
    lunar: tuple[LunarRange, ...] = ()
