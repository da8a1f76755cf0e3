"""Asking back: at most three near questions to tap or choose by number, or none of them."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import wording
from bot.conversation.intents import compact
from bot.conversation.replies import leave_flow
from bot.conversation.turn import Decision, Outcome, RecordMiss, Turn
from bot.messages import Reply, Tap
from bot.retrieval import Hit

FLOW = "clarification"
MOST_OFFERED = 3
NONE_OF_THESE = Tap("都不是", "都不是")
_REFUSALS = frozenset(
    [
        "都不是",
        "都不对",
        "都不",
        "不是",
        "没有",
        "没有我要的",
        "没有我要问的",
        "没有我问的",
        "没有一个",
        "一个都不是",
        "一个也不是",
        "都没有",
        "都不是我问的",
        "不是这些",
        "不是这个",
        "不对",
        "以上都不是",
        "上面都不是",
        "都不沾边",
        "其他",
        "其它",
        "0",
        "零",
        "哪个都不是",
        "没有对的",
    ]
)


def ask_back(turn: Turn, question: str, hits: Sequence[Hit]) -> Outcome:
    """Offer the near questions."""
    found = [turn.content.library.entries[hit.key] for hit in hits[:MOST_OFFERED]]
    taps = [Tap(entry.question, entry.code) for entry in found]
    return Outcome(
        reply=Reply(
            "您想问的是不是下面这样的？点一下，或者回复前面的数字。", (*taps, NONE_OF_THESE)
        ),
        decision=Decision.CLARIFY,
        dialogue=replace(
            leave_flow(turn.dialogue),
            flow=FLOW,
            slots={"question": question},
            last_question=question,
        ),
    )


def decide_refusal(turn: Turn) -> Outcome | None:
    """Take 都不是 for an answer: record the miss and offer a person."""
    dialogue = turn.dialogue
    if dialogue.flow != FLOW or compact(turn.message.text) not in _REFUSALS:
        return None
    text = wording.join_lines(
        "对不起，那这个问题我这里还没有写好的答案，已经记下来了。",
        f"您可以换个说法再问，或者找工作人员；也{wording.LEGAL_AID_LINE}",
        wording.office_lines(turn.rules.office),
    )
    return Outcome(
        reply=Reply(text, (wording.PERSON_TAP,)),
        decision=Decision.FALLBACK,
        dialogue=replace(
            leave_flow(dialogue),
            last_entry="",
            misses_in_a_row=dialogue.misses_in_a_row + 1,
        ),
        effects=(RecordMiss(dialogue.slots.get("question", ""), "clarify-refused"),),
    )
