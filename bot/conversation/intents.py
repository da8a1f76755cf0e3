"""What a resident wants of the service itself, recognised from what they typed."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.consultation.signs import Spelling, fold
from bot.conversation.intent_patterns import Intent, Pattern
from bot.conversation.service_wishes import SERVICE_WISHES
from bot.conversation.talk_wishes import TALK_WISHES

__all__ = ["Intent", "compact", "find_intent", "strip_courtesy"]

_SPOKEN = """
    俺们=我们 咱们=我们 俺=我 咱=我 恁们=你们 恁=你 您=你
    咋样=怎么样 咋着=怎么 咋=怎么 啥时候=什么时候 啥时=什么时候 多会儿=什么时候 多会=什么时候
    多咱=什么时候 几时=什么时候 何时=什么时候 什么时间=什么时候 啥=什么 木有=没有 甭=别 乜=什么
    明儿=明天 后儿=后天 今儿=今天
    说道说道=说说 唠唠=说说 拉拉呱=说说 拉呱=说说
"""
SPELLINGS: Sequence[Spelling] = tuple(
    (typed, read) for typed, _, read in (pair.partition("=") for pair in _SPOKEN.split())
)
"""How villagers say it, and how the patterns read it; applied in this order."""

_GREETING = """
    你们?好 喂 嗨 哈喽 哈罗 hi hello 在吗 在不在 请问(?:一下)? 打扰(?:一下|了)?
    麻烦(?:你们?|问)?(?:一下)? 问你?一下 老师 同志 师傅 领导 大姐 小?助手 机器人 那个 那 嗯 哎
"""
_CLOSING = """
    谢谢(?:你们?|了)? 行不行? 行吗 好吗 好不好 可以吗 中不中? 中吗 吧 呗 啊 呀 哈 哦 噢 嘛 啦 呢 了
"""
_COURTESY = re.compile(
    rf"^(?:{'|'.join(_GREETING.split())})+(?=.)|(?<=.)(?:{'|'.join(_CLOSING.split())})+$"
)

_ASKING_END = re.compile("(?<=.)[吗不没么]$")
_PAUSE = re.compile(r"[\s，。！？；：、…,.!?;:~～]+")
MOST_PIECES = 6
_COURTESIES = (Intent.THANKS, Intent.SMALLTALK)
_SPOKEN_WITH_REASONS = frozenset(
    {
        Intent.PERSON,
        Intent.DELETE_DATA,
        Intent.REMIND,
        Intent.STOP_REMINDING,
        Intent.CASE_STATUS,
        Intent.EVENTS,
        Intent.QUIZ,
    }
)
"""Wishes so specific that a clause of their own says them, whatever else is told."""

_TO_WHOM = re.compile("人工|真人|活人|客服|工作人员|司法所|你们|所长|明白人|懂法|电话|[跟和给帮]我")
"""找人 alone, beside other clauses, may be anybody."""

_PATTERNS: Mapping[Intent, Sequence[Pattern]] = {
    Intent.CANCEL: TALK_WISHES[Intent.CANCEL],
    **SERVICE_WISHES,
    **TALK_WISHES,
}
"""In the order they are tried."""

_GLAD = "👍👌🙏❤💐🌹🤝😊😄👏💪🎉"
_THUMBS_UP = re.compile(f"^\\s*[{_GLAD}][\\s{_GLAD}\ufe0f\U0001f3fb-\U0001f3ff]*$")
_THUMBS_DOWN = re.compile(r"👎|\[弱\]|\[差劲\]")
_STICKERS_UP = re.compile(r"^(?:\[(?:强|赞|抱拳|握手|玫瑰|爱心|OK|合十|鼓掌|拥抱)\]\s*)+$")
_QUESTION_MARKS = re.compile(r"^[\s?？]*[?？][\s?？]*$")


def compact(text: str) -> str:
    """Fold a message to what the patterns are written against."""
    return fold(text, SPELLINGS)


def strip_courtesy(text: str) -> str:
    """Take greetings and closing particles off a folded message, never all of it."""
    return _COURTESY.sub("", text) or text


@lru_cache(maxsize=64)
def find_intent(text: str) -> Intent | None:
    """Find what the resident wants of the service; None where they ask about the law."""
    return _marked(text) or _worded(text) or _worded_in_pieces(text)


def _marked(text: str) -> Intent | None:
    """Read what is said without letters."""
    if _THUMBS_DOWN.search(text):
        return Intent.FEEDBACK_BAD
    if _THUMBS_UP.match(text) or _STICKERS_UP.match(text):
        return Intent.THANKS
    return Intent.HELP if _QUESTION_MARKS.match(text) else None


def _worded(text: str) -> Intent | None:
    whole = compact(text)
    stripped = strip_courtesy(whole)
    wordings = tuple(dict.fromkeys((whole, stripped, _ASKING_END.sub("", stripped))))
    for intent, patterns in _PATTERNS.items():
        if any(pattern.fits(wordings) for pattern in patterns):
            return intent
    return None


def _worded_in_pieces(text: str) -> Intent | None:
    """Read `不弄了，退出`; and find the wish beside the reason given for it."""
    pieces = [piece for piece in _PAUSE.split(text) if compact(piece)]
    if not 1 < len(pieces) <= MOST_PIECES:
        return None
    found = [_worded(piece) for piece in pieces]
    wishes = [intent for intent in found if intent and intent not in _COURTESIES]
    if all(found):
        return (wishes or sorted(filter(None, found), key=_COURTESIES.index))[0]
    return next(
        (
            intent
            for piece, intent in zip(pieces, found, strict=True)
            if intent in _SPOKEN_WITH_REASONS
            and (intent is not Intent.PERSON or _TO_WHOM.search(compact(piece)))
        ),
        None,
    )
