"""What retrieval finds for a text, and how far it carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.conversation.intent_patterns import WISHES
from bot.conversation.replies import SEARCHED, is_other_field
from bot.conversation.turn import Rules
from bot.knowledge.library import WISH_PREFIX, Library
from bot.retrieval import Hit

CLOSE = 0.05
"""Two answers this near in confidence are asked about, not chosen between."""

WISH_AT = 0.2
"""A wish misread costs a question back; one not read sends the resident away."""

FIELD_AT = 0.2
"""A miss sent to the wrong office costs little; silence about the right one costs more."""


class Level(IntEnum):
    """How far what was found carries, the best last."""

    MISS = 0
    OTHER_FIELD = 1
    CLARIFY = 2
    WISH = 3
    ANSWER = 4


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


def find(text: str, library: Library, rules: Rules) -> Finding:
    hits = library.search(text, SEARCHED)
    return Finding(text, judge(hits, rules), hits)


def judge(hits: Sequence[Hit], rules: Rules) -> Level:
    """Decide how far hits carry, by the thresholds and by how near the next best comes."""
    if hits and is_other_field(hits[0]) and hits[0].confidence >= min(FIELD_AT, rules.clarify_at):
        return Level.OTHER_FIELD
    if hits and hits[0].key.startswith(WISH_PREFIX):
        known = hits[0].key.removeprefix(WISH_PREFIX) in WISHES
        return Level.WISH if known and hits[0].confidence >= WISH_AT else Level.MISS
    if not hits or hits[0].confidence < rules.clarify_at:
        return Level.MISS
    if hits[0].confidence < rules.answer_at:
        return Level.CLARIFY
    rival = hits[1].confidence if len(hits) > 1 else 0.0
    return Level.CLARIFY if hits[0].confidence - rival < CLOSE else Level.ANSWER
