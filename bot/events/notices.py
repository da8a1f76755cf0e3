"""Which notices about events are due: a function of the calendar and the time, nothing else."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from bot.events.audiences import EVERYBODY, LEAD, SUBSCRIBERS
from bot.events.calendar import Calendar, describe_change, occurrence_of_rule, occurrence_on
from bot.events.event import (
    SHANGHAI,
    Change,
    Event,
    EventStatus,
    IfLate,
    NoticeTime,
    Occurrence,
)
from bot.events.lunar import FIRST_DATE, LAST_DATE
from bot.events.recurrence import list_dates
from bot.events.wording import notice_text, says_relative_day

LATE = timedelta(hours=2)
QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(7, 0)

_BEFORE_QUIET = timedelta(minutes=30)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PlannedNotice:
    """One notice that the calendar asks for."""

    event_id: str
    occurrence_start: datetime
    kind: str
    """`当天`, `前一天`, `前3天`, with `第2次` for a second one counted from the same day.

    `改动-` and a digest of what is told of a change, so that another change is another notice.
    """
    audience: str
    text: str
    due_at: datetime
    expires_at: datetime
    """From then on it is too late to send it to everybody."""
    useful_until: datetime
    """From then on nobody is even shown it: it has begun, or what was 明天 is today."""
    checked: bool
    """False where the office has not confirmed the event's dates."""
    if_late: IfLate = IfLate.RIDE

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same notice: the day, as a changed hour is no reason to repeat it."""
        return self.event_id, self.occurrence_start.date().isoformat(), self.kind, self.audience


def due_notices(
    calendar: Calendar,
    since: datetime,
    now: datetime,
    late: timedelta = LATE,
    *,
    quiet_from: time = QUIET_FROM,
    quiet_until: time = QUIET_UNTIL,
    include_unverified: bool = True,
    leads: Collection[int] = (),
) -> Sequence[PlannedNotice]:
    """List what fell due after `since` and up to `now`, soonest first, the expired included.

    Asked again after a restart it gives the same notices with the same keys; with a `now` that lies
    ahead it tells what is coming. For each number of days in `leads` those who asked for it are
    reminded so many days before.
    """
    quiet = QuietHours(quiet_from, quiet_until)
    announced = [
        event
        for event in calendar.events
        if event.notice_times and _may_announce(event, include_unverified=include_unverified)
    ]
    planned = [
        _plan(event, notice, occurrence, late, quiet)
        for event in announced
        for occurrence in _occurrences_between(event, since, now)
        for notice in event.notice_times
    ]
    planned += [
        _plan_lead(event, days, occurrence, late, quiet)
        for event in announced
        if event.audience in (EVERYBODY, SUBSCRIBERS)
        for days in sorted(leads)
        for occurrence in _occurrences_between(event, since, now, ahead=days)
    ]
    planned += [
        _plan_change(event, change, quiet) for event in announced for change in event.changes
    ]
    return sorted(
        (one for one in planned if since < one.due_at <= now),
        key=lambda one: (one.due_at, one.key),
    )


def _may_announce(event: Event, *, include_unverified: bool) -> bool:
    if event.status is EventStatus.PENDING:
        return include_unverified
    return event.status is not EventStatus.PAUSED


def _occurrences_between(
    event: Event, since: datetime, now: datetime, *, ahead: int = 0
) -> Iterator[Occurrence]:
    """Give what may have a notice due; quiet hours shift one by less than a day."""
    ahead = ahead or max(notice.days_before for notice in event.notice_times)
    first = max(_date(since) - _DAY, FIRST_DATE)
    last = min(_date(now) + timedelta(days=ahead + 1), LAST_DATE)
    return (occurrence_on(event, day) for day in list_dates(event, first, last))


def _plan(
    event: Event, notice: NoticeTime, occurrence: Occurrence, late: timedelta, quiet: "QuietHours"
) -> PlannedNotice:
    begins = _begins(occurrence)
    due_at = quiet.permitted(notice.moment(occurrence.day), before=begins)
    midnight = datetime.combine(due_at.date() + _DAY, time(), SHANGHAI)
    return PlannedNotice(
        event_id=event.event_id,
        occurrence_start=occurrence.start,
        kind=notice.kind,
        audience=event.audience,
        text=notice_text(event, occurrence, due_at.date()),
        due_at=due_at,
        # Nobody is woken up by a late one.
        expires_at=min(
            due_at + (event.lateness.within or late), begins, quiet.next_beginning(due_at), midnight
        ),
        useful_until=min(begins, midnight) if says_relative_day(event) else begins,
        checked=occurrence.checked,
        if_late=event.lateness.then,
    )


def _plan_lead(
    event: Event, days: int, occurrence: Occurrence, late: timedelta, quiet: "QuietHours"
) -> PlannedNotice:
    """Plan what reminds those who want to hear so many days before, at the event's own hour."""
    notice = NoticeTime(f"提醒-前{days}天", days, event.notice_times[0].at)
    return replace(_plan(event, notice, occurrence, late, quiet), audience=f"{LEAD}{days}")


def _plan_change(event: Event, change: Change, quiet: "QuietHours") -> PlannedNotice:
    """Plan what tells of a change: when residents first hear of the day, or at once after that."""
    before = occurrence_of_rule(event, change.day)
    after = occurrence_on(event, change.held_on) if change.held_on else before
    begins = min(_begins(before), _begins(after))
    due_at = min(
        quiet.permitted(notice.moment(day), before=begins)
        for notice in event.notice_times
        for day in (before.day, after.day)
    )
    text = describe_change(event, change)
    return PlannedNotice(
        event_id=event.event_id,
        occurrence_start=before.start,
        kind=f"改动-{sha256(text.encode()).hexdigest()[:8]}",
        audience=event.audience,
        text=f"【{event.name}】{text}",
        due_at=due_at,
        expires_at=begins,
        useful_until=begins,
        checked=before.checked,
    )


def _begins(occurrence: Occurrence) -> datetime:
    return occurrence.start + _DAY if occurrence.all_day else occurrence.start


@dataclass(frozen=True)
class QuietHours:
    """When nobody is disturbed: every day from one hour until another, often past midnight."""

    begin: time
    end: time

    def permitted(self, moment: datetime, *, before: datetime) -> datetime:
        """Return the first permitted moment; where that is too late, one before the quiet began."""
        if not self.contains(moment):
            return moment
        quiet_began = self._last(self.begin, moment)
        quiet_ends = self._last(self.end, quiet_began) + _DAY
        if quiet_ends < before:
            return quiet_ends
        permitted_before = quiet_began - self._last(self.end, quiet_began)
        return quiet_began - min(_BEFORE_QUIET, permitted_before / 2)

    def next_beginning(self, moment: datetime) -> datetime:
        """Return when the quiet begins next; a year later where there is none."""
        if self.begin == self.end:
            return moment + timedelta(days=365)
        return self._last(self.begin, moment) + _DAY

    def contains(self, moment: datetime) -> bool:
        """Tell whether nobody is to be disturbed at a moment."""
        moment = moment.astimezone(SHANGHAI)
        if self.begin == self.end:
            return False
        return self._last(self.begin, moment) > self._last(self.end, moment)

    @staticmethod
    def _last(hour: time, moment: datetime) -> datetime:
        """Return the last time a clock showed `hour`, at `moment` or before it."""
        same_day = datetime.combine(moment.date(), hour, SHANGHAI)
        return same_day if same_day <= moment else same_day - _DAY


def _date(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
