"""Handled once: a unique insert decides."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from bot.storage import inbox
from bot.storage.database import Connection, Database
from bot.storage.inbox import ABANDONED_AFTER, Verdict

VERDICT = Verdict(reply="彩礼可以要回一部分。", decision="answer", entry="201", confidence=0.9)


def claim(connection: Connection, key: str, owner: str, now: datetime) -> bool:
    return inbox.claim(
        connection, key=key, openid="o1", kind="text", text="彩礼", claim=owner, now=now
    )


def settle(connection: Connection, key: str, owner: str, now: datetime) -> bool:
    return inbox.settle(
        connection, key=key, claim=owner, state="answered", verdict=VERDICT, now=now
    )


def test_it_lets_the_first_claim_win(database: Database, now: datetime) -> None:
    with database.transaction() as connection:
        assert claim(connection, "k", "a", now)
        assert not claim(connection, "k", "b", now)


def test_it_lets_one_of_many_threads_win(database: Database, now: datetime) -> None:
    def attempt(owner: int) -> bool:
        with database.transaction(durable=False) as connection:
            return claim(connection, "k", str(owner), now)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(attempt, range(40)))

    assert won.count(True) == 1


def test_it_keeps_the_reply_for_a_repeat(database: Database, now: datetime) -> None:
    with database.transaction() as connection:
        claim(connection, "k", "a", now)
        assert settle(connection, "k", "a", now)
    with database.reading() as connection:
        known = inbox.find(connection, "k")

    assert known is not None
    assert (known.settled, known.reply) == (True, VERDICT.reply)


def test_it_settles_only_for_its_owner_and_only_once(database: Database, now: datetime) -> None:
    with database.transaction() as connection:
        claim(connection, "k", "a", now)

        assert not settle(connection, "k", "b", now)
        assert settle(connection, "k", "a", now)
        assert not settle(connection, "k", "a", now)


def test_it_hands_over_an_abandoned_claim_once(database: Database, now: datetime) -> None:
    later = now + ABANDONED_AFTER + timedelta(milliseconds=1)
    with database.transaction() as connection:
        claim(connection, "k", "dead", now)

        assert not inbox.take_over(connection, key="k", claim="b", now=now)
        assert inbox.take_over(connection, key="k", claim="b", now=later)
        assert not inbox.take_over(connection, key="k", claim="c", now=later)
        assert not settle(connection, "k", "dead", later)
        assert settle(connection, "k", "b", later)


def test_it_completes_a_late_row_without_changing_what_was_sent(
    database: Database, now: datetime
) -> None:
    with database.transaction() as connection:
        claim(connection, "k", "a", now)
        assert inbox.settle_late(connection, key="k", claim="a", reply="请稍等")
        assert not settle(connection, "k", "a", now)
        assert inbox.note_late_decision(connection, key="k", verdict=VERDICT)
        assert not inbox.note_late_decision(connection, key="k", verdict=VERDICT)
        known = inbox.find(connection, "k")

    assert known is not None
    assert known.reply == "请稍等"


def test_it_does_not_overwrite_an_answer_with_an_apology(database: Database, now: datetime) -> None:
    with database.transaction() as connection:
        claim(connection, "k", "a", now)
        settle(connection, "k", "a", now)

        assert not inbox.settle_failed(connection, key="k", reply="抱歉", now=now)
