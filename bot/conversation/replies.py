"""Outcomes of the usual shapes, so that every flow says only what is its own."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.dialogue import Dialogue
from bot.conversation.turn import Candidate, Decision, Effect, Outcome, Turn
from bot.conversation.wording import BAD_ANSWER_TAP
from bot.knowledge.entries import Entry
from bot.knowledge.library import FIELD_PREFIX, WISH_PREFIX, Library
from bot.knowledge.rendering import first_reply, rest_of_answer
from bot.messages import Link, Reply, Tap
from bot.retrieval import Hit

SEARCHED = 8
"""Hits asked for: more than are shown, because decoys of other fields are among them."""
MOST_CANDIDATES = 5
DETAILS_TAP = Tap("看详细", "详")


def say(
    turn: Turn,
    decision: Decision,
    text: str,
    taps: Sequence[Tap] = (),
    effects: Sequence[Effect] = (),
) -> Outcome:
    """Say something that leaves no flow under way."""
    return Outcome(
        reply=Reply(text, tuple(taps)),
        decision=decision,
        dialogue=leave_flow(turn.dialogue),
        effects=tuple(effects),
    )


def leave_flow(dialogue: Dialogue) -> Dialogue:
    """Forget the flow under way; what was answered last stays known."""
    return replace(dialogue, flow="", step="", slots={})


def answer(turn: Turn, entry: Entry, confidence: float, question: str = "") -> Outcome:
    """Answer with an entry's first reply."""
    taps = (DETAILS_TAP,) if rest_of_answer(entry) else ()
    return show(turn, entry, first_reply(entry), taps, confidence, question)


def show(
    turn: Turn,
    entry: Entry,
    text: str,
    taps: tuple[Tap, ...],
    confidence: float,
    question: str = "",
) -> Outcome:
    """Show an entry, and remember it for 详 and for a thumb down."""
    url = turn.rules.public_url
    return Outcome(
        reply=Reply(
            text,
            (*taps, BAD_ANSWER_TAP),
            Link("打开网页看全文", f"{url}/a/{entry.code}") if url else None,
        ),
        decision=Decision.ANSWER,
        dialogue=replace(
            leave_flow(turn.dialogue),
            last_entry=entry.code,
            last_question=question or turn.dialogue.last_question,
        ),
        entry=entry.code,
        citations=labels(entry),
        confidence=confidence,
    )


def labels(entry: Entry) -> tuple[str, ...]:
    """Return the articles an entry rests on, as the contract spells them."""
    return tuple(str(citation) for citation in entry.citations)


def candidates(library: Library, hits: Sequence[Hit]) -> tuple[Candidate, ...]:
    """Return the entries retrieval thought of; other fields of law are none of ours."""
    found = ((hit, library.find(hit.key)) for hit in hits if is_entry(hit))
    return tuple(
        Candidate(entry.code, labels(entry), hit.confidence) for hit, entry in found if entry
    )[:MOST_CANDIDATES]


def is_entry(hit: Hit) -> bool:
    """Whether the hit is an entry of ours, and neither a decoy nor a wish."""
    return not hit.key.startswith((FIELD_PREFIX, WISH_PREFIX))


def is_other_field(hit: Hit) -> bool:
    """Whether the hit is a decoy of a law that is not ours."""
    return hit.key.startswith(FIELD_PREFIX)
