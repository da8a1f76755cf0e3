"""删除我的数据: asked once more, then everything about the resident goes."""

from dataclasses import replace

from bot.conversation.dialogue import Dialogue
from bot.conversation.intents import compact, strip_courtesy
from bot.conversation.turn import Decision, DeleteData, Outcome, Turn
from bot.conversation.wording import CANCEL_TAP
from bot.messages import Reply, Tap

FLOW = "deletion"
CONFIRM_TAP = Tap("确定删除", "确定删除")
_YES = frozenset(
    [
        "确定删除",
        "确定",
        "确认",
        "确认删除",
        "是",
        "是的",
        "对",
        "删除",
        "删",
        "删吧",
        "删掉",
        "同意",
        "好",
        "好的",
        "行",
        "要删",
        "要",
    ]
)
ASKED = (
    "您确定要删除吗？您问过的话、留下的登记和电话、集日提醒都会删掉，删了就找不回来。\n"
    "还在等工作人员联系的，删了就联系不上您了。"
)


def ask_to_confirm(turn: Turn) -> Outcome:
    """Say what will go, and wait for a clear yes."""
    return Outcome(
        reply=Reply(ASKED, (CONFIRM_TAP, CANCEL_TAP), takes_riders=False),
        decision=Decision.DELETE_DATA,
        dialogue=replace(turn.dialogue, flow=FLOW, step="", slots={}),
    )


def decide_deletion(turn: Turn) -> Outcome | None:
    """Delete on a clear yes; anything else leaves everything as it was."""
    if turn.dialogue.flow != FLOW:
        return None
    said = compact(turn.message.text)
    if not {said, strip_courtesy(said)} & _YES:
        return None
    return Outcome(
        reply=Reply("已经删除了。以后想问什么，随时打字就行。", takes_riders=False),
        decision=Decision.DELETE_DATA,
        dialogue=Dialogue(),
        effects=(DeleteData(),),
    )
