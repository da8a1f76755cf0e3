"""Choosing one of the lines offered before: 2, 二, 第二个, 最后一个, or the line itself."""

import re

from bot.conversation.dialogue import Choice, Dialogue
from bot.conversation.intents import compact

_NUMBERS = {digit: number for number, digit in enumerate("一二三四五六七八九十", start=1)} | {
    "两": 2
}
_PICK = r"(?:我?[要想]?(?:选择?|点|按|问|看|发)?|回复|就)?"
_CHOICE = re.compile(
    rf"{_PICK}第?([1-9]|10|[一二三四五六七八九十两])(?:个|条|号|项|种)?(?:问题)?[吧呀啊呢的]?"
)
_LAST = re.compile(rf"{_PICK}最后(?:一?[个条])?(?:问题)?")


def find_choice(text: str, dialogue: Dialogue) -> Choice | None:
    """Find the line the resident chose; None where the message chooses none."""
    said = compact(text)
    for choice in dialogue.choices:
        if said and said in (compact(choice.label), compact(choice.message)):
            return choice
    number = choice_number(text)
    if _LAST.fullmatch(said):
        number = len(dialogue.choices)
    return dialogue.choices[number - 1] if 0 < number <= len(dialogue.choices) else None


def choice_number(text: str) -> int:
    """Return the number a message consists of, 0 where it is more than a number."""
    found = _CHOICE.fullmatch(compact(text))
    if not found:
        return 0
    return _NUMBERS.get(found.group(1)) or int(found.group(1))
