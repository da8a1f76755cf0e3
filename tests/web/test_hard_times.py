"""Hard tests 17 and 18: when we are slow, locked out or broken, the resident reads a kind word."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import text as sql

from bot.assistant import APOLOGY, STILL_THINKING
from bot.conversation.router import decide as decide_really
from bot.conversation.turn import Decision, Outcome, Turn
from bot.messages import Reply
from bot.simulator.pushes import text
from bot.storage import faults
from bot.storage.faults import Fault
from tests.e2e.processes import eventually
from tests.web.conftest import OPENID, Builder, Office
from tests.web.small_office import ANSWER, FAQ, QUESTION

PATIENCE_SECONDS = 4.7
"""The design's four seconds, and what a busy machine adds; WeChat hangs up after five."""
SECRET_WORDS = "俺家的秘密13812345678"


def timed(office: Office, said: str, openid: str = OPENID) -> tuple[str, float]:
    started = time.monotonic()
    heard = office.heard(said, openid)
    return heard, time.monotonic() - started


@contextmanager
def locked(office: Office) -> Iterator[None]:
    """Keep everybody from writing, as a backup or a stuck process would."""
    path = office.database.engine.url.database
    assert path
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def list_faults(office: Office) -> list[Fault]:
    with office.database.reading() as connection:
        return list(faults.list_faults(connection))


@pytest.mark.slow
def test_hard_17_slow_answers_become_a_kind_word_in_time(build: Builder) -> None:
    """4.9 s, 6 s and for ever, at the shipped budget; the quick one beside them is not held up."""
    released = threading.Event()
    waits = {"a": 4.9, "b": 6.0, "c": 60.0, "d": 0.0}

    def decide(turn: Turn) -> Outcome:
        released.wait(waits[turn.message.text])
        return Outcome(Reply("好"), Decision.ANSWER)

    office = build(decide=decide)
    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(lambda said: timed(office, said, f"oSlow{said}"), waits))
    released.set()

    assert [said for said, _ in heard] == [STILL_THINKING] * 3 + ["好"]
    assert max(seconds for _, seconds in heard) < PATIENCE_SECONDS


@pytest.mark.slow
def test_hard_17_a_locked_database_becomes_a_kind_word_in_time(office: Office) -> None:
    """All of them, however many writers wait behind one another."""
    with locked(office), ThreadPoolExecutor(6) as pool:
        heard = list(pool.map(lambda n: timed(office, QUESTION, f"oLocked{n}"), range(6)))

    assert {said for said, _ in heard} <= {APOLOGY, STILL_THINKING}
    assert max(seconds for _, seconds in heard) < PATIENCE_SECONDS
    assert ANSWER in office.heard(QUESTION)


@pytest.mark.slow
def test_hard_17_a_lock_that_comes_meanwhile_becomes_a_kind_word(build: Builder) -> None:
    entered, leave = threading.Event(), threading.Event()

    def decide(turn: Turn) -> Outcome:
        entered.set()
        leave.wait(5)
        return decide_really(turn)

    office = build(decide=decide)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(timed, office, QUESTION)
        assert entered.wait(5)
        with locked(office):
            leave.set()
            heard, seconds = answer.result()

    assert heard in (APOLOGY, STILL_THINKING)
    assert seconds < PATIENCE_SECONDS
    assert ANSWER in office.heard(QUESTION)


def test_hard_17_a_short_lock_only_delays(office: Office) -> None:
    with ThreadPoolExecutor(1) as pool:
        with locked(office):
            answer = pool.submit(office.heard, QUESTION)
            time.sleep(0.3)

        assert ANSWER in answer.result()


def test_hard_17_it_answers_while_the_index_is_rebuilt(build: Builder) -> None:
    office = build()
    file = build.folder / "knowledge/faq/民法典/离婚.md"
    stop = threading.Event()

    def edit() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            file.write_text(FAQ.replace("想好了再去", f"想{number}遍再去"), encoding="utf-8")
            office.parts.content.reload_if_changed()

    with ThreadPoolExecutor(1) as pool:
        editor = pool.submit(edit)
        heard = [timed(office, QUESTION, f"oEdit{number}") for number in range(30)]
        stop.set()
        editor.result()

    assert all(ANSWER in said for said, _ in heard)
    assert max(seconds for _, seconds in heard) < PATIENCE_SECONDS


def raising(error: BaseException) -> Callable[[Turn], Outcome]:
    def decide(turn: Turn) -> Outcome:
        raise error

    return decide


ERRORS = [ValueError(SECRET_WORDS), KeyError(SECRET_WORDS), RecursionError(), MemoryError()]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_hard_18_what_breaks_becomes_a_kind_word(
    build: Builder, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """And never WeChat's error text; staff are told once, without the resident's words."""
    office = build(decide=raising(error))
    push = office.account.stamp(text(OPENID, SECRET_WORDS))

    assert [office.deliver(push).text for _ in range(3)] == [APOLOGY] * 3
    assert office.heard("再问一次") == APOLOGY
    (fault,) = list_faults(office)
    assert (fault.kind, fault.times) == (f"answer:{type(error).__name__}", 2)
    assert SECRET_WORDS not in fault.text + caplog.text
    assert "test_hard_times.py" in caplog.text  # where it broke


def test_hard_18_the_chain_of_errors_keeps_the_secret_too(
    build: Builder, caplog: pytest.LogCaptureFixture
) -> None:
    def decide(turn: Turn) -> Outcome:
        try:
            raise LookupError(turn.message.text)
        except LookupError as error:
            raise RuntimeError("looked up in vain") from error

    assert build(decide=decide).heard(SECRET_WORDS) == APOLOGY
    assert "LookupError" in caplog.text
    assert SECRET_WORDS not in caplog.text


@pytest.mark.parametrize("table", ["residents", "inbox", "misses"])
def test_hard_18_a_broken_database_becomes_a_kind_word(
    office: Office, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What the driver says of a statement must not carry the words it was about."""
    caplog.set_level(logging.DEBUG)
    with office.database.transaction() as connection:
        connection.execute(sql(f"DROP TABLE {table}"))

    assert office.heard(SECRET_WORDS) == APOLOGY
    assert table in caplog.text
    assert SECRET_WORDS[:5] not in caplog.text
    assert OPENID not in caplog.text


def test_hard_18_what_breaks_after_its_time_is_not_hushed_up(
    build: Builder, caplog: pytest.LogCaptureFixture
) -> None:
    """The kind sentence promised an answer; nobody waits for this error any more."""
    released = threading.Event()

    def decide(turn: Turn) -> Outcome:
        if turn.message.text != "慢":
            return Outcome(Reply("好"), Decision.ANSWER)
        released.wait(20)
        raise ValueError(SECRET_WORDS)

    office = build(decide=decide, budget_seconds=0.5)
    assert office.heard("先问一句") == "好"
    assert office.heard("慢") == STILL_THINKING
    released.set()
    (fault,) = eventually(lambda: list_faults(office), seconds=5, what="fault")

    assert fault.kind == "answer:ValueError"
    assert SECRET_WORDS not in caplog.text
    assert office.heard("好").endswith(APOLOGY)
    assert office.heard("好") == "好"
