"""A question about the law: answered, asked back, or honestly not covered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import IntEnum

from bot.consultation.masking import mask_personal_numbers
from bot.conversation.clarification import ask_back
from bot.conversation.fallback import refer_elsewhere, say_not_covered
from bot.conversation.replies import SEARCHED, answer, candidates, is_other_field
from bot.conversation.turn import Outcome, Rules, Turn
from bot.knowledge.library import FIELD_PREFIX, Library
from bot.retrieval import Hit

BURST = timedelta(seconds=10)
LONGEST_QUESTION = 500
CLOSE = 0.05
"""Two answers this near in confidence are asked about, not chosen between."""

FIELD_AT = 0.2
"""A miss sent to the wrong office costs little; silence about the right one costs more."""


class Level(IntEnum):
    """How far what was found carries, the best last."""

    MISS = 0
    OTHER_FIELD = 1
    CLARIFY = 2
    ANSWER = 3


@dataclass(frozen=True)
class Finding:
    """What retrieval found for a text, and how far it carries."""

    text: str
    level: Level
    hits: Sequence[Hit]

    @property
    def confidence(self) -> float:
        """The confidence of the best hit."""
        return self.hits[0].confidence if self.hits else 0.0


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
    if finding.level is Level.CLARIFY:
        return ask_back(turn, question, [hit for hit in finding.hits if not is_other_field(hit)])
    if top and finding.level is Level.OTHER_FIELD:
        return refer_elsewhere(turn, question, top.key.removeprefix(FIELD_PREFIX))
    return say_not_covered(turn, question)


def _best_finding(turn: Turn) -> Finding:
    """Decide on the message alone, and joined with one that just missed; take the better."""
    library, dialogue = turn.content.library, turn.dialogue
    text = turn.message.text
    alone = _find(text, library, turn.rules)
    if not is_burst(turn):
        return alone
    joined = _find(f"{dialogue.missed_text}，{text}", library, turn.rules)
    better = (joined.level, joined.confidence) > (alone.level, alone.confidence)
    return joined if better or alone.level is Level.MISS else alone


def is_burst(turn: Turn) -> bool:
    """Whether the message follows one that found no answer within ten seconds."""
    missed_at = turn.dialogue.missed_at
    return missed_at is not None and timedelta() <= turn.now - missed_at <= BURST


def _find(text: str, library: Library, rules: Rules) -> Finding:
    hits = library.search(text, SEARCHED)
    return Finding(text, judge(hits, rules), hits)


def judge(hits: Sequence[Hit], rules: Rules) -> Level:
    """Decide how far hits carry, by the thresholds and by how near the next best comes."""
    if hits and is_other_field(hits[0]) and hits[0].confidence >= min(FIELD_AT, rules.clarify_at):
        return Level.OTHER_FIELD
    if not hits or hits[0].confidence < rules.clarify_at:
        return Level.MISS
    if hits[0].confidence < rules.answer_at:
        return Level.CLARIFY
    rival = hits[1].confidence if len(hits) > 1 else 0.0
    return Level.CLARIFY if hits[0].confidence - rival < CLOSE else Level.ANSWER
