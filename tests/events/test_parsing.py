from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Problem, Severity
from bot.events.calendar import Calendar, render_preview
from bot.events.event import (
    SHANGHAI,
    DateRange,
    Event,
    EventKind,
    EventStatus,
    IfLate,
    Lateness,
    LunarRange,
    LunarRule,
    NoticeTime,
)
from bot.events.parsing import LABELS, parse_events

PATH = "knowledge/events/x.md"

WHOLE = """# 活动

写在最前面的话，不属于任何一个活动。

- “编号”：随便写写也不要紧。

## 文化广场赶集
编号：ganji-1
类型：赶集
状态：已核对
规则：逢五排十
缺三十：提前到廿九
开始：2026-12-01
截止：2027年12月31日
时间：８：００－１１：３０
地点：文化广场（东头）
停办：
- 2027-02-05 至 2027-02-21（春节）
- 正月初一 至 正月十五
- 2027-05-01
加办：
- 2027-02-03
提前通知：前一天 17:00、当天 06:30
通知：【{名称}】{哪天}{时间}见。
说明：带上材料。
"""


def one_event(text: str) -> Event:
    events, problems = parse_events(text, PATH)
    assert [str(one) for one in problems] == []
    assert len(events) == 1
    return events[0]


def block(**fields: str) -> str:
    """Write an event that is right but for the fields given."""
    lines = {"编号": "x-1", "类型": "赶集", "规则": "农历逢五逢十", "状态": "已核对"} | fields
    return "## 赶集\n" + "\n".join(f"{label}：{value}" for label, value in lines.items()) + "\n"


def problems_of(text: str) -> list[Problem]:
    return parse_events(text, PATH)[1]


def test_it_reads_everything_a_clerk_may_write() -> None:
    event = one_event(WHOLE)
    assert (event.event_id, event.name, event.kind) == ("ganji-1", "文化广场赶集", EventKind.MARKET)
    assert event.status is EventStatus.CHECKED
    assert isinstance(event.rule, LunarRule)
    assert event.rule.short_month_on_29
    assert (event.first, event.last) == (date(2026, 12, 1), date(2027, 12, 31))
    assert (event.starts_at, event.ends_at) == (time(8), time(11, 30))
    assert event.place == "文化广场（东头）"
    assert event.exceptions.dates == (
        DateRange(date(2027, 2, 5), date(2027, 2, 21)),
        DateRange(date(2027, 5, 1), date(2027, 5, 1)),
    )
    assert event.exceptions.lunar == (LunarRange((1, 1), (1, 15)),)
    assert event.extra == (date(2027, 2, 3),)
    assert event.notice_times == (
        NoticeTime("前一天", 1, time(17)),
        NoticeTime("当天", 0, time(6, 30)),
    )
    assert event.notice_text == "【{名称}】{哪天}{时间}见。"
    assert (event.note, event.path, event.line) == ("带上材料。", PATH, 7)


def test_it_needs_little_more_than_a_number_and_a_rule() -> None:
    event = one_event("## 讲座\n编号：7\n规则：2026年12月4日\n")
    assert (event.kind, event.status) == (EventKind.OTHER, EventStatus.PENDING)
    assert (event.starts_at, event.ends_at, event.place) == (None, None, "")


def test_it_takes_dates_written_as_a_list() -> None:
    event = one_event("## 讲座\n编号：7\n规则：\n- 2026-12-04\n- 2027-03-15（周一）\n")
    calendar = Calendar((event,))
    found = calendar.occurrences(date(2026, 1, 1), date(2028, 1, 1))
    assert [one.day for one in found] == [date(2026, 12, 4), date(2027, 3, 15)]


@pytest.mark.parametrize("place", ["", "（待填写）", "待填写", "待定", "无"])
def test_it_takes_a_place_that_is_not_filled_in_for_none(place: str) -> None:
    assert one_event(block(地点=place)).place == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("前一天 17:00", [("前一天", 1, 17)]),
        ("提前一天17点", [("前一天", 1, 17)]),
        ("前三天 9:00", [("前3天", 3, 9)]),
        ("前一周 09:00", [("前7天", 7, 9)]),
        ("前两天下午3点", [("前2天", 2, 15)]),
        ("前一天 09:00、前一天 17:00", [("前一天", 1, 9), ("前一天第2次", 1, 17)]),
    ],
)
def test_it_reads_when_notices_go_out(text: str, expected: list[tuple[str, int, int]]) -> None:
    found = one_event(block(提前通知=text)).notice_times
    assert [(one.kind, one.days_before, one.at.hour) for one in found] == expected


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("08:00-11:00", (time(8), time(11))),
        ("8:00 — 11:00", (time(8), time(11))),
        ("上午8点到11点半", (time(8), time(11, 30))),
        ("下午2点-4点", (time(14), time(16))),
        ("14时30分至16时", (time(14, 30), time(16))),
        ("09:00", (time(9), None)),
        ("全天", (None, None)),
    ],
)
def test_it_reads_hours(text: str, hours: tuple[time | None, time | None]) -> None:
    event = one_event(block(时间=text))
    assert (event.starts_at, event.ends_at) == hours


@pytest.mark.parametrize(
    ("fields", "line", "text"),
    [
        ({"规则": "随便哪天"}, 4, "看不懂规则“随便哪天”"),
        ({"规则": "2026-02-30"}, 4, "没有“2026-02-30”这一天"),
        ({"规则": "2150-01-01"}, 4, "超出了农历能推算的范围"),
        ({"规则": "RRULE:FREQ=SECONDLY"}, 4, "FREQ 只能是"),
        ({"规则": "每两周周三"}, 4, "这条规则要配“开始"),
        ({"规则": "正月初五", "停办": "正月初一 至 正月十五"}, 4, "一次也不会办"),
        ({"规则": "2026-12-04", "截止": "2026-12-01"}, 4, "一次也不会办"),
        ({"规则": "每年2月29日", "开始": "2029-01-01"}, 4, "一次也不会办"),
        ({"编号": ""}, 2, "没有写编号"),
        ({"编号": "赶集一"}, 2, "编号“赶集一”只能用字母"),
        ({"编号": "a b"}, 2, "编号“a b”只能用字母"),
        ({"类型": "赶大集"}, 3, "只能写：赶集、讲座、宣传、其他"),
        ({"状态": "停用"}, 5, "只能写：待核对、已核对、暂停"),
        ({"开始": "2026-12-01", "截止": "2026-11-01"}, 7, "早于开始"),
        ({"开始": "下个月"}, 6, "看不懂日期“下个月”"),
        ({"时间": "11:00-08:00"}, 6, "写反了"),
        ({"时间": "25:00-26:00"}, 6, "没有“25:00”这个时间"),
        ({"时间": "早饭后"}, 6, "看不懂时间“早饭后”"),
        ({"时间": "8:00-9:00-10:00"}, 6, "看不懂时间"),
        ({"天数": "很多"}, 6, "看不懂天数"),
        ({"天数": "0"}, 6, "看不懂天数"),
        ({"停办": "2027-02-21 至 2027-02-05"}, 6, "写反了"),
        ({"停办": "2027-02-05 至 正月十五"}, 6, "一头是农历"),
        ({"停办": "2027-02-05 至 2027-02-07 至 2027-02-09"}, 6, "一行只写一天或一段"),
        ({"停办": "春节"}, 6, "看不懂日期“春节”"),
        ({"停办": "\n- 2027-02-05\n- 2027-02-31"}, 8, "没有“2027-02-31”这一天"),
        ({"加办": "\n- 2027-02-05\n- 2027-13-01"}, 8, "没有“2027-13-01”这一天"),
        ({"提前通知": "提前说一声"}, 6, "看不懂提前通知“提前说一声”"),
        ({"提前通知": "前一天"}, 6, "看不懂时间"),
        ({"提前通知": "前十周 09:00"}, 6, "提前 70 天太早"),
        ({"提前通知": "当天 06:30、当天 06:30"}, 6, "写了两次"),
        ({"提前通知": "当天 08:00", "时间": "08:00-11:00"}, 6, "活动已经开始"),
        ({"提前通知": "当天 06:30", "通知": "{电话}"}, 7, "“{电话}”不认识"),
        ({"提前通知": "当天 06:30", "通知": "好" * 301}, 7, "不能超过 300 字"),
        ({"缺三十": "随便"}, 6, "只能写“不办”或“提前到廿九”"),
    ],
)
def test_it_names_the_line_and_the_mistake(fields: dict[str, str], line: int, text: str) -> None:
    events, problems = parse_events(block(**fields), PATH)
    assert events == []
    assert [(one.path, one.line, one.severity) for one in problems] == [
        (PATH, line, Severity.ERROR)
    ]
    assert text in problems[0].text


def test_it_only_warns_about_what_does_no_harm() -> None:
    for fields in ({"通知": "{名称}"}, {"规则": "每周三", "缺三十": "不办"}):
        events, problems = parse_events(block(**fields), PATH)
        assert len(events) == 1
        assert [one.severity for one in problems] == [Severity.WARNING]


def test_it_reports_an_event_without_a_rule_and_one_with_a_long_name() -> None:
    assert "没有写规则" in problems_of("## 赶集\n编号：x\n")[0].text
    assert "活动名超过" in problems_of(block().replace("## 赶集", "## " + "集" * 31))[0].text


def test_it_keeps_the_events_that_are_right() -> None:
    events, problems = parse_events(block(规则="每周八") + block(编号="x-2"), PATH)
    assert [event.event_id for event in events] == ["x-2"]
    assert len(problems) == 1


def test_it_reports_every_mistake_of_one_event() -> None:
    text = block(类型="集", 时间="11:00-08:00", 停办="\n- 昨天\n- 前天")
    assert [one.line for one in problems_of(text)] == [3, 6, 8, 9]


LUNAR_PIECES = [
    "农历",
    "每月",
    "每年",
    "逢",
    "五",
    "十",
    "初",
    "廿",
    "三十",
    "排",
    "、",
    "闰",
    "正月",
    "腊月",
    "除夕",
    "²",
    "Ⅷ",
    "0",
    "00",
    "31",
]
SOLAR_PIECES = [
    "每周",
    "第一个",
    "最后一个",
    "周三",
    "12月4日",
    "2026-02-30",
    "2026年12月4日",
    "9999-12-31",
    "至",
    "-",
]
RRULE_PIECES = ["RRULE:", "FREQ=YEARLY", "FREQ=DAILY", ";BYMONTH=2", ";BYMONTHDAY=29", ";BYDAY=5MO"]
RRULE_ENDINGS = [";INTERVAL=12", ";COUNT=1000", ";UNTIL=20261231", ";BYSETPOS=-1"]
OTHER_PIECES = [
    "08:00",
    "-11:00",
    "下午",
    "前一天",
    "当天",
    "99:99",
    "（",
    "）",
    "{",
    "}",
    "{名称}",
    "待核对",
    "暂停",
    "赶集",
    "：",
    ":",
]
PIECES = st.sampled_from(
    [*LUNAR_PIECES, *SOLAR_PIECES, *RRULE_PIECES, *RRULE_ENDINGS, *OTHER_PIECES]
)
VALUES = st.one_of(
    st.lists(PIECES, max_size=6).map("".join),
    st.lists(PIECES, max_size=4).map(lambda parts: "\n- " + "\n- ".join(parts)),
    st.text(max_size=20),
)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(sorted(LABELS)), VALUES))
def test_it_never_fails_on_anything_a_clerk_may_type(fields: dict[str, str]) -> None:
    """Whatever is read can be shown: no value gets through that breaks a preview later."""
    events, problems = parse_events(block(**fields), PATH)
    assert events or problems
    lines = render_preview(Calendar(tuple(events)), date(2026, 11, 23), 3)
    assert all(line.startswith("202") for line in lines)


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=200))
def test_it_never_fails_on_any_text(text: str) -> None:
    events, _ = parse_events("## 赶集\n" + text, PATH)
    assert len(events) <= text.count("\n") + 1


def test_its_hours_are_the_office_s() -> None:
    event = one_event(block(时间="08:00-11:00"))
    day = date(2026, 11, 23)
    occurrence = Calendar((event,)).occurrences(day, day)[0]
    assert occurrence.start.tzinfo is SHANGHAI
    assert occurrence.start.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2小时内补发，再晚问人", Lateness(timedelta(hours=2), IfLate.ASK)),
        ("半小时内补发，再晚不发", Lateness(timedelta(minutes=30), IfLate.DROP)),
        ("晚十分钟以内照发，过了就不发", Lateness(timedelta(minutes=10), IfLate.DROP)),
        ("再晚随回复带出", Lateness(None, IfLate.RIDE)),
        ("问人", Lateness(None, IfLate.ASK)),
        ("", Lateness()),
    ],
)
def test_it_reads_what_is_done_with_a_late_notice(text: str, expected: Lateness) -> None:
    events, problems = parse_events(block(错过时间=text, 提前通知="前一天 17:00"), "活动.md")
    assert problems == []
    assert events[0].lateness == expected


@pytest.mark.parametrize("text", ["看着办", "两天内补发", "2小时内补发"])
def test_it_names_what_it_cannot_do_with_a_late_notice(text: str) -> None:
    (problem,) = problems_of(block(错过时间=text, 提前通知="前一天 17:00"))
    assert "错过时间" in problem.text
