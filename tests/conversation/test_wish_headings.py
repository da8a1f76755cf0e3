"""The headings of `knowledge/wishes.md`, which staff must leave alone."""

from pathlib import Path

from bot.conversation.intent_patterns import WISHES
from bot.knowledge.vocabulary import load_wishes


def test_the_shipped_headings_are_those_the_bot_knows() -> None:
    wishes, problems = load_wishes(Path("knowledge/wishes.md"))

    assert (set(wishes), problems) == (set(WISHES), [])
