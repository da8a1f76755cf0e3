"""Two events at one place at the same time: most likely a slip of the pen."""

from collections.abc import Container, Iterable, Iterator
from datetime import date
from itertools import combinations

from bot.errors import Problem, Severity
from bot.events.audiences import VILLAGE, names_in
from bot.events.calendar import occurrence_on
from bot.events.event import Event, EventStatus, Occurrence
from bot.events.recurrence import list_dates


def find_conflicts(events: Iterable[Event], start: date, end: date) -> Iterator[Problem]:
    """Warn once of each pair that meets between two dates, on the first day they do."""
    held = [one for one in events if one.place and one.status is not EventStatus.PAUSED]
    for first, second in combinations(held, 2):
        met = _first_meeting(first, second, start, end)
        if met:
            text = (
                f"{met.day} {met.place}：“{second.name}”和“{first.name}”"
                f"（{first.path} 第 {first.line} 行）在同一时间、同一地点，请核对"
            )
            yield Problem(second.path, second.line, text, Severity.WARNING)


def find_unknown_villages(events: Iterable[Event], known: Container[str]) -> Iterator[Problem]:
    """Warn of a notice for a village that the office does not list: nobody would hear it."""
    for event in events:
        for name in names_in(event.audience, VILLAGE):
            if name not in known:
                text = f"“{event.name}”要通知{name}，可 villages.md 里没有这个村，没有人会收到"
                yield Problem(event.path, event.line, text, Severity.WARNING)


def _first_meeting(first: Event, second: Event, start: date, end: date) -> Occurrence | None:
    if not {first.place, *(one.place for one in first.changes)} & {
        second.place,
        *(one.place for one in second.changes),
    }:
        return None
    days = sorted({*list_dates(first, start, end)} & {*list_dates(second, start, end)})
    for day in days:
        mine, theirs = occurrence_on(first, day), occurrence_on(second, day)
        if mine.place == theirs.place and _overlap(mine, theirs):
            return mine
    return None


def _overlap(mine: Occurrence, theirs: Occurrence) -> bool:
    if mine.all_day or theirs.all_day:
        return False  # a whole week or month of publicity takes nobody's place
    return mine.start < theirs.over_at and theirs.start < mine.over_at
