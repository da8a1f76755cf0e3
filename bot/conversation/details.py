"""详: the rest of the answer given last, or of the entry whose code stands beside it."""

import re

from bot.conversation import wording
from bot.conversation.intents import compact
from bot.conversation.numbers import find_code
from bot.conversation.replies import say, show
from bot.conversation.turn import Decision, Outcome, Turn
from bot.knowledge.entries import Entry
from bot.knowledge.rendering import first_reply, rest_of_answer

_ASKING = re.compile(
    r"(?:我?[想要]?(?:看|说|讲|再说|再讲)?)?(?:详细?|详情|祥|祥细|全文|展开|更多|具体|继续|接着说|往下说|还有呢?|然后呢?)"
    r""
    r"(?:一?点儿?|一?些|说|讲|看|内容|回答|答案|的|呢|吧|一下)*"
)


def decide_details(turn: Turn) -> Outcome | None:
    """Send the rest of an answer."""
    asked = _asked_code(turn.message.text)
    if asked is None:
        return None
    entry = turn.content.library.find(asked or turn.dialogue.last_entry)
    if entry is None:
        text = "您想看哪个问题的详细内容？先问一个问题，或者回复“详”加编号，比如“详201”。"
        return say(turn, Decision.HELP, text, (wording.HELP_TAP,))
    return _tell(turn, entry)


def _asked_code(text: str) -> str | None:
    """Return the code beside 详, empty where 详 stands alone, None where it is not asked for."""
    said = compact(text)
    if _ASKING.fullmatch(said):
        return ""
    digits = "".join(character for character in said if character.isdigit())
    words = said.replace(digits, "", 1) if digits else ""
    return find_code(digits) if words and _ASKING.fullmatch(words) else None


def _tell(turn: Turn, entry: Entry) -> Outcome:
    text = rest_of_answer(entry) or f"{first_reply(entry)}\n这一条没有更多内容了。"
    return show(turn, entry, text, (), 1.0)
