"""`/events.ics`: what a phone reads, and that a changed date stays the same date."""

from datetime import UTC, date, datetime
from pathlib import Path

import icalendar
import pytest
from icalendar import Component

from bot.events.calendar import load_calendar
from bot.events.event import SHANGHAI
from bot.web.events_feed import list_entries
from tests.web.conftest import Office

EVENTS = """
## 赶集普法，第一场
编号：ganji
类型：赶集
状态：已核对
规则：2026-12-05、2026-12-10、2026-12-15、2026-12-20
时间：08:00-11:00
地点：大集东头；南门
说明：带上材料来问。
改动：
- 2026-12-10 取消（下雨）
- 2026-12-15 改到 2026-12-16（修路）

## 宪法宣传周
编号：xianfa-zhou
规则：每年12月1日
天数：7

## 不办了的
编号：zanting
状态：暂停
规则：2026-12-05
"""
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
def feed(office: Office) -> list[Component]:
    folder = office.parts.settings.knowledge.path / "events"
    folder.mkdir(exist_ok=True)
    (folder / "活动.md").write_text(EVENTS, encoding="utf-8")
    office.parts.content.reload_if_changed()
    response = office.app.test_client().get("/events.ics")
    assert response.status_code == 200
    assert response.mimetype == "text/calendar"
    raw = response.data
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return list(icalendar.Calendar.from_ical(raw).walk("VEVENT"))


def test_a_phone_reads_every_date_once(feed: list[Component]) -> None:
    by_uid = {str(one["uid"]): one for one in feed}
    assert len(by_uid) == len(feed)
    market = by_uid["ganji-2026-12-05@feisu"]
    assert market.decoded("dtstart") == datetime(2026, 12, 5, 0, 0, tzinfo=UTC)
    assert market.decoded("dtend") == datetime(2026, 12, 5, 3, 0, tzinfo=UTC)
    assert market["summary"] == "赶集普法，第一场"
    assert market["location"] == "大集东头；南门"
    assert market["description"] == "农历十月廿七\n带上材料来问。"
    assert market["status"] == "CONFIRMED"


def test_a_changed_date_is_the_same_date_with_a_higher_number(feed: list[Component]) -> None:
    by_uid = {str(one["uid"]): one for one in feed}
    called_off = by_uid["ganji-2026-12-10@feisu"]
    assert (called_off["status"], called_off["sequence"]) == ("CANCELLED", 1)
    assert called_off["summary"].startswith("【取消】")
    assert "下雨" in called_off["description"]
    moved = by_uid["ganji-2026-12-15@feisu"]
    assert moved.decoded("dtstart").date() == date(2026, 12, 16)
    assert (moved["status"], moved["sequence"]) == ("CONFIRMED", 1)


def test_a_week_is_one_date_and_what_nobody_checked_says_so(feed: list[Component]) -> None:
    (week,) = [one for one in feed if str(one["uid"]).startswith("xianfa-zhou-2026")]
    assert week.decoded("dtstart") == date(2026, 12, 1)
    assert week.decoded("dtend") == date(2026, 12, 8)
    assert week["status"] == "TENTATIVE"
    assert "待司法所核对" in week["summary"]
    assert not [one for one in feed if "zanting" in one["uid"]]


def test_a_phone_that_asks_again_is_told_that_nothing_is_new(office: Office) -> None:
    client = office.app.test_client()
    tag = client.get("/events.ics").headers["ETag"]
    assert client.get("/events.ics", headers={"If-None-Match": tag}).status_code == 304


def test_the_shipped_events_make_a_feed_of_a_year() -> None:
    calendar, _ = load_calendar(Path("knowledge/events"))
    entries = list(list_entries(calendar, NOW))
    assert len(entries) > 60
    assert len({one.uid for one in entries}) == len(entries)
