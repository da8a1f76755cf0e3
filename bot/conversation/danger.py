"""Danger: the fixed card of its kind, and staff alarmed; nothing else is said."""

from bot.consultation.triage import find_danger
from bot.conversation.turn import Decision, Outcome, RaiseAlarm, Turn
from bot.messages import InboundKind, Reply


def decide_danger(turn: Turn) -> Outcome | None:
    """Answer a danger sign with its card; the dialogue under way is kept for afterwards."""
    if turn.message.kind is not InboundKind.TEXT:
        return None
    danger = find_danger(turn.message.text, turn.content.safety)
    if danger is None:
        return None
    return Outcome(
        reply=Reply(danger.kind.card, takes_riders=False),
        decision=Decision.EMERGENCY,
        dialogue=turn.dialogue,
        effects=(RaiseAlarm(f"{danger.kind.name}：{danger.sign}", turn.message.text),),
    )
