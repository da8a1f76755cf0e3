"""Notices of an account that cannot send them ride on replies, each resident once."""

from datetime import timedelta

import pytest

from bot.conversation.turn import Decision, Outcome, Turn
from bot.messages import MAX_REPLY_BYTES, Reply
from bot.storage import outbox
from bot.storage.database import Database
from bot.storage.outbox import Plan
from tests.assistant.conftest import NOW, Office, reply_with, say

NOTICE = "明天赶集，带上问题来。"


@pytest.fixture
def riding(database: Database) -> None:
    plan = Plan(
        "market", "2026-11-24", "前一天", "all", NOTICE, NOW, NOW, NOW + timedelta(hours=20)
    )
    with database.transaction() as connection:
        outbox.synchronise(connection, [plan], NOW)
        (notice,) = outbox.list_due(connection, NOW)
        outbox.start_riding(connection, notice, reason="")


@pytest.mark.usefixtures("riding")
def test_it_rides_once_with_each_resident(office: Office) -> None:
    assistant = office.assistant(lambda turn: reply_with("好"))
    heard = [
        NOTICE in (assistant.answer(say(text, openid=openid)) or "")
        for openid, text in [("o1", "甲"), ("o1", "乙"), ("o2", "甲"), ("o1", "甲")]
    ]

    # The last is WeChat repeating the first: it must read the same, notice included.
    assert heard == [True, False, True, True]


@pytest.mark.usefixtures("riding")
def test_it_never_rides_on_an_emergency_card(office: Office) -> None:
    def decide(turn: Turn) -> Outcome:
        return Outcome(Reply("请立即拨打110", takes_riders=False), Decision.EMERGENCY)

    assert office.assistant(decide).answer(say("救命")) == "请立即拨打110"


@pytest.mark.usefixtures("riding")
def test_it_waits_for_a_reply_with_room(office: Office) -> None:
    long = "长" * (MAX_REPLY_BYTES // 3)
    assert office.assistant(lambda turn: reply_with(long)).answer(say("甲")) == long

    reply = office.assistant(lambda turn: reply_with("好")).answer(say("乙"))
    assert reply is not None
    assert NOTICE in reply


@pytest.mark.usefixtures("riding")
def test_it_keeps_silence_silent(office: Office) -> None:
    assistant = office.assistant(lambda turn: Outcome(None, Decision.SMALLTALK))

    assert assistant.answer(say("甲")) is None
