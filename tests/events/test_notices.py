from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events.calendar import Calendar
from bot.events.event import SHANGHAI
from bot.events.notices import PlannedNotice, due_notices
from bot.events.parsing import parse_events

MARKET = """## 赶集普法
编号：market
类型：赶集
状态：已核对
规则：农历逢五逢十
时间：08:00-11:00
停办：腊月廿六 至 正月十五
提前通知：前一天 17:00、当天 06:30
通知：【{名称}】{日期}（农历{农历}）{时间}，地点：{地点}。
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def calendar(text: str = MARKET) -> Calendar:
    events, problems = parse_events(text, "x.md")
    assert problems == []
    return Calendar(tuple(events))


def due(since: str, now: str, text: str = MARKET) -> Sequence[PlannedNotice]:
    return due_notices(calendar(text), at(since), at(now))


def test_it_plans_the_notices_of_a_market_day() -> None:
    found = due("2026-11-27T00:00", "2026-11-28T12:00")
    assert [(one.kind, one.due_at) for one in found] == [
        ("前一天", at("2026-11-27T17:00")),
        ("当天", at("2026-11-28T07:00")),
    ]
    first = found[0]
    assert first.text == "【赶集普法】11月28日周六（农历十月二十）08:00–11:00。"
    assert (first.event_id, first.audience, first.checked) == ("market", "all", True)
    assert first.occurrence_start == at("2026-11-28T08:00")


def test_it_gives_each_notice_in_exactly_one_of_the_windows_that_meet() -> None:
    whole = due("2026-11-23T00:00", "2026-12-23T00:00")
    hours = [at("2026-11-23T00:00") + timedelta(hours=step) for step in range(0, 721, 3)]
    pieces = [one for since, now in pairwise(hours) for one in due_notices(calendar(), since, now)]
    assert pieces == list(whole)
    assert len({one.key for one in whole}) == len(whole) == 12


def test_it_includes_the_moment_itself_and_not_the_one_before() -> None:
    assert len(due("2026-11-27T16:59", "2026-11-27T17:00")) == 1
    assert len(due("2026-11-27T17:00", "2026-11-27T18:00")) == 0


def test_it_gives_the_same_keys_after_a_restart_and_an_edit_of_the_hours() -> None:
    later = MARKET.replace("08:00-11:00", "08:30-11:30").replace("17:00", "16:00")
    before = due("2026-11-27T00:00", "2026-11-28T12:00")
    after = due("2026-11-27T00:00", "2026-11-28T12:00", later)
    assert [one.key for one in before] == [one.key for one in after]
    assert before[0].key == ("market", "2026-11-28", "前一天", "all")


def test_a_notice_expires_when_it_is_late() -> None:
    eve, morning = due("2026-11-27T00:00", "2026-11-28T12:00")
    assert eve.expires_at == at("2026-11-27T19:00")
    assert eve.useful_until == at("2026-11-28T08:00")
    assert morning.expires_at == morning.useful_until == at("2026-11-28T08:00")


def test_it_never_lets_a_late_notice_run_into_the_quiet_hours() -> None:
    text = MARKET.replace("前一天 17:00、当天 06:30", "前一天 20:00")
    found = due_notices(
        calendar(text), at("2026-11-27T00:00"), at("2026-11-28T00:00"), timedelta(hours=6)
    )
    assert found[0].expires_at == at("2026-11-27T21:00")


@pytest.mark.parametrize(
    ("hours", "notice", "moved"),
    [
        ("08:00-11:00", "当天 06:30", "2026-11-28T07:00"),
        ("08:00-11:00", "前一天 21:00", "2026-11-28T07:00"),
        ("08:00-11:00", "前一天 23:30", "2026-11-28T07:00"),
        ("08:00-11:00", "前一天 20:59", "2026-11-27T20:59"),
        ("08:00-11:00", "当天 07:00", "2026-11-28T07:00"),
        ("06:00-09:00", "当天 05:00", "2026-11-27T20:30"),
        ("07:00-09:00", "当天 05:00", "2026-11-27T20:30"),
        ("22:00-23:00", "当天 21:30", "2026-11-28T20:30"),
        ("全天", "当天 06:30", "2026-11-28T07:00"),
        ("全天", "当天 23:00", "2026-11-28T20:30"),
    ],
)
def test_it_moves_a_notice_out_of_the_quiet_hours(hours: str, notice: str, moved: str) -> None:
    text = MARKET.replace("08:00-11:00", hours).replace("前一天 17:00、当天 06:30", notice)
    found = due("2026-11-27T12:00", "2026-11-29T00:00", text)
    days = {one.occurrence_start.date().isoformat(): one for one in found}
    assert days["2026-11-28"].due_at == at(moved)


def test_it_knows_quiet_hours_at_noon_and_none_at_all() -> None:
    text = MARKET.replace("前一天 17:00、当天 06:30", "前一天 12:30、前一天 23:00")
    window = (calendar(text), at("2026-11-27T00:00"), at("2026-11-28T07:30"))
    noon = due_notices(*window, quiet_from=time(12), quiet_until=time(14))
    assert [one.due_at.hour for one in noon] == [14, 23]
    never = due_notices(*window, quiet_from=time(0), quiet_until=time(0))
    assert [one.due_at.hour for one in never] == [12, 23]
    assert never[1].expires_at == at("2026-11-28T00:00")


def test_it_says_明天_on_the_day_it_is_really_sent() -> None:
    text = MARKET.replace("08:00-11:00", "06:00-09:00").replace("【{名称}】{日期}", "{哪天}有集")
    text = text.replace("前一天 17:00、当天 06:30", "当天 05:00")
    moved = due("2026-11-27T20:00", "2026-11-28T12:00", text)[0]
    assert moved.kind == "当天"
    assert moved.text.startswith("明天有集（")
    assert moved.useful_until == at("2026-11-28T00:00")


def test_it_tells_two_notices_of_one_day_apart() -> None:
    text = MARKET.replace("前一天 17:00、当天 06:30", "前一天 09:00、前一天 17:00")
    found = due("2026-11-27T00:00", "2026-11-28T00:00", text)
    assert [one.kind for one in found] == ["前一天", "前一天第2次"]


def test_it_plans_nothing_for_a_paused_event_or_inside_a_break() -> None:
    assert due("2026-11-23T00:00", "2027-11-23T00:00", MARKET.replace("已核对", "暂停")) == []
    assert due("2027-02-02T00:00", "2027-02-22T00:00") == []


def test_it_lets_the_caller_hold_back_what_is_not_confirmed() -> None:
    pending = calendar(MARKET.replace("已核对", "待核对"))
    window = (at("2026-11-27T00:00"), at("2026-11-28T00:00"))
    shown = due_notices(pending, *window)
    assert [one.checked for one in shown] == [False]
    assert shown[0].text.endswith("（待司法所核对）")
    assert due_notices(pending, *window, include_unverified=False) == []


def test_it_looks_far_enough_ahead_for_an_early_notice() -> None:
    text = MARKET.replace("前一天 17:00、当天 06:30", "前两周 09:00")
    found = due("2026-11-14T00:00", "2026-11-14T12:00", text)
    assert [one.occurrence_start for one in found] == [at("2026-11-28T08:00")]


def test_it_plans_across_a_month_and_a_year_end() -> None:
    found = due("2026-12-31T00:00", "2027-01-02T12:00")
    assert [one.due_at for one in found] == [at("2027-01-01T17:00"), at("2027-01-02T07:00")]
    assert "农历冬月廿五" in found[0].text


HOURS = st.times(min_value=time(0), max_value=time(23, 59)).map(
    lambda hour: hour.replace(second=0, microsecond=0)
)


@given(notice=HOURS, start=HOURS, quiet_from=HOURS, quiet_until=HOURS, days=st.integers(0, 3))
def test_it_never_disturbs_anybody_nor_comes_after_the_beginning(
    notice: time, start: time, quiet_from: time, quiet_until: time, days: int
) -> None:
    if days == 0 and notice >= start:
        notice, start = start, notice
    if notice == start:
        days = max(days, 1)
    lead = f"前{days}天" if days else "当天"
    text = MARKET.replace("08:00-11:00", f"{start:%H:%M}")
    text = text.replace("前一天 17:00、当天 06:30", f"{lead} {notice:%H:%M}")
    found = due_notices(
        calendar(text),
        at("2026-11-20T00:00"),
        at("2026-12-01T00:00"),
        quiet_from=quiet_from,
        quiet_until=quiet_until,
    )
    assert {one.occurrence_start.day for one in found} >= {28}
    for one in found:
        assert one.due_at < one.expires_at <= one.occurrence_start
        assert not _is_quiet(one.due_at.time(), quiet_from, quiet_until)


def _is_quiet(hour: time, begin: time, end: time) -> bool:
    if begin <= end:
        return begin <= hour < end
    return hour >= begin or hour < end
