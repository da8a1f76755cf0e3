"""The knowledge that ships must reach its answers: few of its phrasings may be stopped before."""

from pathlib import Path

import pytest

from bot.consultation.triage import find_danger
from bot.conversation.intents import find_intent
from bot.conversation.turn import Content
from tests.conversation.talking import read_content

MOST_ALARMS = 0.01
"""Some phrasings tell of danger that may well be going on: the card is right for those."""
MOST_WISHES = 0.005


@pytest.fixture(scope="module")
def shipped() -> Content:
    return read_content(Path("knowledge"), is_sound=False)


def phrasings(content: Content) -> list[str]:
    entries = content.library.entries.values()
    return [text for entry in entries for text in (entry.question, *entry.phrasings)]


def test_they_seldom_raise_an_alarm(shipped: Content) -> None:
    texts = phrasings(shipped)
    alarming = [text for text in texts if find_danger(text, shipped.safety)]
    assert len(alarming) <= MOST_ALARMS * len(texts), alarming


def test_they_are_seldom_taken_for_a_wish_to_the_service(shipped: Content) -> None:
    texts = phrasings(shipped)
    wishes = [text for text in texts if find_intent(text)]
    assert len(wishes) <= MOST_WISHES * len(texts), wishes
