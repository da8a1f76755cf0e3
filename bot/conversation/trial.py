"""Trying a question: what a new resident would get, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.dialogue import Dialogue
from bot.conversation.replies import SEARCHED, answer
from bot.conversation.router import decide
from bot.conversation.turn import Content, Outcome, Rules, Turn
from bot.knowledge.entries import Entry
from bot.messages import Inbound, InboundKind, Reply
from bot.retrieval import Hit, normalise

NOBODY = "trial"


@dataclass(frozen=True)
class Trial:
    """One question asked by somebody new, and what retrieval found for it."""

    question: str
    outcome: Outcome
    hits: Sequence[Hit]


@dataclass(frozen=True)
class Change:
    """A question that is answered otherwise after an edit."""

    question: str
    before: Outcome
    after: Outcome


def try_question(question: str, content: Content, rules: Rules, now: datetime) -> Trial:
    """Decide as for a resident nobody has seen before; nothing is stored."""
    return Trial(
        question,
        _ask(question, content, rules, now),
        content.library.search(question, SEARCHED),
    )


def changed_answers(
    questions: Iterable[str], before: Content, after: Content, rules: Rules, now: datetime
) -> list[Change]:
    """List the questions whose decision or entry differs between two states of the content."""
    changes = []
    for question in questions:
        was, will = (_ask(question, content, rules, now) for content in (before, after))
        if (was.decision, was.entry) != (will.decision, will.entry):
            changes.append(Change(question, was, will))
    return changes


def preview(entry: Entry, content: Content, rules: Rules, now: datetime) -> Reply:
    """Return the first reply of an entry as a resident gets it."""
    turn = Turn(_typed(entry.code), Dialogue(), now, content, rules)
    return answer(turn, entry, 1.0).reply or Reply("")


def shared_words(question: str, matched: str) -> Sequence[str]:
    """The runs of two characters or more that both texts have, longest first."""
    one, other = normalise(question), normalise(matched)
    found: list[str] = []
    start = 0
    while start < len(one) - 1:
        end = start + 2
        if one[start:end] not in other:
            start += 1
            continue
        while end < len(one) and one[start : end + 1] in other:
            end += 1
        found.append(one[start:end].strip())
        start = end
    return sorted(dict.fromkeys(word for word in found if len(word) > 1), key=len, reverse=True)


def _ask(question: str, content: Content, rules: Rules, now: datetime) -> Outcome:
    return decide(Turn(_typed(question), Dialogue(), now, content, rules))


def _typed(text: str) -> Inbound:
    return Inbound(openid=NOBODY, kind=InboundKind.TEXT, key="", text=text)
