"""The office's calendar: every event, and what takes place when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta

from bot.documents.labelled import read_text
from bot.errors import Problem
from bot.events.event import SHANGHAI, Change, Event, EventKind, EventStatus, Occurrence
from bot.events.lunar import FIRST_DATE, LAST_DATE, lunar_date
from bot.events.parsing import parse_events
from bot.events.recurrence import list_dates
from bot.events.wording import change_text, describe, preview_line

__all__ = ["Calendar", "describe", "load_calendar", "occurrence_on", "render_preview"]

HORIZON = timedelta(days=400)
"""How far ahead what comes next is looked for: past the next of any yearly event."""


@dataclass(frozen=True)
class Calendar:
    """Every event the office has written down; immutable, swapped whole on reload."""

    events: Sequence[Event] = ()

    def occurrences(self, start: date, end: date) -> Sequence[Occurrence]:
        """List what begins between two dates, both included, in order; paused events never."""
        return _occurrences(self.events, start, end)

    def upcoming(self, now: datetime, limit: int) -> Sequence[Occurrence]:
        """List what is under way or comes next, soonest first."""
        return _upcoming(self.events, now)[:limit]

    def changes(self, start: date, end: date) -> Sequence[str]:
        """Tell what was called off or changed about the days between two dates, both included."""
        return [
            describe_change(event, change)
            for event in self.events
            if event.status is not EventStatus.PAUSED
            for change in event.changes
            if start <= change.day <= end
        ]

    def called_off(self, start: date, end: date) -> Sequence[tuple[Occurrence, str]]:
        """List what was to be held between two dates, both included, with the words that tell."""
        return [
            (occurrence_of_rule(event, change.day), describe_change(event, change))
            for event in self.events
            if event.status is not EventStatus.PAUSED
            for change in event.changes
            if change.cancelled and start <= change.day <= end
        ]

    def next_market(self, now: datetime) -> Occurrence | None:
        """Return the market day under way or the next one."""
        markets = [event for event in self.events if event.kind is EventKind.MARKET]
        return next(iter(_upcoming(markets, now)), None)


def load_calendar(path: Path) -> tuple[Calendar, list[Problem]]:
    """Read every `*.md` below the events folder; an event with an error is left out."""
    events: dict[str, Event] = {}
    problems: list[Problem] = []
    for file in sorted(path.rglob("*.md")):
        shown = file.as_posix()
        text, found = read_text(file, shown)
        problems += found
        parsed, found = parse_events(text, shown)
        problems += found
        for event in parsed:
            known = events.setdefault(event.event_id, event)
            if known is not event:
                text = f"编号“{event.event_id}”已经用在{known.path}第{known.line}行的“{known.name}”"
                problems.append(Problem(shown, event.line, text))
    return Calendar(tuple(events.values())), problems


def render_preview(calendar: Calendar, start: date, months: int) -> Sequence[str]:
    """Give staff one line for each occurrence of some months, beginning with a day."""
    found = calendar.occurrences(start, last_day_of(start, months))
    return [preview_line(one) for one in found]


def last_day_of(start: date, months: int) -> date:
    """Return the last of so many months that begin with a day."""
    return start + relativedelta(months=months) - timedelta(days=1)


def occurrence_on(event: Event, day: date) -> Occurrence:
    """Describe the occurrence of an event that begins on a day, changes regarded."""
    change = next((one for one in event.changes if one.held_on == day), None)
    if change is None:
        return occurrence_of_rule(event, day)
    if change.starts_at:
        event = replace(event, starts_at=change.starts_at, ends_at=change.ends_at)
    event = replace(event, place=change.place or event.place)
    return replace(occurrence_of_rule(event, day), moved_from=change.to_day and change.day)


def occurrence_of_rule(event: Event, day: date) -> Occurrence:
    """Describe the occurrence as the rule had it."""
    return Occurrence(
        event_id=event.event_id,
        name=event.name,
        kind=event.kind,
        start=datetime.combine(day, event.starts_at or time(), SHANGHAI),
        end=_end(event, day),
        all_day=event.starts_at is None,
        place=event.place,
        lunar=str(lunar_date(day)),
        note=event.note,
        checked=event.status is EventStatus.CHECKED,
    )


def describe_change(event: Event, change: Change) -> str:
    """Tell residents what is different, in one sentence that is right on any day."""
    after = occurrence_on(event, change.held_on) if change.held_on else None
    return change_text(change, occurrence_of_rule(event, change.day), after)


def _end(event: Event, day: date) -> datetime | None:
    last = day + timedelta(days=event.days - 1)
    if event.starts_at is None:
        return datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
    if event.ends_at is None:
        return None if event.days == 1 else datetime.combine(last, time.max, SHANGHAI)
    return datetime.combine(last, event.ends_at, SHANGHAI)


def _occurrences(events: Iterable[Event], start: date, end: date) -> Sequence[Occurrence]:
    first, last = max(start, FIRST_DATE), min(end, LAST_DATE)
    found = [
        occurrence_on(event, day)
        for event in events
        if event.status is not EventStatus.PAUSED
        for day in list_dates(event, first, last)
    ]
    return sorted(found, key=lambda one: (one.start, one.event_id))


def _upcoming(events: Sequence[Event], now: datetime) -> Sequence[Occurrence]:
    today = now.astimezone(SHANGHAI).date()
    longest = max((event.days for event in events), default=1)
    begun = _occurrences(events, today - timedelta(days=longest), today + HORIZON)
    return [one for one in begun if one.over_at > now]
