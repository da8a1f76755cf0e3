"""Two events at one place and time are named once, with file and line."""

from datetime import date, timedelta

import pytest

from bot.events.conflicts import find_conflicts, find_unknown_villages
from bot.events.parsing import parse_events

TODAY = date(2026, 11, 23)
MARKET = """## 赶集普法
编号：market
规则：每周六
时间：08:00-11:00
地点：文化广场
"""
LECTURE = """## 法治讲座
编号：lecture
规则：{rule}
时间：{hours}
地点：{place}
状态：{status}
"""


def conflicts(
    *,
    rule: str = "2026-12-05",
    hours: str = "10:00-12:00",
    place: str = "文化广场",
    status: str = "已核对",
    more: str = "",
) -> list[str]:
    lecture = LECTURE.format(rule=rule, hours=hours, place=place, status=status)
    events, problems = parse_events(f"{MARKET}\n{lecture}{more}", "x.md")
    assert [str(one) for one in problems] == []
    return [str(one) for one in find_conflicts(events, TODAY, TODAY + timedelta(days=60))]


def test_it_names_both_and_the_first_day_they_meet() -> None:
    (problem,) = conflicts(rule="每月第一个周六")
    assert problem == (
        "x.md:7: 提醒: 2026-12-05 文化广场：“法治讲座”和“赶集普法”（x.md 第 1 行）"
        "在同一时间、同一地点，请核对"
    )


@pytest.mark.parametrize(
    "different",
    [
        {"rule": "2026-12-06"},
        {"hours": "11:00-12:00"},
        {"hours": "06:00-08:00"},
        {"hours": ""},
        {"place": "村部"},
        {"place": ""},
        {"status": "暂停"},
        {"more": "改动：2026-12-05 改地点：村部\n"},
        {"more": "改动：2026-12-05 取消\n"},
    ],
)
def test_it_says_nothing_of_what_does_not_meet(different: dict[str, str]) -> None:
    assert conflicts(**different) == []


def test_a_day_moved_onto_another_meets_it() -> None:
    assert conflicts(rule="2026-12-06", more="改动：2026-12-06 改到 2026-12-12\n")
    assert conflicts(place="村部", more="改动：2026-12-05 改地点：文化广场\n")


def test_it_warns_of_a_village_nobody_lists() -> None:
    text = "## 集\n编号：ji\n规则：每周三\n通知谁：村：东村、西村\n提前通知：前一天 17:00\n"
    events, problems = parse_events(text, "活动.md")
    assert not problems
    (warning,) = find_unknown_villages(events, {"东村"})
    assert (warning.line, "西村" in warning.text) == (1, True)
