"""The values of this room: an event, the rule it follows, one occurrence, a notice's hour."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

EVERYBODY = "all"
"""The audience of every follower; the others are in `audiences`."""

ASSUMED_LENGTH = timedelta(hours=3)
"""How long an occurrence is taken to last where only its beginning is known."""


@dataclass(frozen=True)
class FixedDates:
    """Dates named one by one."""

    dates: tuple[date, ...]


@dataclass(frozen=True)
class SolarRule:
    """An RFC 5545 recurrence rule without its `RRULE:`."""

    text: str
    anchored: bool = False
    """Whether the dates depend on the day it is counted from (every second week, ten times)."""


@dataclass(frozen=True)
class LunarRule:
    """Lunar days, of every month or of the months named."""

    days: frozenset[tuple[int, int]]
    """(month, day) pairs; month 0 is every month, leap months included. A named month never means
    its leap month, and the thirtieth of the twelfth is New Year's Eve also where it has 29 days."""
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


@dataclass(frozen=True)
class Change:
    """What is different about the one occurrence that the rule puts on `day`."""

    day: date
    cancelled: bool = False
    to_day: date | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""
    reason: str = ""
    line: int = field(default=0, compare=False)

    @property
    def held_on(self) -> date | None:
        """The day it is held on after all; None when it is called off."""
        return None if self.cancelled else self.to_day or self.day


class OnHoliday(StrEnum):
    """What becomes of a day of the rule on which offices are closed, in the office's words."""

    HELD = "照办"
    SKIPPED = "不办"
    AFTER = "顺延"
    """On the next workday instead."""
    BEFORE = "提前"
    """On the last workday before instead."""
    SKIPPED_ON_WEEKENDS_TOO = "周末也不办"
    AFTER_ON_WEEKENDS_TOO = "周末也顺延"
    BEFORE_ON_WEEKENDS_TOO = "周末也提前"

    @property
    def regards_weekends(self) -> bool:
        """Whether a Saturday or Sunday off counts as well as a festival."""
        return self.value.startswith("周末也")

    @property
    def step(self) -> int:
        """Which way the day moves: 1 forward, -1 back, 0 where it is left out."""
        return {"顺延": 1, "提前": -1}.get(self.value.removeprefix("周末也"), 0)


class EventKind(StrEnum):
    """What sort of event it is, in the office's words."""

    MARKET = "赶集"
    LECTURE = "讲座"
    PUBLICITY = "宣传"
    OTHER = "其他"


class IfLate(StrEnum):
    """What becomes of a notice that could not go out in time."""

    RIDE = "ride"
    """It is handed out with replies."""
    ASK = "ask"
    """A person decides."""
    DROP = "drop"


@dataclass(frozen=True)
class Lateness:
    """How late a notice may still start, and what happens after that."""

    within: timedelta | None = None
    """None where the office's setting holds."""
    then: IfLate = IfLate.RIDE


class EventStatus(StrEnum):
    """Whether the office has confirmed the dates."""

    PENDING = "待核对"
    CHECKED = "已核对"
    PAUSED = "暂停"
    """Nobody is told about it and no notice goes out."""


@dataclass(frozen=True)
class NoticeTime:
    """When one notice goes out, counted from the day of the occurrence."""

    kind: str
    """`当天`, `前一天`, `前3天`; part of the notice's key, so it never holds the hour."""
    days_before: int
    at: time

    def moment(self, day: date) -> datetime:
        """Return when the notice about an occurrence on `day` goes out."""
        return datetime.combine(day - timedelta(days=self.days_before), self.at, SHANGHAI)


@dataclass(frozen=True)
class Event:
    """One event of the calendar and the rule its dates follow."""

    event_id: str
    name: str
    kind: EventKind
    rule: Rule
    status: EventStatus = EventStatus.PENDING
    first: date | None = None
    last: date | None = None
    starts_at: time | None = None
    """None for an event that is not tied to an hour."""
    ends_at: time | None = None
    days: int = 1
    place: str = ""
    note: str = ""
    exceptions: Exceptions = field(default_factory=Exceptions)
    on_holiday: OnHoliday = OnHoliday.HELD
    extra: tuple[date, ...] = ()
    changes: tuple[Change, ...] = ()
    """At most one a day."""
    notice_times: tuple[NoticeTime, ...] = ()
    notice_text: str = ""
    audience: str = EVERYBODY
    """A key of `audiences`."""
    lateness: Lateness = Lateness()
    path: str = ""
    line: int = 0


@dataclass(frozen=True)
class Occurrence:
    """One time an event takes place."""

    event_id: str
    name: str
    kind: EventKind
    start: datetime
    end: datetime | None
    """None where only the beginning is known."""
    all_day: bool
    place: str
    lunar: str
    """The lunar date of the first day, such as 腊月廿五."""
    note: str
    checked: bool
    """False until the office has confirmed the dates; replies must then say so."""
    moved_from: date | None = None
    """The day it was to be held on at first."""

    @property
    def day(self) -> date:
        """The day it begins on."""
        return self.start.date()

    @property
    def last_day(self) -> date:
        """The last day it is held on; an all-day occurrence ends with the midnight after."""
        return (self.end - timedelta(microseconds=1)).date() if self.end else self.day

    @property
    def over_at(self) -> datetime:
        """From when on nobody needs to hear of it any more."""
        return self.end or self.start + ASSUMED_LENGTH
