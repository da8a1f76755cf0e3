"""The office's calendar: every event, and what takes place when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.errors import Problem
from bot.events.event import Event, EventKind, Occurrence


@dataclass(frozen=True)
class Calendar:
    """Every event the office has written down; immutable, swapped whole on reload."""

    events: Sequence[Event] = ()

    def occurrences(self, start: date, end: date) -> Sequence[Occurrence]:
        """List what begins between two dates, both included, in order."""
        return ()

    def upcoming(self, now: datetime, limit: int) -> Sequence[Occurrence]:
        """List what is under way or comes next, soonest first."""
        return self.occurrences(now.date(), now.date() + timedelta(days=400))[:limit]

    def next_market(self, now: datetime) -> Occurrence | None:
        """Return the market day under way or the next one."""
        upcoming = self.upcoming(now, limit=1000)
        return next((one for one in upcoming if one.kind is EventKind.MARKET), None)


def load_calendar(path: Path) -> tuple[Calendar, list[Problem]]:
    """Read every `*.md` of the events folder."""
    return Calendar(), []


def describe(occurrence: Occurrence, today: date) -> str:
    """Tell a resident when and where, such as `明天（11月25日周三，农历十月十七）08:00–11:00`."""
    return f"{occurrence.day.month}月{occurrence.day.day}日"
