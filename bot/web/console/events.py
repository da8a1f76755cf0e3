"""What is held when: the month on the wall, the year to print, one date with its papers."""

from datetime import date, datetime, timedelta

from flask import Blueprint, Response, abort, render_template, request, url_for

from bot.documents.qr import qr_svg
from bot.events.calendar import describe_change, last_day_of, occurrence_on
from bot.events.event import SHANGHAI, Change, Event, Occurrence
from bot.events.holidays import is_arranged
from bot.events.lunar import FIRST_DATE, LAST_DATE
from bot.events.month_view import month_view
from bot.events.papers import forward_text, loudspeaker
from bot.events.recurrence import list_dates
from bot.events.wording import day_remark, hours, weekday
from bot.web.console.desk import Desk
from bot.web.console.guard import needs

MONTHS_PRINTED = 12
NEXT_SHOWN = 3
SCRIPT_SECONDS = (30, 60)


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the pages of the calendar."""
    _add_calendar(pages, desk)
    _add_papers(pages, desk)


def _add_calendar(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/events")
    @needs()
    def show_events() -> str:
        today = desk.now().astimezone(SHANGHAI).date()
        first = _month(request.args.get("month", ""), today)
        calendar = desk.parts.content.current.calendar
        return render_template(
            "console/events/month.html",
            first=first,
            before=_neighbour(first, -1),
            after=_neighbour(first, 1),
            weeks=month_view(calendar, first.year, first.month),
            events=[(one, _next_days(one, today)) for one in calendar.events],
            changes=calendar.changes(first, last_day_of(first, 1)),
            today=today,
            hours=hours,
            weekday=weekday,
            unknown_year=None if is_arranged(first.year) else first.year,
        )

    @pages.get("/events/year")
    @needs()
    def show_year() -> str:
        today = desk.now().astimezone(SHANGHAI).date()
        start = _month(request.args.get("month", ""), today)
        end = min(last_day_of(start, MONTHS_PRINTED), LAST_DATE)
        found = desk.parts.content.current.calendar.occurrences(start, end)
        months: dict[tuple[int, int], list[Occurrence]] = {}
        for one in found:
            months.setdefault((one.day.year, one.day.month), []).append(one)
        return render_template(
            "console/events/year.html",
            start=start,
            end=end,
            months=months,
            hours=hours,
            weekday=weekday,
            remark=day_remark,
            unknown_years=[
                year for year in range(start.year, end.year + 1) if not is_arranged(year)
            ],
        )


def _add_papers(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/events/<event_id>/<day>")
    @needs()
    def show_occurrence(event_id: str, day: str) -> str:
        event, occurrence = find_occurrence(desk, event_id, day)
        office, today = desk.parts.live.settings.office, desk.now().astimezone(SHANGHAI).date()
        # Read out the evening before: that is when 明天 is right.
        read_on = max(today, occurrence.day - timedelta(days=1))
        return render_template(
            "console/events/occurrence.html",
            event=event,
            occurrence=occurrence,
            change=_change_of(event, occurrence),
            scripts=[
                (seconds, loudspeaker(occurrence, office, read_on, seconds=seconds))
                for seconds in SCRIPT_SECONDS
            ],
            read_on=read_on,
            forward=forward_text(occurrence, office, today),
            hours=hours,
            weekday=weekday,
            over=occurrence.over_at <= desk.now(),
        )

    @pages.get("/events/<event_id>/<day>/poster")
    @needs()
    def show_poster(event_id: str, day: str) -> str:
        _, occurrence = find_occurrence(desk, event_id, day)
        settings = desk.parts.live.settings
        return render_template(
            "console/events/poster.html",
            occurrence=occurrence,
            hours=hours,
            weekday=weekday,
            follow=settings.office.follow_link,
            calendar=settings.server.public_url,
        )

    @pages.get("/events/qr-<kind>.svg")
    @needs()
    def show_event_qr(kind: str) -> Response:
        settings = desk.parts.live.settings
        base = settings.server.public_url
        links = {
            "follow": settings.office.follow_link,
            "calendar": f"{base}{url_for('events.show_feed')}" if base else "",
        }
        if not links.get(kind):
            abort(404)
        return Response(qr_svg(links[kind]), mimetype="image/svg+xml")


def find_occurrence(desk: Desk, event_id: str, day: str) -> tuple[Event, Occurrence]:
    """Return an event and what it is on a day; 404 where there is none."""
    event = find_event(desk, event_id)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        abort(404)
    if not FIRST_DATE <= wanted <= LAST_DATE or not list_dates(event, wanted, wanted):
        abort(404, f"“{event.name}”在这一天没有安排，可能已经改期或取消。")
    return event, occurrence_on(event, wanted)


def find_event(desk: Desk, event_id: str) -> Event:
    """Return an event by its number; 404 where there is none."""
    events = desk.parts.content.current.calendar.events
    event = next((one for one in events if one.event_id == event_id), None)
    if event is None:
        abort(404, "没有这个活动，可能已经删除，或者文件里有错误。")
    return event


def _change_of(event: Event, occurrence: Occurrence) -> str:
    def concerns(change: Change) -> bool:
        return change.held_on == occurrence.day

    return next((describe_change(event, one) for one in event.changes if concerns(one)), "")


def _next_days(event: Event, today: date) -> list[date]:
    return list(list_dates(event, today, today + timedelta(days=400))[:NEXT_SHOWN])


def _month(text: str, today: date) -> date:
    try:
        first = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month, no moment
    except ValueError:
        return today.replace(day=1)
    return first if FIRST_DATE.year < first.year < LAST_DATE.year else today.replace(day=1)


def _neighbour(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)
