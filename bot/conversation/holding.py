"""A person holds the talk: the bot keeps silent, but for danger and the resident's own data."""

from dataclasses import replace

from bot.conversation.intents import Intent, find_intent
from bot.conversation.privacy import FLOW as DELETION
from bot.conversation.replies import leave_flow
from bot.conversation.turn import Decision, Outcome, Turn
from bot.messages import InboundKind

SAID = frozenset(
    [
        InboundKind.TEXT,
        InboundKind.VOICE,
        InboundKind.IMAGE,
        InboundKind.VIDEO,
        InboundKind.LOCATION,
        InboundKind.LINK,
    ]
)
"""What is said to whoever holds the talk; a push of WeChat's is not."""


def decide_held(turn: Turn) -> Outcome | None:
    """Leave what the resident says to the person; it is stored, and shown as unanswered."""
    if not turn.held or turn.message.kind not in SAID:
        return None
    if turn.dialogue.flow == DELETION or find_intent(turn.message.text) is Intent.DELETE_DATA:
        return None
    return Outcome(None, Decision.HELD, replace(leave_flow(turn.dialogue), choices=()))
