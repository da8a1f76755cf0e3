"""Who hears of an event: what a clerk writes after 通知谁, and the key it stands for."""

import re
from collections.abc import Sequence

from bot.events.dates import Unreadable, shorten, split_values, tidy
from bot.events.event import EVERYBODY

__all__ = ["EVERYBODY", "lead_days", "names_in", "parse_audience", "tell_audience"]

SUBSCRIBERS = "subscribers"
"""Those who said 提醒我, without a wish of their own how many days before."""
VILLAGE, TOPIC, GROUP, LEAD = "village:", "topic:", "group:", "lead:"
GROUPS = ("法律明白人", "工作人员")
"""Whom the office itself has put there, at the console."""
TOPICS = (
    *("婚姻家庭", "借钱还钱", "土地房屋", "邻里纠纷", "打工工钱", "老人继承", "行政复议", "防骗"),
)
"""What residents may subscribe to."""
LONGEST_KEY = 64

_LISTED = re.compile(r"(?P<what>村庄?|主题)\s*[:：]\s*(?P<names>.+)")
_PREFIXES = {"村": VILLAGE, "村庄": VILLAGE, "主题": TOPIC}
_HINT = f"可以写：全部、要提醒的人、{'、'.join(GROUPS)}、村：东村、西村，或 主题：{TOPICS[0]}"


def parse_audience(text: str) -> str:
    """Read who is told; everybody where nothing is written.

    Raises:
        Unreadable: nobody of the kind is known, or the names are too many.
    """
    tidied = tidy(text)
    if tidied in ("", "全部"):
        return EVERYBODY
    if tidied == "要提醒的人":
        return SUBSCRIBERS
    if tidied in GROUPS:
        return GROUP + tidied
    found = _LISTED.fullmatch(tidied)
    names = list(dict.fromkeys(split_values(found["names"]))) if found else []
    if not found or not names:
        raise Unreadable(f"看不懂通知谁“{shorten(tidied)}”，{_HINT}")
    prefix = _PREFIXES[found["what"]]
    unknown = [name for name in names if prefix == TOPIC and name not in TOPICS]
    if unknown:
        raise Unreadable(f"没有“{shorten(unknown[0])}”这个主题，只有：{'、'.join(TOPICS)}")
    key = prefix + "|".join(names)
    if len(key) > LONGEST_KEY or any("|" in name for name in names):
        raise Unreadable("通知谁写的名字太多，请分成两个活动")
    return key


def names_in(audience: str, prefix: str) -> Sequence[str]:
    """List the names a key holds; none where it is of another kind."""
    return audience.removeprefix(prefix).split("|") if audience.startswith(prefix) else ()


def lead_days(audience: str) -> int:
    """Return how many days before these want to hear of it; 0 for any other audience."""
    return int(audience.removeprefix(LEAD)) if audience.startswith(LEAD) else 0


def tell_audience(audience: str) -> str:
    """Name an audience for staff."""
    plain = {EVERYBODY: "所有关注的人", SUBSCRIBERS: "要提醒的人"}
    if audience in plain:
        return plain[audience]
    if days := lead_days(audience):
        return f"要提前{days}天提醒的人"
    what, _, names = audience.partition(":")
    listed = names.replace("|", "、")
    return {"village": f"{listed}的人", "topic": f"订了{listed}的人"}.get(what, listed)
