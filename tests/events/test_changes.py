"""A day called off, put off or moved: what the calendar, the notices and the problems say."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from bot.events.calendar import Calendar, describe, render_preview
from bot.events.event import SHANGHAI
from bot.events.notices import PlannedNotice, due_notices
from bot.events.parsing import parse_events

MARKET = """## 赶集普法
编号：market
类型：赶集
状态：已核对
规则：农历逢五逢十
时间：08:00-11:00
地点：文化广场
提前通知：前一天 17:00、当天 07:00
"""
DAY = date(2026, 11, 28)
"""A market day of the rule: 十月二十."""


def changed(*lines: str) -> Calendar:
    text = MARKET + "改动：\n" + "".join(f"- {line}\n" for line in lines)
    events, problems = parse_events(text, "x.md")
    assert [str(one) for one in problems] == []
    return Calendar(tuple(events))


def complaints(*lines: str) -> list[str]:
    text = MARKET + "改动：\n" + "".join(f"- {line}\n" for line in lines)
    events, problems = parse_events(text, "x.md")
    assert problems == [] or events == []
    return [str(one) for one in problems]


def notices(calendar: Calendar) -> Sequence[PlannedNotice]:
    around = datetime(2026, 11, 28, tzinfo=SHANGHAI)
    return due_notices(calendar, around - timedelta(days=3), around + timedelta(days=3))


def held(calendar: Calendar) -> list[str]:
    found = calendar.occurrences(DAY - timedelta(days=2), DAY + timedelta(days=3))
    return [describe(one, DAY - timedelta(days=9)) for one in found]


def test_a_cancelled_day_is_not_held_and_its_notice_says_so() -> None:
    calendar = changed("2026-11-28 取消（下雨）")
    assert held(calendar) == []
    (notice,) = notices(calendar)
    assert notice.text == "【赶集普法】原定11月28日周六08:00–11:00的赶集普法取消（下雨）。"
    assert (notice.due_at, notice.expires_at) == (
        datetime(2026, 11, 27, 17, tzinfo=SHANGHAI),
        datetime(2026, 11, 28, 8, tzinfo=SHANGHAI),
    )
    assert calendar.changes(DAY, DAY) == ["原定11月28日周六08:00–11:00的赶集普法取消（下雨）。"]
    assert calendar.changes(DAY + timedelta(days=1), DAY + timedelta(days=9)) == []


def test_a_day_put_off_is_held_on_the_other_with_notices_of_its_own() -> None:
    calendar = changed("2026-11-28 推迟到 2026年11月29日 9点-11点（修路）")
    assert held(calendar) == [
        "11月29日（周日，农历十月廿一）09:00–11:00，赶集普法，地点：文化广场（原定11月28日）"
    ]
    change, before, same_day = notices(calendar)
    assert change.text == (
        "【赶集普法】原定11月28日周六的赶集普法改到11月29日周日09:00–11:00（修路），地点：文化广场。"
    )
    assert [one.occurrence_start.day for one in (change, before, same_day)] == [28, 29, 29]
    assert (before.kind, same_day.kind) == ("前一天", "当天")
    (line,) = render_preview(calendar, DAY, 1)[:1]
    assert "2026-11-29" in line
    assert "原定2026-11-28" in line


def test_another_place_and_hour_are_one_change() -> None:
    calendar = changed("2026-11-28 改地点：村部大院", "2026-11-28 改时间：09:00-11:30（修路）")
    assert held(calendar) == ["11月28日（周六，农历十月二十）09:00–11:30，赶集普法，地点：村部大院"]
    text = "11月28日周六的赶集普法，时间改为09:00–11:30，地点改为村部大院（修路）。"
    assert calendar.changes(DAY, DAY) == [text]
    assert [one.kind.partition("-")[0] for one in notices(calendar)] == ["前一天", "改动", "当天"]


def test_another_change_of_the_day_is_another_notice() -> None:
    keys = {
        one.key
        for lines in ("2026-11-28 取消", "2026-11-28 取消（下雨）", "2026-11-28 改到 2026-11-29")
        for one in notices(changed(lines))
        if one.kind.startswith("改动")
    }
    assert len(keys) == 3


def test_a_change_is_told_until_the_earlier_of_both_days() -> None:
    planned = notices(changed("2026-11-28 提前到 2026-11-27 10:00-11:00"))
    (change,) = [one for one in planned if one.kind.startswith("改动")]
    assert change.due_at == datetime(2026, 11, 26, 17, tzinfo=SHANGHAI)
    assert change.expires_at == datetime(2026, 11, 27, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2026-11-27 取消", "这天本来就没有"),
        ("2026-11-31 取消", "没有“2026-11-31”这一天"),
        ("11月28日 取消", "看不懂改动"),
        ("2026-11-28 下雨", "看不懂改动"),
        ("2026-11-28 改到 明天", "要写年月日"),
        ("2026-11-28 改到 2026-11-28", "还是 2026-11-28 这一天"),
        ("2026-11-28 改到 2026-12-03", "那天已经有一场了"),
        ("2026-11-28 改时间：11:00-9:00", "写反了"),
        ("2026-11-28 改时间：待定", "里的时间"),
    ],
)
def test_what_cannot_be_is_told_with_its_line(line: str, words: str) -> None:
    (problem,) = complaints(line)
    assert problem.startswith("x.md:10: 错误")
    assert words in problem


def test_two_days_cannot_be_put_on_one_nor_one_day_be_off_and_on() -> None:
    both = ("2026-11-28 改到 2026-11-30", "2026-12-03 改到 2026-11-30")
    assert "那天已经有一场了" in complaints(*both)[0]
    assert "只能写一样" in complaints("2026-11-28 取消", "2026-11-28 改地点：村部")[0]
