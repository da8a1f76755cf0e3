"""Forgetting: one resident on request, everybody's old messages by the clock."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from bot.clock import SHANGHAI
from bot.storage.tables import (
    alarms,
    daily_counts,
    deliveries,
    handoffs,
    inbox,
    late_answers,
    misses,
    notes,
    residents,
    staff_replies,
)

PERSONAL: tuple[Table, ...] = (
    inbox,
    late_answers,
    misses,
    handoffs,
    alarms,
    notes,
    staff_replies,
    residents,
)
"""Every table with an openid in it; a test holds this list against the schema."""


def forget_resident(connection: Connection, openid: str, *, keep_key: str = "") -> None:
    """Delete all that is kept of a resident; anonymous counts of their questions stay.

    `keep_key` names the message being answered just now: its row stays for the sake of its
    redeliveries, emptied of what was said.
    """
    gone = select(inbox).where(inbox.c.openid == openid, inbox.c.key != keep_key)
    _add_to_counts(connection, connection.execute(gone).mappings())
    connection.execute(delete(inbox).where(inbox.c.openid == openid, inbox.c.key != keep_key))
    connection.execute(update(inbox).where(inbox.c.key == keep_key).values(openid="", text=""))
    for table in PERSONAL:
        connection.execute(delete(table).where(table.c.openid == openid))
    # A riding notice's delivery would otherwise keep the openid.
    connection.execute(delete(deliveries).where(deliveries.c.recipient == openid))


def forget_old_messages(connection: Connection, *, now: datetime, keep_days: int) -> int:
    """Count and delete messages and closed matters older than `keep_days`; return how many."""
    before = now - timedelta(days=keep_days)
    old = select(inbox).where(inbox.c.received_at < before)
    _add_to_counts(connection, connection.execute(old).mappings())
    removed = connection.execute(delete(inbox).where(inbox.c.received_at < before)).rowcount
    connection.execute(delete(misses).where(misses.c.recorded_at < before))
    connection.execute(delete(handoffs).where(handoffs.c.closed_at < before))
    connection.execute(delete(alarms).where(alarms.c.seen_at < before))
    connection.execute(delete(late_answers).where(late_answers.c.created_at < before))
    connection.execute(delete(staff_replies).where(staff_replies.c.created_at < before))
    connection.execute(delete(notes).where(notes.c.created_at < before))
    return removed


Counted = tuple[date, int, str, str, str]
"""Day, hour, village, decision and entry: what is kept of a message when its text is gone."""


def _add_to_counts(connection: Connection, rows: Iterable[RowMapping]) -> None:
    totals: dict[Counted, int] = {}
    for row in rows:
        if row["decision"] is None:
            continue
        moment = row["received_at"].astimezone(SHANGHAI)
        key = (moment.date(), moment.hour, row["village"], row["decision"], row["entry"])
        totals[key] = totals.get(key, 0) + 1
    for counted, count in sorted(totals.items()):
        _add_count(connection, counted, count)


def _add_count(connection: Connection, counted: Counted, count: int) -> None:
    names = ("day", "hour", "village", "decision", "entry")
    same = [daily_counts.c[name] == value for name, value in zip(names, counted, strict=True)]
    added = connection.execute(
        update(daily_counts).where(*same).values(count=daily_counts.c.count + count)
    )
    if not added.rowcount:
        row = dict(zip(names, counted, strict=True))
        connection.execute(insert(daily_counts).values(**row, count=count))
