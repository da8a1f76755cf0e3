"""The headings of `knowledge/wishes.md` that staff must leave alone, and what if they do not."""

from pathlib import Path

import pytest

from bot.conversation.finding import Level, judge
from bot.conversation.intent_patterns import WISHES
from bot.conversation.turn import Rules
from bot.knowledge.library import WISH_PREFIX
from bot.knowledge.vocabulary import load_wishes
from bot.retrieval import Hit


def test_the_shipped_headings_are_those_the_bot_knows() -> None:
    wishes, problems = load_wishes(Path("knowledge/wishes.md"))

    assert (set(wishes), problems) == (set(WISHES), [])


@pytest.mark.parametrize(("heading", "level"), [("问活动", Level.WISH), ("问一问活动", Level.MISS)])
def test_a_heading_that_staff_changed_is_no_wish(heading: str, level: Level) -> None:
    hit = Hit(WISH_PREFIX + heading, 0.99, 0.99, "")

    assert judge([hit], Rules()) is level
