"""What was measured once must not quietly get worse: the development questions, asked anew.

Raise a figure here when it has got better for good; `make eval` prints all of them.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.conversation.finding import Level, judge
from bot.conversation.turn import Rules
from bot.knowledge.labelled_questions import Labelled, read_labelled
from bot.knowledge.library import Library, load_library

Asked = Callable[[str], list[tuple[Labelled, list[bool], Level]]]
"""From the name of a set to its questions, whether each hit is right, and what was decided."""

EVALUATION = Path("knowledge/evaluation")
RECORDED = json.loads((EVALUATION / "recorded.json").read_text("utf-8"))
"""Shares of the reporting halves, without any statute imported."""


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(Path("knowledge"), Path("no statutes"))[0]


@pytest.fixture(scope="module")
def found(library: Library) -> Asked:
    def ask(name: str) -> list[tuple[Labelled, list[bool], Level]]:
        labels = {code: frozenset(map(str, one.citations)) for code, one in library.entries.items()}
        asked = []
        for one in read_labelled(EVALUATION / f"{name}.jsonl"):
            if one.half == "report" and not one.decisions:
                hits = library.search(one.question, 8)
                ranks = [bool(one.labels & labels[hit.key]) for hit in hits if hit.key in labels]
                asked.append((one, ranks, judge(hits, Rules())))
        return asked

    return ask


def share(outcomes: Sequence[bool]) -> float:
    return sum(outcomes) / len(outcomes)


@pytest.mark.parametrize("name", ["villagers", "groups"])
@pytest.mark.parametrize("depth", [1, 3])
def test_the_right_entry_is_among_the_first(name: str, depth: int, found: Asked) -> None:
    hit = share([any(ranks[:depth]) for _, ranks, _ in found(name)])
    assert hit >= RECORDED[name][f"hit@{depth}"]


@pytest.mark.parametrize("name", ["villagers", "groups"])
def test_what_is_answered_is_right(name: str, found: Asked) -> None:
    answered = [any(ranks[:1]) for _, ranks, level in found(name) if level is Level.ANSWER]
    assert share(answered) >= RECORDED[name]["right when answered"]
    assert len(answered) / len(found(name)) >= RECORDED[name]["answered"]


def test_what_must_not_be_answered_is_not(found: Asked) -> None:
    asked = found("must-not-answer")
    false = share([level is Level.ANSWER for _, _, level in asked])
    assert false <= RECORDED["must-not-answer"]["false answers"]
