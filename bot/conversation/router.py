"""The order in which a message is looked at: danger, then the rest."""

from bot.conversation.danger import decide_danger
from bot.conversation.turn import Decision, Outcome, Turn
from bot.messages import Reply


def decide(turn: Turn) -> Outcome:
    """Decide one turn: what to say, what to remember, what to write down."""
    danger = decide_danger(turn)
    if danger:
        return danger
    text = "这个问题我这里还没有现成的答案。可以打12348问法律，或回复“人工”找工作人员。"
    return Outcome(Reply(text), Decision.FALLBACK, turn.dialogue)
