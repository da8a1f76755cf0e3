"""What a resident belongs to: their village, and the topics they want to hear of."""

import re

from bot.conversation.intents import compact
from bot.conversation.replies import say
from bot.conversation.turn import Decision, Outcome, SetVillage, Subscribe, Turn
from bot.events.audiences import TOPICS
from bot.messages import InboundKind, Tap

_VILLAGE = re.compile(
    r"(?:我|俺|咱)(?:们)?(?:家)?(?:是|住在?|在|的村是)(?P<name>.{2,12}?)(?:的|人|的人)?"
)
_SUBSCRIBE = re.compile(r"(?P<deed>订阅|退订)(?P<topic>.{0,8})")


def decide_belonging(turn: Turn) -> Outcome | None:
    """Write down a village the office knows, or a topic; anything else is not for here."""
    if turn.message.kind is not InboundKind.TEXT:
        return None
    said = compact(turn.message.text)
    return _village(turn, said) or _topic(turn, said)


def _village(turn: Turn, said: str) -> Outcome | None:
    found = _VILLAGE.fullmatch(said)
    if not found:
        return None
    for village in turn.content.library.villages:
        if found["name"] in (village.name, *village.aliases):
            text = f"记下了，您是{village.name}的。村里有普法活动，会告诉您。说错了，再说一遍就行。"
            return say(turn, Decision.REMIND, text, effects=(SetVillage(village.name),))
    return None


def _topic(turn: Turn, said: str) -> Outcome | None:
    found = _SUBSCRIBE.fullmatch(said)
    if not found:
        return None
    deed, topic = found["deed"], found["topic"]
    if not topic and deed == "订阅":
        taps = tuple(Tap(one, f"订阅{one}") for one in TOPICS)
        return say(turn, Decision.REMIND, "想收到哪一类的普法活动通知？点一下：", taps)
    if topic not in TOPICS:
        return None
    wanted = deed == "订阅"
    text = (
        f"记下了，有讲{topic}的活动会告诉您。不想要了，回复“退订{topic}”。"
        if wanted
        else f"好，讲{topic}的活动以后不通知您了。"
    )
    return say(turn, Decision.REMIND, text, effects=(Subscribe(topic, wanted),))
