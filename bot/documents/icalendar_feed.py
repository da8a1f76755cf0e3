"""A calendar that phones subscribe to (RFC 5545, and the names Apple and Google read)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

PRODUCT = "-//feisu//非诉在线//ZH"
ASK_AGAIN_AFTER = timedelta(hours=12)


@dataclass(frozen=True)
class FeedEntry:
    """One date in a calendar. `start` and `end` are both moments, or both days (`end` excluded)."""

    uid: str
    """The same as long as it is the same date, whatever is changed about it."""
    summary: str
    start: datetime | date
    end: datetime | date
    location: str = ""
    description: str = ""
    revision: int = 0
    """Higher after every change, so that a phone takes the newer one."""
    cancelled: bool = False
    certain: bool = True


def write_feed(name: str, entries: Iterable[FeedEntry], written_at: datetime) -> bytes:
    """Write the calendar; the same entries and the same moment give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", ASK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for entry in entries:
        calendar.add_component(_event(entry, written_at))
    return bytes(calendar.to_ical())


def _event(entry: FeedEntry, written_at: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", written_at.astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("dtstart", _universal(entry.start))
    event.add("dtend", _universal(entry.end))
    event.add("sequence", entry.revision)
    event.add("status", _status(entry))
    event.add("transp", "TRANSPARENT")
    if entry.location:
        event.add("location", entry.location)
    if entry.description:
        event.add("description", entry.description)
    return event


def _status(entry: FeedEntry) -> str:
    if entry.cancelled:
        return "CANCELLED"
    return "CONFIRMED" if entry.certain else "TENTATIVE"


def _universal(moment: datetime | date) -> datetime | date:
    # In UTC no description of the time zone is needed, which phones read in different ways.
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
