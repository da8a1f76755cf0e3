"""A resident says where they live and what they want to hear of; nothing else is taken for it."""

import pytest

from bot.conversation.turn import Decision, SetReminder, SetVillage, Subscribe
from bot.events.audiences import TOPICS
from tests.conversation.talking import Resident, said


@pytest.mark.parametrize("text", ["我是大店子村的", "俺住店子", "俺是店子的人", "我家在大店子村"])
def test_a_village_the_office_knows_is_written_down(resident: Resident, text: str) -> None:
    outcome = resident.say(text)
    assert outcome.effects == (SetVillage("大店子村"),)
    assert "您是大店子村的" in said(outcome)


@pytest.mark.parametrize(
    "text", ["我是外地的", "我是冤枉的", "俺是五保户", "我在厂里", "我是大店子村的媳妇想离婚"]
)
def test_anything_else_is_no_village(resident: Resident, text: str) -> None:
    assert not any(isinstance(one, SetVillage) for one in resident.say(text).effects)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_taken_up_and_given_back(resident: Resident, topic: str) -> None:
    assert resident.say(f"订阅{topic}").effects == (Subscribe(topic, True),)
    assert resident.say(f"退订 {topic}").effects == (Subscribe(topic, False),)


def test_the_topics_are_offered(resident: Resident) -> None:
    outcome = resident.say("订阅")
    assert outcome.decision is Decision.REMIND
    assert "婚姻家庭" in said(outcome)


def test_what_is_no_topic_goes_on(resident: Resident) -> None:
    assert resident.say("订阅报纸").decision is not Decision.REMIND
    assert resident.say("退订").effects == (SetReminder(False),)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("提醒我", None),
        ("提前三天提醒我", 3),
        ("前2天提醒我", 2),
        ("提前一周提醒我赶集", 7),
        ("提前一个星期提醒我", 7),
        ("提前九十天提醒我", None),
    ],
)
def test_the_days_before_are_understood(resident: Resident, text: str, days: int | None) -> None:
    outcome = resident.say(text)
    assert outcome.effects == (SetReminder(True, days),)
    assert (f"每次提前{days}天" in said(outcome)) is bool(days)
    assert ("提前三天提醒我" in said(outcome)) is not bool(days)
