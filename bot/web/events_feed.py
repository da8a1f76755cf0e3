"""`/events.ics`: the office's calendar, for phones to subscribe to."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

from flask import Blueprint, Response, request

from bot.clock import Clock
from bot.config import Settings
from bot.conversation.turn import Content
from bot.documents.icalendar_feed import FeedEntry, write_feed
from bot.events.calendar import Calendar, describe_change
from bot.events.event import SHANGHAI, Occurrence
from bot.events.wording import NOT_CHECKED

BEHIND = timedelta(days=31)
AHEAD = timedelta(days=366)


def create_events_feed(
    content: Callable[[], Content], settings: Callable[[], Settings], clock: Clock
) -> Blueprint:
    """Build the address of the feed."""
    pages = Blueprint("events", __name__)

    @pages.get("/events.ics")
    def show_feed() -> Response:
        now = clock()
        name = f"{settings().office.name or '司法所'}普法活动"
        # By the day, so that a phone which asks again is told that nothing is new.
        written_at = datetime.combine(now.astimezone(SHANGHAI), time(), SHANGHAI)
        feed = write_feed(name, list_entries(content().calendar, now), written_at)
        response = Response(feed, mimetype="text/calendar; charset=utf-8")
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
        return response

    return pages


def list_entries(calendar: Calendar, now: datetime) -> Iterator[FeedEntry]:
    """Give every date from a month ago to a year ahead, and those that were called off."""
    today = now.astimezone(SHANGHAI).date()
    first, last = today - BEHIND, today + AHEAD
    changed = {
        (event.event_id, change.held_on): describe_change(event, change)
        for event in calendar.events
        for change in event.changes
    }
    for one in calendar.occurrences(first, last):
        yield _entry(one, changed.get((one.event_id, one.day), ""))
    for one, change in calendar.called_off(first, last):
        yield _entry(one, change, cancelled=True)


def _entry(one: Occurrence, change: str, *, cancelled: bool = False) -> FeedEntry:
    prefix = "【取消】" if cancelled else ""
    return FeedEntry(
        uid=f"{one.event_id}-{one.moved_from or one.day}@feisu",
        summary=prefix + one.name + ("" if one.checked else NOT_CHECKED),
        start=one.day if one.all_day else one.start,
        end=one.last_day + timedelta(days=1) if one.all_day else one.over_at,
        location=one.place,
        description="\n".join(part for part in (change, f"农历{one.lunar}", one.note) if part),
        revision=1 if change else 0,
        cancelled=cancelled,
        certain=one.checked,
    )
