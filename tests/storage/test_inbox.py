"""Handled once: a unique insert decides."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from bot.storage import inbox
from bot.storage.database import Connection, Database
from bot.storage.inbox import Received, StoredReply, Verdict

ANSWER = Verdict(reply="彩礼可以要回一部分。", decision="answer", entry="201", confidence=0.9)
KIND_WORD = Verdict(reply="请稍等")


def add(connection: Connection, verdict: Verdict, state: str, now: datetime) -> bool:
    message = Received("k", "o1", "text", "彩礼")
    return inbox.add(connection, message, verdict, state=state, now=now)


def test_it_knows_nothing_of_a_new_message(database: Database) -> None:
    with database.reading() as connection:
        assert inbox.find(connection, "k") is None


def test_it_lets_the_first_insert_win_and_keeps_its_reply(
    database: Database, now: datetime
) -> None:
    with database.transaction() as connection:
        assert add(connection, ANSWER, "answered", now)
        assert not add(connection, KIND_WORD, "failed", now)
        assert inbox.find(connection, "k") == StoredReply("answered", ANSWER.reply)


def test_it_keeps_silence_as_silence(database: Database, now: datetime) -> None:
    with database.transaction() as connection:
        add(connection, Verdict(None, "smalltalk"), "answered", now)

        assert inbox.find(connection, "k") == StoredReply("answered", None)


def test_it_lets_one_of_many_threads_win(database: Database, now: datetime) -> None:
    others = [Database(database.url) for _ in range(4)]

    def attempt(number: int) -> bool:
        with others[number % 4].transaction() as connection:
            return add(connection, ANSWER, "answered", now)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(attempt, range(40)))

    assert won.count(True) == 1
    for other in others:
        other.close()


def test_it_undoes_the_row_with_its_transaction(database: Database, now: datetime) -> None:
    """A process that dies half-way leaves nothing: the next delivery is handled."""
    try:
        with database.transaction() as connection:
            add(connection, ANSWER, "answered", now)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    with database.transaction() as connection:
        assert add(connection, ANSWER, "answered", now)


def test_it_completes_a_late_row_once_without_changing_what_was_sent(
    database: Database, now: datetime
) -> None:
    with database.transaction() as connection:
        add(connection, KIND_WORD, "late", now)

        assert inbox.note_late_decision(connection, key="k", verdict=ANSWER)
        assert not inbox.note_late_decision(connection, key="k", verdict=ANSWER)
        assert inbox.find(connection, "k") == StoredReply("late", "请稍等")


def test_it_completes_no_other_row(database: Database, now: datetime) -> None:
    with database.transaction() as connection:
        add(connection, ANSWER, "answered", now)

        assert not inbox.note_late_decision(connection, key="k", verdict=ANSWER)
