"""What the office has planned: the next market day, what is coming, and being reminded of it."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.conversation.intents import compact
from bot.conversation.replies import say
from bot.conversation.turn import Decision, Outcome, SetReminder, Turn
from bot.conversation.wording import PERSON_TAP
from bot.events.calendar import describe
from bot.events.dates import NUMBER, NUMBERS
from bot.events.event import EventKind, Occurrence
from bot.messages import Tap

MOST_LISTED = 3
CHANGES_WITHIN_DAYS = 7
MOST_DAYS_BEFORE = 14
REMIND_TAP = Tap("到时候提醒我", "提醒我")
_DAYS = (("大后天", 3), ("后天", 2), ("明天", 1), ("今天", 0))
_MARKET_WORDS = ("集", "会")


def tell_events(turn: Turn) -> Outcome:
    """Say when the next market is, or what is coming."""
    said = compact(turn.message.text)
    asks_market = "普法" not in said and any(word in said for word in _MARKET_WORDS)
    day = next((_ahead(turn, ahead) for word, ahead in _DAYS if word in said), None)
    if day is None:
        changes = _changes(turn, turn.now.date(), _ahead(turn, CHANGES_WITHIN_DAYS))
        return _list(turn, changes, _coming(turn, asks_market=asks_market))
    held = [
        occurrence
        for occurrence in turn.content.calendar.occurrences(day, day)
        if not asks_market or occurrence.kind is EventKind.MARKET
    ]
    changes = _changes(turn, day, day)
    if held:
        return _list(turn, f"{changes}有的。", held[:MOST_LISTED])
    heading = f"{day.month}月{day.day}日的日程里没有{'集' if asks_market else '活动'}。"
    return _list(turn, changes + heading, _coming(turn, asks_market=asks_market))


def _changes(turn: Turn, first: date, last: date) -> str:
    return "".join(f"{one}\n" for one in turn.content.calendar.changes(first, last))


def _ahead(turn: Turn, days: int) -> date:
    return turn.now.date() + timedelta(days=days)


def _coming(turn: Turn, *, asks_market: bool) -> Sequence[Occurrence]:
    calendar = turn.content.calendar
    market = calendar.next_market(turn.now) if asks_market else None
    return (market,) if market else calendar.upcoming(turn.now, MOST_LISTED)


def _list(turn: Turn, heading: str, listed: Sequence[Occurrence]) -> Outcome:
    if not listed:
        text = f"{heading}日程里现在没有写着要办的活动。过些天再来问，或问问工作人员。"
        return say(turn, Decision.EVENTS, text, (PERSON_TAP,))
    today = turn.now.date()
    lines = [f"· {describe(occurrence, today)}" for occurrence in listed]
    text = "\n".join([f"{heading}最近的日程：", *lines])
    return say(turn, Decision.EVENTS, text, (REMIND_TAP,))


def stop_reminding(turn: Turn) -> Outcome:
    """Remember that the resident no longer wants to be reminded."""
    text = "好，以后不提醒您了。想再要，回复“提醒我”。"
    return say(turn, Decision.REMIND, text, effects=(SetReminder(False),))


def set_reminder(turn: Turn) -> Outcome:
    """Remember that the resident wants to be reminded."""
    rights = turn.rules.capabilities
    if rights.customer_service or rights.mass_send:
        how = "有集日和普法活动的通知，能发到的时候我会发给您；个别时候可能发不到。"
    else:
        how = "现在这个公众号还不能主动给您发消息；您快到日子时发一句话来，我就告诉您。"
    days = days_before(turn.message.text)
    when = f"每次提前{days}天。" if days else ""
    coming = turn.content.calendar.next_market(turn.now)
    soon = f"\n最近的集：{describe(coming, turn.now.date())}" if coming else ""
    choice = "" if days else "想早几天知道，回复“提前三天提醒我”。"
    text = f"记下了。{when}{how}{soon}\n{choice}不想要了，回复“取消提醒”。"
    return say(turn, Decision.REMIND, text, effects=(SetReminder(True, days),))


def days_before(text: str) -> int | None:
    """Read how many days before somebody wants to be reminded: 提前三天, 前一周."""
    found = _LEAD.search(compact(text))
    if not found:
        return None
    days = NUMBERS.get(found["days"], 0) * (7 if found["unit"] not in ("天", "日") else 1)
    return days if 1 <= days <= MOST_DAYS_BEFORE else None


_LEAD = re.compile(rf"提?前(?:个)?(?P<days>{NUMBER})个?(?P<unit>[天日周]|星期|礼拜)")
