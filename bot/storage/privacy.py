"""Forgetting: one resident on request, everybody's old messages by the clock."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, update

from bot.clock import SHANGHAI
from bot.storage.tables import (
    alarms,
    daily_counts,
    deliveries,
    handoffs,
    inbox,
    late_answers,
    memberships,
    misses,
    notes,
    residents,
    staff_replies,
)
from bot.storage.upserts import InsertOrChange

PERSONAL: tuple[Table, ...] = (
    inbox,
    late_answers,
    misses,
    handoffs,
    alarms,
    notes,
    memberships,
    staff_replies,
    residents,
)
"""Every table with an openid in it; a test holds this list against the schema."""


def forget_resident(connection: Connection, openid: str, *, keep_key: str = "") -> None:
    """Delete all that is kept of a resident; anonymous counts of their questions stay.

    `keep_key` names the message being answered just now: its row stays for the sake of its
    redeliveries, emptied of what was said.
    """
    _count_and_delete(connection, inbox.c.openid == openid, inbox.c.key != keep_key)
    connection.execute(update(inbox).where(inbox.c.key == keep_key).values(openid="", text=""))
    for table in PERSONAL:
        connection.execute(delete(table).where(table.c.openid == openid))
    # A riding notice's delivery would otherwise keep the openid.
    connection.execute(delete(deliveries).where(deliveries.c.recipient == openid))


def forget_old_messages(connection: Connection, *, now: datetime, keep_days: int) -> int:
    """Count and delete messages and closed matters older than `keep_days`; return how many."""
    before = now - timedelta(days=keep_days)
    removed = _count_and_delete(connection, inbox.c.received_at < before)
    connection.execute(delete(misses).where(misses.c.recorded_at < before))
    connection.execute(delete(handoffs).where(handoffs.c.closed_at < before))
    connection.execute(delete(alarms).where(alarms.c.seen_at < before))
    connection.execute(delete(late_answers).where(late_answers.c.created_at < before))
    connection.execute(delete(staff_replies).where(staff_replies.c.created_at < before))
    connection.execute(delete(notes).where(notes.c.created_at < before))
    return removed


Counted = tuple[date, int, str, str, str]
"""Day, hour, village, decision and entry: what is kept of a message when its text is gone."""


_COUNT = InsertOrChange(
    daily_counts,
    "day",
    "hour",
    "village",
    "decision",
    "entry",
    change=lambda wanted: {"count": daily_counts.c.count + wanted["count"]},
)


def _count_and_delete(connection: Connection, *which: ColumnElement[bool]) -> int:
    """Delete these messages and count exactly those that this very statement deleted."""
    kept = (inbox.c.received_at, inbox.c.village, inbox.c.decision, inbox.c.entry)
    gone = connection.execute(delete(inbox).where(*which).returning(*kept)).all()
    _add_to_counts(connection, gone)
    return len(gone)


def _add_to_counts(connection: Connection, rows: Iterable[Row[Any, Any, Any, Any]]) -> None:
    totals: dict[Counted, int] = {}
    for row in rows:
        if row.decision is None:
            continue
        moment = row.received_at.astimezone(SHANGHAI)
        key = (moment.date(), moment.hour, row.village, row.decision, row.entry)
        totals[key] = totals.get(key, 0) + 1
    names = ("day", "hour", "village", "decision", "entry")
    # In one order everywhere: two processes that count at once would else wait for each other.
    for counted, count in sorted(totals.items()):
        _COUNT(connection, dict(zip(names, counted, strict=True)) | {"count": count})
