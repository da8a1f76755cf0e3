"""How many questions, by day, hour, village and entry; finished days are counted once.

A day's messages are those still in the inbox and those of which only `daily_counts` is left;
deleting moves them from one to the other, so that the sum of a finished day never changes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, Integer, cast, func, select

from bot.clock import SHANGHAI
from bot.storage.tables import daily_counts, day_figures, deliveries, inbox, notices
from bot.storage.upserts import InsertOnce

ALL, HOUR, VILLAGE, ENTRY = "all", "hour", "village", "entry"
UNKNOWN_HOUR = "-1"
AT_A_TIME = 31
"""Days counted in one go: what is held in memory stays small."""


@dataclass
class Counts:
    """Counts by decision: of each day, hour (`0` to `23`), village and entry."""

    days: dict[date, Counter[str]] = field(default_factory=dict)
    hours: dict[str, Counter[str]] = field(default_factory=dict)
    villages: dict[str, Counter[str]] = field(default_factory=dict)
    entries: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, day: date, kind: str, key: str, decision: str, count: int) -> None:
        """Add one number."""
        if kind == ALL:
            self.days.setdefault(day, Counter())[decision] += count
        else:
            of_kind = {HOUR: self.hours, VILLAGE: self.villages, ENTRY: self.entries}[kind]
            of_kind.setdefault(key, Counter())[decision] += count


@dataclass(frozen=True)
class NoticeFigure:
    """One notice of the period, and how many recipients it is known to have reached."""

    event: str
    occurrence: str
    kind: str
    state: str
    due_at: datetime
    reached: int | None
    """Of a mass send what WeChat counted; None while it has not said."""
    to_all: bool


def load(connection: Connection, first: date, last: date, *, today: date) -> Counts:
    """Return the counts from `first` to `last`; count finished days that nobody has counted."""
    count_finished(connection, first, min(last, today - timedelta(days=1)))
    counts = Counts()
    # Days and their decisions are few; the other kinds are added up by the database.
    one_day = day_figures.c.day.between(first, min(last, today - timedelta(days=1)))
    total = func.sum(day_figures.c.count)
    by_day = (
        select(day_figures.c.day, day_figures.c.decision, total)
        .where(one_day, day_figures.c.kind == ALL)
        .group_by(day_figures.c.day, day_figures.c.decision)
    )
    for day, decision, count in connection.execute(by_day):
        if decision:
            counts.add(day, ALL, "", decision, int(count))
    by_key = (
        select(day_figures.c.kind, day_figures.c.key, day_figures.c.decision, total)
        .where(one_day, day_figures.c.kind != ALL)
        .group_by(day_figures.c.kind, day_figures.c.key, day_figures.c.decision)
    )
    for kind, key, decision, count in connection.execute(by_key):
        counts.add(first, kind, key, decision, int(count))
    if first <= today <= last:
        for row in _count(connection, today, today):
            counts.add(*row)
    return counts


def count_finished(connection: Connection, first: date, last: date) -> int:
    """Count the finished days among these that nobody has counted yet; return how many."""
    if last < first:
        return 0
    first = max(first, _first_day(connection) or last)
    known = set(
        connection.execute(
            select(day_figures.c.day).where(
                day_figures.c.kind == ALL, day_figures.c.day.between(first, last)
            )
        ).scalars()
    )
    days = [
        day
        for day in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
        if day not in known
    ]
    for chunk in _runs(days):
        rows = _sum_up(_count(connection, chunk[0], chunk[-1]))
        # A day without a question is counted all the same: nobody counts it again.
        rows += [{"day": day, "kind": ALL, "key": "", "decision": "", "count": 0} for day in chunk]
        _ADD.insert_all(connection, rows)
    return len(days)


_ADD = InsertOnce(day_figures, "day", "kind", "key", "decision")


def list_notices(connection: Connection, first: date, last: date) -> Sequence[NoticeFigure]:
    """List the notices due in the period, with what is known of their arrival."""
    start, end = _moments(first, last)
    told = (
        select(func.count())
        .where(deliveries.c.notice_id == notices.c.id, deliveries.c.state == "sent")
        .scalar_subquery()
    )
    to_all = (
        select(func.count())
        .where(deliveries.c.notice_id == notices.c.id, deliveries.c.recipient == "*")
        .scalar_subquery()
    )
    found = connection.execute(
        select(notices, told.label("told"), to_all.label("to_all"))
        .where(notices.c.due_at >= start, notices.c.due_at < end)
        .order_by(notices.c.due_at)
    )
    return [
        NoticeFigure(
            row.event,
            row.occurrence,
            row.kind,
            row.state,
            row.due_at,
            row.reached if row.to_all else row.told,
            row.to_all > 0,
        )
        for row in found
    ]


def _first_day(connection: Connection) -> date | None:
    oldest = connection.execute(select(func.min(inbox.c.received_at))).scalar_one()
    counted = connection.execute(select(func.min(daily_counts.c.day))).scalar_one()
    days = [one for one in (oldest and oldest.astimezone(SHANGHAI).date(), counted) if one]
    return min(days, default=None)


def _runs(days: Sequence[date]) -> Iterator[Sequence[date]]:
    """Cut into runs of days that follow each other, none longer than a month."""
    run: list[date] = []
    for day in days:
        if run and (day - run[-1] != timedelta(days=1) or len(run) >= AT_A_TIME):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _sum_up(rows: Iterator[tuple[date, str, str, str, int]]) -> list[dict[str, object]]:
    totals: Counter[tuple[date, str, str, str]] = Counter()
    for day, kind, key, decision, count in rows:
        totals[(day, kind, key, decision)] += count
    names = ("day", "kind", "key", "decision")
    return [dict(zip(names, key, strict=True)) | {"count": total} for key, total in totals.items()]


def _count(
    connection: Connection, first: date, last: date
) -> Iterator[tuple[date, str, str, str, int]]:
    """Yield (day, kind, key, decision, count) of what stands in the inbox or is left of it."""
    start, end = _moments(first, last)
    day, hour = _local_day(connection), _local_hour(connection)
    names = (inbox.c.village, inbox.c.decision, inbox.c.entry)
    living = (
        select(day, hour, *names, func.count())
        .where(inbox.c.received_at >= start, inbox.c.received_at < end)
        .where(inbox.c.decision.is_not(None))
        .group_by(day, hour, *names)
    )
    columns = (daily_counts.c.day, daily_counts.c.hour, daily_counts.c.village)
    left = select(
        *columns, daily_counts.c.decision, daily_counts.c.entry, daily_counts.c.count
    ).where(daily_counts.c.day.between(first, last))
    for query in (living, left):
        for on, at, village, decision, entry, count in connection.execute(query):
            that_day = date.fromisoformat(on) if isinstance(on, str) else on
            yield that_day, ALL, "", decision, count
            yield that_day, HOUR, str(int(at)), decision, count
            if village:
                yield that_day, VILLAGE, village, decision, count
            if entry:
                yield that_day, ENTRY, entry, decision, count


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    start = datetime.combine(first, time.min, SHANGHAI)
    return start, datetime.combine(last + timedelta(days=1), time.min, SHANGHAI)


# Moments are kept as UTC and China has one zone, eight hours ahead, without summer time.
def _local_day(connection: Connection) -> ColumnElement[Any]:
    if connection.dialect.name == "sqlite":
        return func.date(inbox.c.received_at, "+8 hours")
    return cast(func.timezone("Asia/Shanghai", inbox.c.received_at), Date)


def _local_hour(connection: Connection) -> ColumnElement[Any]:
    if connection.dialect.name == "sqlite":
        return cast(func.strftime("%H", inbox.c.received_at, "+8 hours"), Integer)
    return func.extract("hour", func.timezone("Asia/Shanghai", inbox.c.received_at))
