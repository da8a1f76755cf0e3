"""From a rule to the dates it gives."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile

from dateutil.rrule import rrulestr

from bot.events.event import (
    Event,
    Exceptions,
    FixedDates,
    LunarRange,
    LunarRule,
    OnHoliday,
    Rule,
    SolarRule,
)
from bot.events.holidays import day_off, next_workday
from bot.events.lunar import FIRST_DATE, LAST_DATE, LunarMonth, lunar_date, lunar_months

_MOVED_AT_MOST = timedelta(days=14)
"""Longer than any holiday with the weekends around it."""
_LAST_MONTH = 12
_LONG_MONTH = 30


def list_dates(event: Event, start: date, end: date) -> Sequence[date]:
    """List the days an event begins on, between two dates, both included, changes regarded."""
    days = set(list_dates_of_rule(event, start, end))
    days -= {change.day for change in event.changes}
    held = (change.held_on for change in event.changes)
    days.update(day for day in held if day and start <= day <= end)
    return sorted(days)


def list_dates_of_rule(event: Event, start: date, end: date) -> Sequence[date]:
    """List the days an event was to begin on before anything was changed about them."""
    first = max(start, event.first or FIRST_DATE)
    last = min(end, event.last or LAST_DATE)
    anchor = event.first or FIRST_DATE
    moved = _MOVED_AT_MOST if event.on_holiday.step else timedelta(0)
    named = _expand(event.rule, anchor, max(first - moved, anchor), min(last + moved, LAST_DATE))
    days = {
        held
        for day in named
        if (held := _regard_holiday(day, event.on_holiday))
        and first <= held <= last
        and not is_exception(held, event.exceptions)
    }
    # A day the office added by hand counts even inside a break or outside the rule's limits.
    days.update(day for day in event.extra if start <= day <= end)
    return sorted(days)


def _regard_holiday(day: date, rule: OnHoliday) -> date | None:
    """Return the day it is held on; None where it is left out."""
    if rule is OnHoliday.HELD:
        return day
    today = day_off(day)
    if today.is_workday or not (today.holiday or rule.regards_weekends):
        return day
    return next_workday(day, rule.step) if rule.step else None


def is_exception(day: date, exceptions: Exceptions) -> bool:
    """Tell whether the event is not held on a day."""
    if any(span.first <= day <= span.last for span in exceptions.dates):
        return True
    return any(_falls_in(day, span) for span in exceptions.lunar)


@lru_cache(maxsize=1024)
def _expand(rule: Rule, anchor: date, start: date, end: date) -> Sequence[date]:
    if start > end:
        return ()
    if isinstance(rule, FixedDates):
        return tuple(day for day in rule.dates if start <= day <= end)
    if isinstance(rule, LunarRule):
        return tuple(day for day in _lunar_days(rule, start, end) if start <= day <= end)
    return tuple(_solar_days(rule, anchor, start, end))


def _solar_days(rule: SolarRule, anchor: date, start: date, end: date) -> Iterator[date]:
    # Counting from the anchor only where the rule needs it keeps a question about 2090 cheap.
    origin = datetime.combine(anchor if rule.anchored else start, time())
    days = (moment.date() for moment in rrulestr(rule.text, dtstart=origin))
    return (day for day in takewhile(lambda day: day <= end, days) if day >= start)


def _lunar_days(rule: LunarRule, start: date, end: date) -> Iterator[date]:
    for month in lunar_months(start, end):
        for day in sorted(_days_in(rule, month)):
            yield month.first + timedelta(days=day - 1)


def _days_in(rule: LunarRule, month: LunarMonth) -> set[int]:
    wanted = {day for number, day in rule.days if number == 0}
    named = {day for number, day in rule.days if number == month.month and not month.is_leap}
    if _LONG_MONTH in named and month.month == _LAST_MONTH:
        named.add(month.length)
    days = wanted | named
    if rule.short_month_on_29 and _LONG_MONTH in days:
        days.add(month.length)
    return {day for day in days if day <= month.length}


def _falls_in(day: date, span: LunarRange) -> bool:
    lunar = lunar_date(day)
    names = {(lunar.month, lunar.day)}
    if (lunar.month, lunar.day) == (_LAST_MONTH, _LONG_MONTH - 1) and _is_new_years_eve(day):
        names.add((_LAST_MONTH, _LONG_MONTH))
    if span.first <= span.last:
        return any(span.first <= name <= span.last for name in names)
    return any(name >= span.first or name <= span.last for name in names)


def _is_new_years_eve(day: date) -> bool:
    tomorrow = lunar_date(day + timedelta(days=1))
    return (tomorrow.month, tomorrow.day) == (1, 1)
