from datetime import date, datetime

import pytest

from bot.events.calendar import occurrence_on
from bot.events.event import SHANGHAI, Event, Occurrence
from bot.events.parsing import parse_events
from bot.events.wording import describe, fill, notice_text, unknown_placeholders

TODAY = date(2026, 11, 23)


def event(**fields: str) -> Event:
    lines = {"编号": "x", "类型": "赶集", "规则": "农历逢五逢十", "状态": "已核对"}
    lines |= {"时间": "08:00-11:00", "地点": "大集东头"} | fields
    text = "## 赶集普法\n" + "\n".join(f"{label}：{value}" for label, value in lines.items())
    return parse_events(text, "x.md")[0][0]


def occurrence(day: date = TODAY, **fields: str) -> Occurrence:
    return occurrence_on(event(**fields), day)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (
            date(2026, 11, 23),
            "今天11月23日（周一，农历十月十五）",
        ),
        (
            date(2026, 11, 24),
            "明天11月24日（周二，农历十月十六）",
        ),
        (
            date(2026, 11, 25),
            "后天11月25日（周三，农历十月十七）",
        ),
        (date(2026, 11, 28), "11月28日（周六，农历十月二十）"),
        (
            date(2027, 1, 2),
            "2027年1月2日（周六，农历冬月廿五）",
        ),
    ],
)
def test_it_tells_a_resident_when_and_where(day: date, text: str) -> None:
    assert describe(occurrence(day), TODAY) == f"{text}08:00–11:00，赶集普法，地点：大集东头"


def test_it_leaves_out_what_is_not_known() -> None:
    assert describe(occurrence(地点="（待填写）", 时间=""), TODAY) == (
        "今天11月23日（周一，农历十月十五），赶集普法"
    )


def test_it_says_where_the_office_has_not_confirmed_the_dates() -> None:
    text = describe(occurrence(状态="待核对"), TODAY)
    assert text.endswith("地点：大集东头（待司法所核对）")


def test_it_tells_of_many_days_before_and_while_they_last() -> None:
    month = occurrence(date(2027, 5, 1), 天数="31", 时间="", 地点="")
    assert describe(month, date(2027, 4, 30)) == (
        "明天5月1日（周六，农历三月廿五）至5月31日，赶集普法"
    )
    assert describe(month, date(2027, 5, 9)) == "正在进行，到5月31日为止，赶集普法"


def test_it_says_明天_across_a_year_end() -> None:
    text = describe(occurrence(date(2027, 1, 1)), date(2026, 12, 31))
    assert text.startswith("明天2027年1月1日（周五，农历冬月廿四）")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("甲，地点：{地点}。乙。", "甲。乙。"),
        ("甲，地点：{地点}，乙。", "甲，乙。"),
        ("甲，地点：{地点}", "甲"),
        ("地点：{地点}。乙。", "乙。"),
        ("甲。{地点}", "甲。"),
        ("甲在{地点}", ""),
        ("{名称}，{地点}！\n乙", "集！\n乙"),
        ("{名称}{别的}", "集{别的}"),
    ],
)
def test_it_leaves_out_a_clause_with_nothing_to_say(template: str, text: str) -> None:
    assert fill(template, {"名称": "集", "地点": ""}) == text


def test_it_fills_in_every_placeholder_of_a_notice() -> None:
    template = "【{名称}】{哪天}（{日期}，农历{农历}）{时间}，{地点}。{说明}"
    held = event(通知=template, 提前通知="前一天 17:00", 说明="带上材料。")
    text = notice_text(held, occurrence_on(held, date(2026, 11, 28)), date(2026, 11, 27))
    assert text == "【赶集普法】明天（11月28日周六，农历十月二十）08:00–11:00，大集东头。带上材料。"


def test_it_has_a_notice_ready_for_an_event_without_one() -> None:
    held = event(提前通知="前一天 17:00", 地点="")
    text = notice_text(held, occurrence_on(held, date(2026, 11, 28)), date(2026, 11, 27))
    assert text == "【赶集普法】11月28日周六（农历十月二十）08:00–11:00。"


def test_it_names_a_far_day_instead_of_a_relative_one() -> None:
    held = event(提前通知="前三天 17:00", 通知="{哪天}赶集")
    text = notice_text(held, occurrence_on(held, date(2026, 11, 28)), date(2026, 11, 25))
    assert text == "11月28日赶集"


def test_it_finds_braces_that_mean_nothing() -> None:
    assert unknown_placeholders("{名称}{电话}{}") == ["电话", ""]


def test_it_gives_the_hours_of_an_event_without_an_end() -> None:
    one = occurrence(时间="14:30")
    assert one.end is None
    assert describe(one, TODAY).startswith("今天11月23日（周一，农历十月十五）14:30，")
    assert one.over_at == datetime(2026, 11, 23, 17, 30, tzinfo=SHANGHAI)
