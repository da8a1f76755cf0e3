"""What is asked before a person takes over: village, what happened, a phone, and is it right.

village ──► story ──► phone ──► confirm ──► HandOff
   ◄── 上一步 ──◄          取消 leaves it at any time
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.consultation.masking import mask_personal_numbers
from bot.consultation.phones import count_digits, find_phone
from bot.conversation import wording
from bot.conversation.dialogue import Dialogue
from bot.conversation.finding import Level, judge
from bot.conversation.intake_questions import (
    ANSWERS,
    BACK,
    CHANGE_PHONE,
    NO_MORE,
    NO_PHONE,
    OPENINGS,
    RESUME,
    SKIP,
    YES,
    is_mediation,
    question,
)
from bot.conversation.intents import Intent, compact, find_intent, strip_courtesy
from bot.conversation.numbers import SERVICE_NUMBERS, find_code
from bot.conversation.replies import leave_flow
from bot.conversation.turn import Decision, HandOff, Outcome, Turn
from bot.messages import Reply

FLOW = "handoff"
STEPS = ("village", "story", "phone", "confirm")
LONGEST_STORY = 500
LONGEST_VILLAGE = 20
"""Whoever types more than this at the first question is telling the story already."""
A_STORY = 14
"""An opening of at least so many characters already says what it is about."""

_STARTED = {Intent.PERSON: "person", Intent.MEDIATION: "mediation"}
_INTERRUPTIONS = frozenset(
    {
        Intent.HELP,
        Intent.TOPICS,
        Intent.EVENTS,
        Intent.QUIZ,
        Intent.CASE_STATUS,
        Intent.DELETE_DATA,
        Intent.REMIND,
        Intent.STOP_REMINDING,
    }
)
_PLEASANTRIES = frozenset([Intent.SMALLTALK, Intent.THANKS, Intent.FEEDBACK_BAD])


def start_handoff(turn: Turn) -> Outcome:
    """Begin to take down what a person shall call back about."""
    return _start(turn, _STARTED[Intent.PERSON])


def start_mediation(turn: Turn) -> Outcome:
    """Begin to take down a dispute."""
    return _start(turn, _STARTED[Intent.MEDIATION])


def _start(turn: Turn, kind: str) -> Outcome:
    slots = {"kind": kind}
    if len(compact(turn.message.text)) >= A_STORY:
        slots["story"] = _kept(turn.message.text)
    elif kind == "person" and turn.dialogue.missed_text:
        slots["story"] = turn.dialogue.missed_text
    dialogue = replace(turn.dialogue, flow=FLOW, step="village", slots=slots)
    return _ask(turn, dialogue, f"{OPENINGS[kind]}随时可以回复“取消”或“上一步”。\n")


def decide_intake(turn: Turn) -> Outcome | None:
    """Take the message as the answer to the question asked last, unless it leaves the intake."""
    dialogue = turn.dialogue
    if dialogue.flow != FLOW or dialogue.step not in STEPS:
        return None
    said = strip_courtesy(compact(turn.message.text))
    if said in BACK:
        return _ask(turn, _step_back(dialogue))
    if said in RESUME:
        return _ask(turn, dialogue)
    if said in ANSWERS[dialogue.step]:
        return _TAKERS[dialogue.step](turn, said)
    intent = find_intent(turn.message.text)
    if intent is Intent.CANCEL:
        return _cancel(turn)
    if is_interruption(turn):
        return None
    if intent in _STARTED and (dialogue.step != "story" or len(said) < A_STORY):
        return _ask(turn, replace(dialogue, slots={**dialogue.slots, "kind": _STARTED[intent]}))
    if intent in _PLEASANTRIES:
        return _ask(turn, dialogue, "我还在帮您登记。\n")
    return _TAKERS[dialogue.step](turn, said)


def is_interruption(turn: Turn) -> bool:
    """Whether the message clearly asks for something else in the middle of an intake."""
    text, step = turn.message.text, turn.dialogue.step
    if find_intent(text) in _INTERRUPTIONS:
        return True
    code = find_code(text)
    if code in SERVICE_NUMBERS or turn.content.library.find(code):
        return True
    # A story may well contain a question; a village or a phone number does not.
    if step == "story" or not _sounds_like_question(text):
        return False
    return judge(turn.content.library.search(text), turn.rules) is Level.ANSWER


def _sounds_like_question(text: str) -> bool:
    said = compact(text)
    return len(said) >= 6 and ("?" in text or "？" in text or bool(_ASKING.search(said)))


_ASKING = re.compile(r"吗|怎么|什么|多少|多久|能不能|可以|哪[个里些]|几[天年个]|谁|该不该|算不算")


def _cancel(turn: Turn) -> Outcome:
    text = "好的，不登记了，没有交给工作人员。有事随时打字问我。"
    dialogue = replace(leave_flow(turn.dialogue), choices=())
    return Outcome(Reply(text), Decision.CANCEL, dialogue)


def _step_back(dialogue: Dialogue) -> Dialogue:
    return replace(dialogue, step=STEPS[max(0, STEPS.index(dialogue.step) - 1)])


def _take_village(turn: Turn, said: str) -> Outcome:
    if said in SKIP:
        return _ask(turn, _fill(turn.dialogue, "story", village=""))
    if len(said) > LONGEST_VILLAGE:
        told = _fill(turn.dialogue, "village", story=_joined_story(turn))
        return _ask(turn, told, "这件事记下了。\n")
    return _ask(turn, _fill(turn.dialogue, "story", village=_village_name(turn)))


def _village_name(turn: Turn) -> str:
    """Return the village by its official name where the office lists it, else as typed."""
    typed = _kept(turn.message.text, 40)
    for village in turn.content.library.villages:
        if any(name and name in typed for name in (village.name, *village.aliases)):
            return village.name
    return typed


def _take_story(turn: Turn, said: str) -> Outcome:
    dialogue = turn.dialogue
    known = dialogue.slots.get("story", "")
    if said in NO_MORE and known:
        return _ask(turn, _fill(dialogue, "phone"))
    if len(said) < 2 or said in NO_MORE:
        return _ask(turn, dialogue, "请多说几个字，不然工作人员不知道是什么事。\n")
    return _ask(turn, _fill(dialogue, "phone", story=_joined_story(turn)))


def _joined_story(turn: Turn) -> str:
    known = turn.dialogue.slots.get("story", "")
    return _kept(f"{known}；{turn.message.text}" if known else turn.message.text)


def _take_phone(turn: Turn, said: str) -> Outcome:
    dialogue = turn.dialogue
    if said in NO_PHONE:
        if not is_mediation(dialogue.slots):
            return _ask(turn, _fill(dialogue, "confirm", phone=""))
        return _ask(turn, dialogue, "调解要约双方，没有电话联系不上您。\n")
    phone = find_phone(turn.message.text)
    if not phone:
        return _ask(turn, dialogue, _wrong_phone(turn.message.text))
    return _ask(turn, _fill(dialogue, "confirm", phone=phone))


def _wrong_phone(text: str) -> str:
    digits = count_digits(text)
    if not digits:
        return "没有看到电话号码。\n"
    return f"这个号码好像不对，数了数是{digits}位。手机号是11位，座机请带上区号。\n"


def _take_confirmation(turn: Turn, said: str) -> Outcome:
    dialogue = turn.dialogue
    if said in CHANGE_PHONE:
        return _ask(turn, _fill(dialogue, "phone"))
    if find_phone(turn.message.text):
        return _take_phone(turn, said)
    if said not in YES:
        return _ask(turn, dialogue, "我没看明白。对的话回复“确认”，不对回复“上一步”。\n")
    return _finish(turn)


_TAKERS: Mapping[str, Callable[[Turn, str], Outcome]] = {
    "village": _take_village,
    "story": _take_story,
    "phone": _take_phone,
    "confirm": _take_confirmation,
}


def _finish(turn: Turn) -> Outcome:
    slots = turn.dialogue.slots
    phone, kind = slots.get("phone", ""), slots.get("kind", "person")
    text = wording.join_lines(
        "已经转给工作人员了。什么时候联系您要看他们的安排，能不能办成、多久办成，我都不能替他们保证。",
        "" if phone else "您没有留电话，工作人员没法打给您。",
        wording.office_lines(turn.rules.office),
        "等的时候还可以接着问我。情况紧急请打110。",
    )
    return Outcome(
        reply=Reply(text, takes_riders=False),
        decision=_decision(turn.dialogue),
        dialogue=replace(leave_flow(turn.dialogue), choices=(), misses_in_a_row=0),
        effects=(HandOff(kind, slots.get("story", ""), slots.get("village", ""), phone),),
    )


def _ask(turn: Turn, dialogue: Dialogue, before: str = "") -> Outcome:
    """Ask the question of the dialogue's step."""
    text, taps = question(dialogue.step, dialogue.slots)
    return Outcome(
        reply=Reply(f"{before}{text}", taps, takes_riders=False),
        decision=_decision(dialogue),
        dialogue=dialogue,
    )


def _fill(dialogue: Dialogue, step: str, **slots: str) -> Dialogue:
    return replace(dialogue, step=step, slots={**dialogue.slots, **slots})


def _kept(text: str, limit: int = LONGEST_STORY) -> str:
    """Keep a resident's words without their private numbers."""
    return wording.shorten(mask_personal_numbers(text), limit)


def _decision(dialogue: Dialogue) -> Decision:
    return Decision.DISPUTE if is_mediation(dialogue.slots) else Decision.HANDOFF
