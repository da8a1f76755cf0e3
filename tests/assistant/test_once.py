"""The same message is handled once and answered alike, however often it comes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from bot.assistant import APOLOGY, STILL_THINKING
from bot.conversation.turn import DeleteData, Outcome, RecordMiss, Turn
from bot.storage import faults, late_answers, residents, waiting
from bot.storage.database import Database
from bot.storage.tables import inbox as rows
from tests.assistant.conftest import Office, reply_with, say


class Counting:
    """A decision that counts how often it is made, and may take its time."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.times = 0
        self._seconds = seconds
        self._lock = threading.Lock()

    def __call__(self, turn: Turn) -> Outcome:
        with self._lock:
            self.times += 1
            number = self.times
        time.sleep(self._seconds)
        return reply_with(f"第{number}次的回答", effects=(RecordMiss(turn.message.text, "miss"),))


def count_rows(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(rows)).scalar_one()


def count_misses(database: Database) -> int:
    with database.reading() as connection:
        return len(waiting.list_misses(connection))


def test_it_answers_a_repeat_with_the_stored_reply(office: Office) -> None:
    decide = Counting()
    first, second = office.assistant(decide), office.assistant(decide)

    assert [first.answer(say("彩礼")), second.answer(say("彩礼"))] == ["第1次的回答"] * 2
    assert (decide.times, count_rows(office.database), count_misses(office.database)) == (1, 1, 1)


def test_it_handles_simultaneous_deliveries_once(office: Office) -> None:
    decide = Counting(0.2)
    assistant = office.assistant(decide)
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda n: assistant.answer(say("彩礼")), range(6)))

    assert replies == ["第1次的回答"] * 6
    assert (decide.times, count_rows(office.database), count_misses(office.database)) == (1, 1, 1)


def test_it_sends_the_kind_sentence_when_time_is_up(office: Office) -> None:
    assistant = office.assistant(Counting(0.6), budget_seconds=0.2)

    assert assistant.answer(say("彩礼")) == STILL_THINKING
    assert assistant.answer(say("彩礼")) == STILL_THINKING
    assert count_rows(office.database) == 1


def test_it_lets_a_late_answer_ride_on_the_next_message(office: Office) -> None:
    slow = office.assistant(Counting(0.5), budget_seconds=0.2)
    slow.answer(say("彩礼"))
    time.sleep(0.7)
    reply = office.assistant(lambda turn: reply_with("不客气")).answer(say("谢谢"))

    assert reply is not None
    assert reply.startswith("不客气")
    assert reply.endswith("第1次的回答")
    again = office.assistant(lambda turn: reply_with("再见")).answer(say("好的"))
    assert again == "再见"


def test_it_owes_a_late_answer_once_even_if_it_was_repeated(office: Office) -> None:
    decide = Counting(0.5)
    assistant = office.assistant(decide, budget_seconds=0.2)
    for _ in range(3):
        assert assistant.answer(say("彩礼")) == STILL_THINKING
    time.sleep(0.7)
    with office.database.reading() as connection:
        owed = late_answers.list_waiting(connection, "o1")

    assert [answer.text for answer in owed] == ["第1次的回答"]
    assert (decide.times, count_misses(office.database)) == (1, 1)


def test_it_answers_others_while_one_hangs(office: Office) -> None:
    released = threading.Event()

    def decide(turn: Turn) -> Outcome:
        if turn.message.text == "卡住":
            released.wait(5)
        return reply_with("好")

    assistant = office.assistant(decide, budget_seconds=0.2)
    assert assistant.answer(say("卡住")) == STILL_THINKING
    assert assistant.answer(say("问别的", openid="o2")) == "好"
    released.set()


def test_it_writes_once_what_two_processes_decided_at_once(office: Office) -> None:
    """The insert decides between processes; within one, a message is thought about once."""
    decide = Counting(0.3)
    processes = [office.assistant(decide), office.assistant(decide)]
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda n: processes[n % 2].answer(say("彩礼")), range(6)))

    assert len(set(replies)) == 1
    assert decide.times <= 2
    assert (count_rows(office.database), count_misses(office.database)) == (1, 1)


def test_it_apologises_alike_to_every_repeat_and_tells_staff_once(office: Office) -> None:
    def break_down(turn: Turn) -> Outcome:
        raise KeyError("居民的原话")

    assistant = office.assistant(break_down)
    for text in ("彩礼", "离婚"):
        with pytest.raises(KeyError) as caught:
            assistant.answer(say(text))
        assert assistant.apologise(say(text), caught.value) == APOLOGY
        assert assistant.answer(say(text)) == APOLOGY
    with office.database.reading() as connection:
        (fault,) = faults.list_faults(connection)

    assert (fault.kind, fault.times) == ("answer:KeyError", 2)
    assert "居民的原话" not in fault.text


def test_it_does_not_lose_one_of_two_crossing_messages(office: Office) -> None:
    """Two messages of one resident at once: each sees what the other left, none is lost."""
    both = threading.Barrier(2)

    def decide(turn: Turn) -> Outcome:
        if not turn.dialogue.step:
            both.wait(5)
        return reply_with(
            "好", dialogue=type(turn.dialogue)(step=turn.dialogue.step + turn.message.text)
        )

    assistant = office.assistant(decide)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(assistant.answer, [say("甲"), say("乙")]))
    with office.database.reading() as connection:
        kept = residents.get(connection, "o1")

    assert kept.version == 2
    assert "甲乙" in kept.dialogue or "乙甲" in kept.dialogue


def test_it_forgets_a_resident_but_still_answers_the_repeat(office: Office) -> None:
    assistant = office.assistant(lambda turn: reply_with("已删除", effects=(DeleteData(),)))
    assistant.answer(say("先问一句", key="m:1"))

    assert assistant.answer(say("删除我的数据", key="m:2")) == "已删除"
    assert assistant.answer(say("删除我的数据", key="m:2")) == "已删除"
    with office.database.reading() as connection:
        assert residents.get(connection, "o1").version == 0
        owners = connection.execute(select(rows.c.openid, rows.c.text)).all()
    assert [tuple(row) for row in owners] == [("", ""), ("", "")]
