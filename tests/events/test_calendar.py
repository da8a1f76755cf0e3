import time as stopwatch
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.events.calendar import Calendar, load_calendar, render_preview
from bot.events.event import SHANGHAI, EventKind

TODAY = date(2026, 11, 23)

MARKET = """## 赶集普法
编号：market
类型：赶集
状态：已核对
规则：农历逢五逢十
时间：08:00-11:00
地点：文化广场
停办：腊月廿六 至 正月十五
"""
LECTURE = """## 季度讲座
编号：lecture
类型：讲座
状态：已核对
规则：每季度第一个周三
时间：14:30
"""
MONTH = """## 宣传月
编号：month
类型：宣传
规则：每年5月1日
天数：31
"""
PAUSED = MARKET.replace("market", "paused").replace("已核对", "暂停")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "赶集.md").write_text(
        "# 赶集\n\n先说两句。\n\n" + MARKET + PAUSED, encoding="utf-8"
    )
    (tmp_path / "其他.md").write_text(LECTURE + MONTH, encoding="utf-8")
    return tmp_path


@pytest.fixture
def calendar(folder: Path) -> Calendar:
    found, problems = load_calendar(folder)
    assert problems == []
    return found


def test_it_reads_every_file_of_the_folder(calendar: Calendar) -> None:
    assert [event.event_id for event in calendar.events] == ["lecture", "month", "market", "paused"]


def test_it_has_nothing_to_say_about_a_folder_that_is_not_there(tmp_path: Path) -> None:
    calendar, problems = load_calendar(tmp_path / "events")
    assert (list(calendar.events), problems) == ([], [])
    assert calendar.next_market(at("2026-11-23T09:00")) is None
    assert list(calendar.upcoming(at("2026-11-23T09:00"), 5)) == []
    assert list(render_preview(calendar, TODAY, 12)) == []


def test_it_names_both_places_where_a_number_is_used_twice(folder: Path) -> None:
    (folder / "又一个.md").write_text("\n" + MARKET, encoding="utf-8")
    calendar, problems = load_calendar(folder)
    assert len(calendar.events) == 4
    assert [(Path(one.path).name, one.line) for one in problems] == [("赶集.md", 5)]
    assert "编号“market”已经用在" in problems[0].text
    assert "又一个.md第2行" in problems[0].text


def test_it_reports_a_file_that_is_not_utf_8(folder: Path) -> None:
    (folder / "旧.md").write_bytes(MARKET.encode("gbk"))
    calendar, problems = load_calendar(folder)
    assert len(calendar.events) == 4
    assert "UTF-8" in problems[0].text


def test_it_lists_occurrences_of_all_events_in_order(calendar: Calendar) -> None:
    found = calendar.occurrences(date(2026, 12, 28), date(2027, 1, 12))
    assert [(one.day.isoformat(), one.event_id) for one in found] == [
        ("2026-12-28", "market"),
        ("2027-01-02", "market"),
        ("2027-01-06", "lecture"),
        ("2027-01-07", "market"),
        ("2027-01-12", "market"),
    ]


def test_it_describes_an_occurrence_fully(calendar: Calendar) -> None:
    one = calendar.occurrences(TODAY, TODAY)[0]
    assert (one.start, one.end) == (at("2026-11-23T08:00"), at("2026-11-23T11:00"))
    assert (one.name, one.kind, one.place) == ("赶集普法", EventKind.MARKET, "文化广场")
    assert (one.lunar, one.checked, one.all_day) == ("十月十五", True, False)


def test_it_counts_a_market_under_way_as_the_next_one(calendar: Calendar) -> None:
    for now, day in (
        ("2026-11-23T07:00", TODAY),
        ("2026-11-23T10:59", TODAY),
        ("2026-11-23T11:00", date(2026, 11, 28)),
    ):
        market = calendar.next_market(at(now))
        assert market is not None
        assert market.day == day


def test_it_finds_the_first_market_after_the_new_year_break(calendar: Calendar) -> None:
    market = calendar.next_market(at("2027-02-02T12:00"))
    assert market is not None
    assert (market.day, market.lunar) == (date(2027, 2, 25), "正月二十")


def test_it_reckons_with_the_office_s_time_zone(calendar: Calendar) -> None:
    """At 23:00 UTC on the 22nd it is the morning of the 23rd at the market."""
    market = calendar.next_market(datetime.fromisoformat("2026-11-22T23:00+00:00"))
    assert market is not None
    assert market.day == TODAY


def test_it_tells_of_an_event_of_many_days_until_it_is_over(calendar: Calendar) -> None:
    def upcoming(now: str) -> list[str]:
        return [one.event_id for one in calendar.upcoming(at(now), 3)]

    assert upcoming("2027-05-31T23:59")[0] == "month"
    assert "month" not in upcoming("2027-06-01T00:00")


def test_it_takes_an_event_without_an_end_to_last_a_while(calendar: Calendar) -> None:
    first = calendar.upcoming(at("2027-01-06T15:00"), 1)[0]
    assert first.event_id == "lecture"
    assert calendar.upcoming(at("2027-01-06T18:00"), 1)[0].event_id == "market"


def test_it_never_mentions_a_paused_event(calendar: Calendar) -> None:
    found = calendar.occurrences(TODAY, TODAY + timedelta(days=365))
    assert "paused" not in {one.event_id for one in found}


def test_it_previews_one_line_for_each_occurrence(calendar: Calendar) -> None:
    lines = render_preview(calendar, TODAY, 12)
    assert lines[0] == "2026-11-23  农历十月十五  周一  赶集普法  08:00–11:00  文化广场"
    assert "2027-01-06  农历冬月廿九  周三  季度讲座  14:30" in lines
    assert "2027-05-01  农历三月廿五  周六  劳动节  宣传月  全天  至2027-05-31  待核对" in lines
    assert len(lines) == len(calendar.occurrences(TODAY, date(2027, 11, 22)))


def test_it_previews_whole_months_up_to_the_day_before(calendar: Calendar) -> None:
    lines = render_preview(calendar, date(2026, 11, 23), 1)
    assert lines[-1].startswith("2026-12-18")
    assert render_preview(calendar, date(2026, 11, 23), 0) == []


def test_it_previews_a_year_of_fifty_events_at_once(tmp_path: Path) -> None:
    text = "".join(MARKET.replace("market", f"market-{number}") for number in range(50))
    (tmp_path / "many.md").write_text(text, encoding="utf-8")
    started = stopwatch.perf_counter()
    calendar, _ = load_calendar(tmp_path)
    lines = render_preview(calendar, TODAY, 12)
    assert len(lines) > 50 * 60
    assert stopwatch.perf_counter() - started < 1
