"""What is read out, sent on and printed."""

from dataclasses import replace
from datetime import date

import pytest

from bot.config import OfficeSettings
from bot.events.calendar import Calendar
from bot.events.event import Occurrence
from bot.events.papers import (
    forward_text,
    loudspeaker,
    spoken,
    spoken_digits,
    spoken_hours,
)
from bot.events.parsing import parse_events

OFFICE = OfficeSettings(name="某镇司法所", phone="0539-7612345")
EVENT = """
## 赶集普法
编号：ji
状态：已核对
规则：2026-12-05
时间：{hours}
地点：大集东头
说明：讲宅基地和彩礼的事。
"""
TODAY = date(2026, 12, 4)


def held(hours: str = "08:00-11:30") -> Occurrence:
    events, problems = parse_events(EVENT.format(hours=hours), "活动.md")
    assert not problems
    (occurrence,) = Calendar(tuple(events)).occurrences(date(2026, 12, 5), date(2026, 12, 5))
    return occurrence


@pytest.mark.parametrize("seconds", [30, 60])
def test_a_script_fits_its_time_and_says_when_and_where(seconds: int) -> None:
    script = loudspeaker(held(), OFFICE, TODAY, seconds=seconds)

    assert script.seconds <= seconds
    assert (
        "明天，十二月五号，星期六，农历十月廿七，上午八点到十一点半，地点在大集东头" in script.text
    )
    assert not any(one.isascii() for one in script.text)


def test_a_longer_script_says_more() -> None:
    short, long = (loudspeaker(held(), OFFICE, TODAY, seconds=one) for one in (30, 60))
    assert long.seconds > short.seconds
    assert "再说一遍" in long.text
    assert "讲宅基地和彩礼的事" in long.text


def test_when_and_where_are_said_however_long_they_are() -> None:
    occurrence = replace(held(), place="东" * 200)
    assert "东" * 200 in loudspeaker(occurrence, OFFICE, TODAY, seconds=30).text


def test_nothing_is_said_that_is_not_known() -> None:
    occurrence = replace(held(), place="", note="")
    text = loudspeaker(occurrence, OfficeSettings(), TODAY, seconds=60).text
    assert "地点" not in text
    assert "电话" not in text


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("08:00-11:30", "上午八点到十一点半"),
        ("10:05-14:00", "上午十点零五分到下午两点"),
        ("19:00-20:45", "晚上七点到八点四十五分"),
        ("12:00", "下午十二点开始"),
        ("全天", "全天"),
    ],
)
def test_hours_are_said_as_people_say_them(hours: str, said: str) -> None:
    assert spoken_hours(held(hours)) == said


def test_numbers_are_said_as_people_say_them() -> None:
    assert [spoken(one) for one in (0, 5, 10, 11, 20, 31)] == [
        "零",
        "五",
        "十",
        "十一",
        "二十",
        "三十一",
    ]
    assert spoken_digits("0539-7612345") == "零五三九，七六幺二三四五"


def test_what_is_sent_on_is_right_on_any_day() -> None:
    text = forward_text(held(), OFFICE, TODAY)
    assert text.splitlines()[1] == "时间：12月5日（周六，农历十月廿七）08:00–11:30"
    assert "明天" not in text
    assert "待司法所核对" in forward_text(replace(held(), checked=False), OFFICE, TODAY)
