"""Forgetting really forgets: nothing with the openid is left in the file."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import inspect, select

from bot.storage import inbox, late_answers, outbox, privacy, residents, waiting
from bot.storage.database import Connection, Database
from bot.storage.inbox import Received, Verdict
from bot.storage.outbox import Plan
from bot.storage.residents import Resident
from bot.storage.tables import daily_counts, metadata

OPENID = "oResident-7f3a"
ANSWER = Verdict("可以。", "answer", "201", 0.9)


def live(connection: Connection, openid: str, now: datetime) -> None:
    """Leave a trace of the resident in every table that can hold one."""
    blank = Resident(openid)
    residents.move(connection, blank, replace(blank, following=True), now)
    ask(connection, f"key-{openid}", openid, now)
    late_answers.keep(connection, openid=openid, text="晚到的回答", now=now)
    waiting.record_miss(connection, openid=openid, text="问", reason="miss", entry="", now=now)
    waiting.record_handoff(
        connection,
        openid=openid,
        kind="mediation",
        text="邻居占地",
        village="东村",
        phone="13800138000",
        media_id="",
        now=now,
    )
    waiting.raise_alarm(connection, openid=openid, sign="暴力", text="救命", now=now)
    notice = Plan("market", openid[:3], "当天", "all", "赶集", now, now, now + timedelta(hours=2))
    outbox.synchronise(connection, [notice], now)
    (planned, *_) = outbox.list_notices(connection, states=["planned"])
    outbox.ride(connection, planned, openid, now=now)


def ask(connection: Connection, key: str, openid: str, now: datetime) -> None:
    inbox.add(connection, Received(key, openid, "text", "问"), ANSWER, state="answered", now=now)


def count_mentions(connection: Connection, openid: str) -> int:
    rows = 0
    for table in metadata.sorted_tables:
        for row in connection.execute(select(table)):
            rows += any(value == openid for value in row)
    return rows


def test_it_forgets_one_resident_and_nobody_else(database: Database, now: datetime) -> None:
    with database.transaction() as connection:
        live(connection, OPENID, now)
        live(connection, "oNeighbour", now)
    with database.transaction() as connection:
        before = count_mentions(connection, "oNeighbour")
        assert count_mentions(connection, OPENID) >= 7

        privacy.forget_resident(connection, OPENID)

        assert count_mentions(connection, OPENID) == 0
        assert count_mentions(connection, "oNeighbour") == before


def test_it_keeps_the_anonymous_count(database: Database, now: datetime) -> None:
    with database.transaction() as connection:
        ask(connection, "k1", OPENID, now)
        ask(connection, "k2", OPENID, now)
        privacy.forget_resident(connection, OPENID)
        rows = connection.execute(select(daily_counts)).all()

    assert [tuple(row) for row in rows] == [(now.date(), now.hour, "", "answer", "201", 2)]


def test_it_keeps_the_reply_of_the_message_being_answered(
    database: Database, now: datetime
) -> None:
    with database.transaction() as connection:
        ask(connection, "k1", OPENID, now)
        privacy.forget_resident(connection, OPENID, keep_key="k1")
        known = inbox.find(connection, "k1")

        assert known is not None
        assert known.reply == "可以。"
        assert count_mentions(connection, OPENID) == 0


def test_it_forgets_old_messages_only(database: Database, now: datetime) -> None:
    with database.transaction() as connection:
        ask(connection, "old", OPENID, now - timedelta(days=181))
        ask(connection, "new", OPENID, now)
        removed = privacy.forget_old_messages(connection, now=now, keep_days=180)

        assert removed == 1
        assert inbox.find(connection, "old") is None
        assert inbox.find(connection, "new") is not None


def test_it_lists_every_table_that_names_a_resident(database: Database) -> None:
    personal = {
        table
        for table in inspect(database.engine).get_table_names()
        if "openid" in {column["name"] for column in inspect(database.engine).get_columns(table)}
    }

    assert {table.name for table in privacy.PERSONAL} == personal
