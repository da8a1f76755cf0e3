"""Short answers about the service itself: what it can do, thanks, greetings, what is not there."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import wording
from bot.conversation.intents import compact
from bot.conversation.replies import say
from bot.conversation.turn import Decision, Outcome, RecordMiss, Turn
from bot.knowledge.entries import Entry
from bot.messages import Tap

MOST_ENTRIES = 5
MOST_PARTS = 10
LONGEST_PART = 12
PART_LABELS: Mapping[str, str] = {
    "婚姻家庭": "结婚离婚、孩子老人",
    "继承": "遗产、遗嘱",
    "物权": "房屋、土地、邻里",
    "合同": "借钱、买卖、租赁",
    "侵权责任": "受伤、损失找谁赔",
    "人格权": "名誉、肖像、隐私",
    "总则": "监护、时效、谁说了算",
    "行政复议": "对政府的决定不服",
    "行政复议法": "对政府的决定不服",
    "宪法": "宪法和公民权利",
    "服务": "司法所和本公众号",
}
"""In the order of how often they touch people's lives, in people's words."""
EVENTS_TAP = Tap("下次普法赶集是哪天", "下次普法")
TOPICS_TAP = Tap("大家常问的问题", "常见问题")
MEDIATION_TAP = Tap("我要调解", "我要调解")


def help_with_service(turn: Turn) -> Outcome:
    """Say what can be asked, and how."""
    text = (
        "直接打字问就行，像平时说话一样，比如“彩礼能要回来吗”“邻居盖房挡光咋办”。\n"
        "宣传单上有编号的，回复编号，比如“201”。\n"
        "想看法条，写“民法典1079条”。\n"
        "不认识的事我会直说，不会乱答。"
    )
    taps = (TOPICS_TAP, EVENTS_TAP, MEDIATION_TAP, wording.PERSON_TAP)
    return say(turn, Decision.HELP, text, taps)


def thank_back(turn: Turn) -> Outcome:
    """Take thanks kindly."""
    return say(turn, Decision.THANKS, "不客气，能帮上忙就好。还有事随时打字问我。")


def greet(turn: Turn) -> Outcome:
    """Answer a greeting, and be honest about being a machine."""
    said = compact(turn.message.text)
    if _PARTING.search(said):
        return say(turn, Decision.SMALLTALK, "再见，有事随时来问。")
    if _WHO_ARE_YOU.search(said):
        office = wording.office_name(turn.rules.office)
        text = (
            f"我是{office}「非诉在线」的自动助手，不是真人，只会照写好的问答来回复。"
            "有法律上的事直接打字问；想找真人，回复“人工”。"
        )
        return say(turn, Decision.SMALLTALK, text, (wording.HELP_TAP, wording.PERSON_TAP))
    if _GREETING.search(said):
        text = "您好，我在。有什么法律上的事，直接打字问就行。"
        return say(turn, Decision.SMALLTALK, text, (wording.HELP_TAP,))
    return say(turn, Decision.SMALLTALK, "好的。有法律上的事，直接打字问我就行。")


_PARTING = re.compile("再见|拜|88|晚安|回见|回头|下次再聊")
_WHO_ARE_YOU = re.compile("谁|哪个|机器|人|叫什么|ai|电脑|多大|几岁")
_GREETING = re.compile("[你们午上家乡位年节]好|hi|hello|hey|嗨|哈[喽罗]|喂|在[吗不么没]|早|快乐")


def accept_blame(turn: Turn) -> Outcome:
    """Record an answer called wrong, and offer what may help instead."""
    dialogue = turn.dialogue
    text = (
        "对不起，没答到您心里。这一条已经记下来，留给工作人员改。\n"
        "您可以换个说法再问一遍，或者找工作人员。"
    )
    taps = (wording.PERSON_TAP, TOPICS_TAP)
    if not (dialogue.last_entry or dialogue.missed_text):
        text = "对不起，没帮上您。请再打几个字，说说您要问什么事；也可以找工作人员。"
        return say(turn, Decision.FEEDBACK_BAD, text, taps)
    question = dialogue.last_question or dialogue.missed_text
    miss = RecordMiss(question, "bad-answer", dialogue.last_entry)
    outcome = say(turn, Decision.FEEDBACK_BAD, text, taps, (miss,))
    return replace(outcome, dialogue=replace(outcome.dialogue, last_entry="", last_question=""))


def tell_case_status(turn: Turn) -> Outcome:
    """Be honest: cases cannot be followed here yet."""
    contact = wording.office_lines(turn.rules.office)
    text = wording.join_lines(
        "办到哪一步，这个公众号里现在还查不到。",
        f"请直接问{contact}" if contact else "请直接问收您材料的司法所，或者回复“人工”。",
        "我不知道的进度，不能替他们说。",
    )
    return say(turn, Decision.CASE_STATUS, text, (wording.PERSON_TAP,))


def tell_quiz(turn: Turn) -> Outcome:
    """Be honest: there is no quiz here yet."""
    text = (
        "答题和考试，这个公众号里现在还没有。什么时候有、在哪里考，请以司法所的通知为准，"
        "也可以回复“人工”问工作人员。"
    )
    return say(turn, Decision.QUIZ, text, (TOPICS_TAP, wording.PERSON_TAP))


def cancel(turn: Turn) -> Outcome:
    """Leave whatever is under way."""
    outcome = say(turn, Decision.CANCEL, "好的，不办了。有事随时打字问我。")
    return replace(outcome, dialogue=replace(outcome.dialogue, choices=()))


def list_topics(turn: Turn) -> Outcome:
    """Offer the parts of the law there are answers for."""
    known = {part_of(entry) for entry in turn.content.library.in_use} - {""}
    parts = [part for part in PART_LABELS if part in known] + sorted(known - set(PART_LABELS))
    if not parts:
        return help_with_service(turn)
    taps = [Tap(PART_LABELS.get(part, part), part) for part in parts[:MOST_PARTS]]
    return say(turn, Decision.HELP, "您想看哪一类？点一下，或回复前面的数字。", taps)


def decide_topic(turn: Turn) -> Outcome | None:
    """List the questions of a part whose name was typed or tapped."""
    name, _, page = turn.message.text.strip().partition("·")
    if len(name) > LONGEST_PART:
        return None  # a question: no need to go through the entries
    entries = [entry for entry in turn.content.library.in_use if part_of(entry) == name]
    first = (int(page) - 1) * MOST_ENTRIES if re.fullmatch("[1-9][0-9]?", page) else 0
    shown = entries[first : first + MOST_ENTRIES]
    if not shown:
        return None
    taps = [Tap(entry.question, entry.code) for entry in shown]
    if len(entries) > first + MOST_ENTRIES:
        taps.append(Tap("再看几个", f"{name}·{first // MOST_ENTRIES + 2}"))
    heading = PART_LABELS.get(name, name)
    text = f"{heading}：大家常问这些。点一下，或回复前面的数字；没有您要问的，直接打字就行。"
    return say(turn, Decision.HELP, text, taps)


def part_of(entry: Entry) -> str:
    """Name the part of the law an entry belongs to, as residents see it."""
    return entry.part.removesuffix("编") if entry.law == "民法典" and entry.part else entry.law


def no_words(turn: Turn) -> Outcome:
    """Answer a message without a single letter in it."""
    text = "您发的内容里没有看到字。请把要问的事打成几个字发给我。"
    return say(turn, Decision.SMALLTALK, text, (wording.HELP_TAP,))
