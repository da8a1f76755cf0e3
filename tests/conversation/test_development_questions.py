"""The labelled development questions about danger and the service must be decided rightly."""

import json
from pathlib import Path

import pytest

from bot.conversation.turn import Content
from tests.conversation.talking import Resident, read_content

LEAST_RIGHT = 0.95
FOLDER = Path("knowledge/evaluation")


@pytest.fixture(scope="module")
def shipped() -> Content:
    return read_content(Path("knowledge"), is_sound=False)


def decided_wrongly(file: str, content: Content) -> tuple[list[str], int]:
    """Ask each question as a new resident; return what was decided wrongly, and how many."""
    lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines if line]
    wrong = []
    for question in questions:
        words = [label for label in question["gold"] if label.isascii()]
        decision = Resident(content).say(question["q"]).decision.value
        if decision not in words if words else decision == "emergency":
            wrong.append(f"{question['q']} → {decision}")
    return wrong, len(questions)


@pytest.mark.parametrize("file", ["danger.jsonl", "service.jsonl", "must-not-answer.jsonl"])
def test_they_are_decided_rightly(file: str, shipped: Content) -> None:
    wrong, asked = decided_wrongly(file, shipped)
    assert len(wrong) <= (1 - LEAST_RIGHT) * asked, wrong
