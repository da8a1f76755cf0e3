"""Hard tests 13 to 15: the same push again, and pushes that only look the same."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.assistant import STILL_THINKING
from bot.conversation.turn import Decision, Outcome, RecordMiss, SetFollowing, Turn
from bot.messages import Reply
from bot.simulator import Mode, Ruling, Verdict
from bot.simulator.pushes import Push, follow, menu_click, scan, text, unfollow
from bot.storage.tables import alarms, late_answers, misses
from bot.storage.tables import inbox as rows
from tests.e2e.processes import eventually
from tests.web.conftest import OPENID, Builder, Office
from tests.web.small_office import ANSWER, QUESTION, UNKNOWN_QUESTION

BUDGET_SECONDS = 0.5
"""Enough for a quick answer on a busy machine, and soon over for a slow one."""


class Slow:
    """A decision that takes as long as the test wants, and is counted."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.times = 0

    def __call__(self, turn: Turn) -> Outcome:
        self.times += 1
        number = self.times
        self.released.wait(20)
        miss = RecordMiss(turn.message.text, "miss")
        return Outcome(Reply(f"第{number}次的回答"), Decision.ANSWER, effects=(miss,))


def deliver_at_once(offices: list[Office], push: Push, copies: int) -> list[Verdict]:
    """Deliver copies of a push in the same moment, to each process in turn."""
    push = offices[0].account.stamp(push)
    start = threading.Barrier(copies)

    def deliver(number: int) -> Verdict:
        start.wait()
        return offices[number % len(offices)].deliver(push)

    with ThreadPoolExecutor(copies) as pool:
        return list(pool.map(deliver, range(copies)))


def test_hard_13_repeats_while_the_first_still_runs_are_handled_once(build: Builder) -> None:
    """As 5 s apart with 4 s to answer, in an eighth of the time: identical reply, one row."""
    decide = Slow()
    offices = [build(decide=decide, budget_seconds=BUDGET_SECONDS) for _ in range(2)]
    push = offices[0].account.stamp(text(OPENID, QUESTION))
    heard = [offices[number].deliver(push).text for number in (0, 0, 1)]
    decide.released.set()
    eventually(lambda: offices[0].count(late_answers) == 1, seconds=5, what="late answer")

    assert heard == [STILL_THINKING] * 3
    assert (decide.times, offices[0].count(rows), offices[0].count(misses)) == (1, 1, 1)
    assert offices[1].deliver(push).text == STILL_THINKING


def test_hard_13_the_late_answer_comes_with_the_next_message_once(build: Builder) -> None:
    decide = Slow()
    office = build(decide=decide, budget_seconds=BUDGET_SECONDS)
    assert office.heard("第一问") == STILL_THINKING
    decide.released.set()
    eventually(lambda: office.count(late_answers) == 1, seconds=5, what="late answer")

    assert office.heard("好").endswith("第1次的回答")
    assert office.heard("好") == "第3次的回答"
    assert office.count(late_answers) == 1


def test_hard_13_repeats_after_the_answer_hear_the_same(office: Office) -> None:
    push = office.account.stamp(text(OPENID, UNKNOWN_QUESTION))
    first = office.deliver(push)
    again = [office.deliver(push) for _ in range(2)]

    assert [verdict.text for verdict in again] == [first.text] * 2
    assert (office.count(), office.count(misses)) == (1, 1)


def test_hard_13_a_repeat_is_not_misled_by_talk_in_between(office: Office) -> None:
    """The first delivery's reply got lost; by now the dialogue has moved on."""
    push = office.account.stamp(text(OPENID, QUESTION))
    first = office.deliver(push)
    office.heard("你好")

    assert office.deliver(push).text == first.text


def test_hard_13_a_repeat_of_an_alarm_alarms_once(office: Office) -> None:
    push = office.account.stamp(text(OPENID, "救命"))
    for _ in range(3):
        assert "110" in office.deliver(push).text

    assert office.count(alarms) == 1


@pytest.mark.parametrize("processes", [1, 2])
def test_hard_14_simultaneous_deliveries_are_handled_once(build: Builder, processes: int) -> None:
    """Check-then-insert would handle it eight times; SQLite must not say that it is locked."""
    offices = [build() for _ in range(processes)]
    for _ in range(5):
        known = offices[0].count(misses)
        heard = deliver_at_once(offices, text(OPENID, UNKNOWN_QUESTION), 8)

        assert len({verdict.text for verdict in heard}) == 1
        assert heard[0].ruling is Ruling.REPLY
        assert offices[0].count(misses) == known + 1
    assert offices[0].count() == 5


def test_hard_14_different_residents_at_once_are_all_answered(build: Builder) -> None:
    offices = [build(), build()]
    openids = [f"oCrowd{number:03}" for number in range(40)]
    with ThreadPoolExecutor(10) as pool:
        heard = list(
            pool.map(lambda n: offices[n % 2].heard(QUESTION, openids[n]), range(len(openids)))
        )

    assert all(ANSWER in text for text in heard)
    assert offices[0].count() == len(openids)


def in_the_same_second(office: Office, *pushes: Push) -> list[Push]:
    stamped = [office.account.stamp(push) for push in pushes]
    return [replace(push, created=stamped[0].created) for push in stamped]


def test_hard_15_different_events_in_one_second_are_distinct(office: Office) -> None:
    events = in_the_same_second(
        office,
        follow(OPENID, scene="201"),
        scan(OPENID, "201"),
        scan(OPENID, "202"),
        menu_click(OPENID, "topics"),
        menu_click(OPENID, "help"),
    )
    heard = [office.deliver(event) for event in events]

    assert [verdict.ruling for verdict in heard] == [Ruling.REPLY] * 5
    assert office.count() == 5


def test_hard_15_the_same_event_sent_again_is_handled_once(office: Office) -> None:
    for event in in_the_same_second(office, follow(OPENID), menu_click(OPENID, "help")):
        heard = {office.deliver(event).text for _ in range(3)}
        assert len(heard) == 1
    assert office.count() == 2


def test_hard_15_two_residents_in_one_second_are_distinct(office: Office) -> None:
    for event in in_the_same_second(office, follow(OPENID), follow("oResidentYi")):
        assert office.deliver(event).ruling is Ruling.REPLY
    assert office.count() == 2


def test_hard_15_one_message_id_of_two_residents_is_distinct(office: Office) -> None:
    """An id alone must never let one resident read the other's answer."""
    first = office.account.stamp(text(OPENID, QUESTION))
    second = replace(first, openid="oResidentYi", fields={"Content": "你好"})

    assert ANSWER in office.deliver(first).text
    assert ANSWER not in office.deliver(second).text


def test_hard_15_events_are_told_apart_in_plain_mode_too(build: Builder) -> None:
    office = build(mode=Mode.PLAIN.value)
    for event in in_the_same_second(office, follow(OPENID), scan(OPENID, "201")):
        assert office.deliver(event).ruling is Ruling.REPLY
    assert office.count() == 2


def test_hard_13_it_owes_nothing_where_silence_is_the_answer(build: Builder) -> None:
    """A slow event that nobody answers must not ride later as an empty line."""
    released = threading.Event()

    def decide(turn: Turn) -> Outcome:
        if turn.message.text:
            return Outcome(Reply("好"), Decision.ANSWER)
        released.wait(20)
        return Outcome(None, Decision.SMALLTALK, effects=(SetFollowing(False),))

    office = build(decide=decide, budget_seconds=BUDGET_SECONDS)
    assert office.deliver(unfollow(OPENID)).ruling is Ruling.SILENT
    released.set()
    eventually(lambda: office.resident().version == 1, seconds=5, what="end of the event")

    assert office.heard("好") == "好"
    assert office.count(late_answers) == 0
