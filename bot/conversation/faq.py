"""A question about the law: answered, asked back, or honestly not covered."""

from dataclasses import replace
from datetime import timedelta

from bot.consultation.masking import mask_personal_numbers
from bot.conversation.clarification import ask_back
from bot.conversation.commands import grant_wish
from bot.conversation.fallback import refer_elsewhere, say_not_covered
from bot.conversation.finding import Finding, Level, find
from bot.conversation.replies import answer, candidates, is_entry
from bot.conversation.turn import Outcome, Turn
from bot.knowledge.library import FIELD_PREFIX, WISH_PREFIX

BURST = timedelta(seconds=10)
LONGEST_QUESTION = 500


def decide_faq(turn: Turn) -> Outcome:
    """Answer what is known, ask back what is near, admit the rest."""
    finding = _best_finding(turn)
    question = mask_personal_numbers(finding.text[:LONGEST_QUESTION])
    outcome = _outcome(turn, finding, question)
    found = candidates(turn.content.library, finding.hits)
    return replace(outcome, candidates=found, confidence=finding.confidence)


def _outcome(turn: Turn, finding: Finding, question: str) -> Outcome:
    top = finding.hits[0] if finding.hits else None
    if top and finding.level is Level.ANSWER:
        return answer(turn, turn.content.library.entries[top.key], top.confidence, question)
    if top and finding.level is Level.WISH:
        return grant_wish(turn, top.key.removeprefix(WISH_PREFIX))
    if finding.level is Level.CLARIFY:
        return ask_back(turn, question, [hit for hit in finding.hits if is_entry(hit)])
    if top and finding.level is Level.OTHER_FIELD:
        return refer_elsewhere(turn, question, top.key.removeprefix(FIELD_PREFIX))
    return say_not_covered(turn, question)


def _best_finding(turn: Turn) -> Finding:
    """Decide on the message alone, and joined with one that just missed; take the better."""
    library, dialogue = turn.content.library, turn.dialogue
    text = turn.message.text
    alone = find(text, library, turn.rules)
    if not is_burst(turn):
        return alone
    joined = find(f"{dialogue.missed_text}，{text}", library, turn.rules)
    better = (joined.level, joined.confidence) > (alone.level, alone.confidence)
    return joined if better or alone.level is Level.MISS else alone


def is_burst(turn: Turn) -> bool:
    """Whether the message follows one that found no answer within ten seconds."""
    missed_at = turn.dialogue.missed_at
    return missed_at is not None and timedelta() <= turn.now - missed_at <= BURST
