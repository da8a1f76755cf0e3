from datetime import datetime

import pytest

from bot.conversation.turn import Capabilities, Content, Decision, SetReminder
from bot.events.calendar import Calendar
from bot.events.parsing import parse_events
from tests.conversation.talking import MONDAY, Resident, said


def test_it_says_what_is_coming(resident: Resident) -> None:
    outcome = resident.say("最近有啥普法活动")
    assert outcome.decision is Decision.EVENTS
    assert said(outcome).count("·") == 3
    assert "法治讲座" in said(outcome)
    assert "待司法所核对" in said(outcome)


@pytest.mark.parametrize(("asked", "told"), [("后天有集吗", "有的。"), ("明天有集吗", "没有集")])
def test_it_answers_about_a_day(asked: str, told: str, resident: Resident) -> None:
    text = said(resident.say(asked))
    assert told in text
    assert "11月25日" in text


def test_it_tells_of_no_market_where_only_a_lecture_is_held(resident: Resident) -> None:
    resident.now = datetime(2026, 11, 30, 9, 0, tzinfo=MONDAY.tzinfo)
    assert "12月1日的日程里没有集" in said(resident.say("明天逢集不"))
    assert "有的。" in said(resident.say("明天有讲座吗"))


def test_it_is_honest_where_nothing_is_planned(content: Content) -> None:
    resident = Resident(Content(content.library, Calendar(), content.safety))
    outcome = resident.say("什么时候赶集")
    assert outcome.decision is Decision.EVENTS
    assert "没有写着要办的活动" in said(outcome)


def test_it_promises_no_message_the_account_cannot_send(resident: Resident) -> None:
    outcome = resident.say("提醒我")
    assert outcome.effects == (SetReminder(True),)
    assert "还不能主动给您发消息" in said(outcome)


def test_it_promises_a_message_where_the_account_can_send(resident: Resident) -> None:
    resident.set(capabilities=Capabilities(mass_send=True))
    told = said(resident.say("提醒我"))
    assert "个别时候可能发不到" in told
    assert "还不能主动" not in told


CHANGED = """## 赶集普法
编号：market
类型：赶集
状态：已核对
规则：2026-11-25、2026-11-30
时间：08:00-11:00
改动：2026-11-25 取消（下雨）
"""


@pytest.mark.parametrize("asked", ["后天有集吗", "最近啥时候赶集"])
def test_it_tells_what_is_called_off(asked: str, content: Content) -> None:
    events, _ = parse_events(CHANGED, "x.md")
    resident = Resident(Content(content.library, Calendar(tuple(events)), content.safety))
    told = said(resident.say(asked))
    assert "原定11月25日周三08:00–11:00的赶集普法取消（下雨）。" in told
    assert "11月30日" in told
