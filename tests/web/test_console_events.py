"""The calendar at the console: the month, one date with its papers, the form, a change."""

from datetime import datetime

import pytest

from bot.events.event import SHANGHAI
from bot.storage.staff import Role
from tests.web.clerk import Clerk, sign_in
from tests.web.conftest import Builder, Office

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=SHANGHAI)
EVENTS = """# 活动

## 赶集普法
编号：ji
类型：赶集
状态：已核对
规则：农历逢五逢十
时间：08:00-11:00
地点：大集东头
提前通知：前一天 17:00
说明：讲宅基地的事。

## 宪法宣传周
编号：zhou
规则：每年12月1日
天数：7
"""


@pytest.fixture
def office(build: Builder) -> Office:
    (build.folder / "knowledge/events/活动.md").write_text(EVENTS, encoding="utf-8")
    return build(now=lambda: NOW)


@pytest.fixture
def editor(office: Office) -> Clerk:
    return sign_in(office.app, office.parts, "李编辑", Role.EDITOR)


def test_the_month_shows_lunar_days_events_and_festivals(editor: Clerk) -> None:
    page = editor.get("/console/events?month=2026-10").text
    assert "国庆节" in page
    assert "调休上班" in page
    page = editor.get("/console/events?month=2026-12").text
    assert 'href="/console/events/ji/2026-12-13"' in page
    assert "宪法宣传周（续）" in page
    assert "待核对" in page


def test_a_month_that_is_none_is_this_one(editor: Clerk) -> None:
    for month in ("2026-13", "x", "1900-01", "9999-12", "2026-1\n"):
        page = editor.get("/console/events", query_string={"month": month}).text
        assert "2026年11月" in page, month


def test_the_year_is_printed_month_by_month(editor: Clerk) -> None:
    page = editor.get("/console/events/year").text
    assert "2026年11月至2027年10月" in page
    assert '<h2 id="m202612">2026年12月</h2>' in page
    assert page.count("赶集普法") > 60


def test_one_date_has_its_papers(editor: Clerk) -> None:
    page = editor.get("/console/events/ji/2026-12-13").text
    assert "明天，十二月十三号，星期日，农历冬月初五，上午八点到十一点" in page
    assert "时间：12月13日（周日，农历冬月初五）08:00–11:00" in page
    poster = editor.get("/console/events/ji/2026-12-13/poster").text
    assert "12月13日 周日" in poster
    assert "还没有填“公众号二维码网址”" in poster


def test_what_is_not_held_has_no_page(editor: Clerk) -> None:
    for path in ("ji/2026-12-14", "ji/9999-99-99", "ji/0001-01-01", "x/2026-12-13"):
        assert editor.get(f"/console/events/{path}").status_code == 404, path


def test_the_code_to_follow_is_printed_where_it_is_known(editor: Clerk, office: Office) -> None:
    assert editor.get("/console/events/qr-follow.svg").status_code == 404
    admin = sign_in(office.app, office.parts, "管理员", Role.ADMIN)
    link = "http://weixin.qq.com/r/abc"
    admin.submit("/console/settings/office", {"follow_link": link, "name": "某镇司法所"})
    assert editor.get("/console/events/qr-follow.svg").mimetype == "image/svg+xml"
    assert "微信扫一扫" in editor.get("/console/events/ji/2026-12-13/poster").text


def test_the_next_ten_dates_are_told_while_one_types(editor: Clerk) -> None:
    form = {"name": "讲座", "field_编号": "jz", "rule_kind": "nth", "nth_ordinal": "第一个"}
    told = editor.post("/console/check-event", {**form, "nth_weekday": "三"}).json
    assert told["rule"] == "每月第一个周三"
    assert len(told["dates"]) == 10
    assert told["dates"][0].startswith("2026-12-02  农历十月廿四  周三  讲座")
    assert editor.post("/console/check-event", form).json["problems"]


def test_a_notice_is_shown_as_residents_will_read_it(editor: Clerk) -> None:
    form = {"name": "讲座", "field_编号": "jz", "rule_kind": "dates", "dates": "2026-12-05"}
    form |= {"field_提前通知": "前一天 17:00", "field_通知": "{哪天}{名称}"}
    assert editor.post("/console/check-event", form).json["notice"] == "明天讲座（待司法所核对）"


def test_a_new_event_from_a_template_goes_through_a_draft(editor: Clerk, office: Office) -> None:
    page = editor.get("/console/new-event?template=xianfa-ri").text
    assert 'value="国家宪法日宣传"' in page
    form = {"name": "国家宪法日宣传", "field_编号": "xianfa-ri", "field_规则": "每年12月4日"}
    page = editor.submit("/console/new-event", {**form, "path": "events/活动.md", "deed": "offer"})
    assert "新增活动 国家宪法日宣传" in page.text
    assert "规则：每年12月4日" in page.text
    assert len(office.parts.content.current.calendar.events) == 2


def test_a_number_that_is_taken_is_refused(editor: Clerk) -> None:
    form = {
        "name": "又一个集",
        "field_编号": "ji",
        "field_规则": "每周三",
        "path": "events/活动.md",
    }
    answer = editor.post("/console/new-event", form)
    assert answer.status_code == 422
    assert "已经有活动用了" in answer.text


def test_an_event_with_a_mistake_is_not_offered(editor: Clerk) -> None:
    form = {"name": "赶集普法", "field_规则": "2026-02-30"}
    answer = editor.post("/console/events/ji/edit", form)
    assert answer.status_code == 422
    assert "没有“2026-02-30”这一天" in answer.text


def test_an_edit_is_published_and_live(editor: Clerk, office: Office) -> None:
    assert 'value="大集东头"' in editor.get("/console/events/ji/edit").text
    form = {"name": "赶集普法", "field_规则": "农历逢二逢七", "field_时间": "08:00-11:00"}
    page = editor.submit("/console/events/ji/edit", {**form, "deed": "offer"})
    publish(office, page.text)
    event = office.parts.content.current.calendar.events[0]
    assert (event.event_id, event.place) == ("ji", "")
    assert "农历逢二逢七" in read(office)
    assert read(office).endswith("天数：7\n")


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ({"deed": "cancel", "reason": "下雨"}, "- 2026-12-13 取消（下雨）"),
        ({"deed": "cancel", "reason": "雨（大）"}, "- 2026-12-13 取消（雨【大】）"),
        ({"deed": "move", "to_day": "2026-12-14"}, "- 2026-12-13 改到 2026-12-14"),
        ({"deed": "hours", "value": "09:00-11:00"}, "- 2026-12-13 改时间：09:00-11:00"),
        ({"deed": "place", "value": "村部大院"}, "- 2026-12-13 改地点：村部大院"),
    ],
)
def test_one_date_is_changed_with_its_reason(
    editor: Clerk, office: Office, form: dict[str, str], line: str
) -> None:
    page = editor.submit("/console/events/ji/2026-12-13/change", form)
    publish(office, page.text)
    assert line in read(office)
    assert office.parts.content.current.calendar.events[0].changes


def test_a_change_that_makes_no_sense_is_refused(editor: Clerk) -> None:
    for form in (
        {},
        {"deed": "place"},
        {"deed": "move", "to_day": "2026-12-18"},
        {"deed": "hours", "value": "夜里"},
    ):
        answer = editor.post("/console/events/ji/2026-12-13/change", form)
        assert answer.status_code == 422, form


def read(office: Office) -> str:
    folder = office.parts.settings.knowledge.path / "events"
    return (folder / "活动.md").read_text(encoding="utf-8")


def publish(office: Office, page: str) -> None:
    """Hand the draft in as the editor did not yet, and let a second person publish it."""
    number = page.split("/console/drafts/")[1].split("/")[0]
    editor = Clerk(office.app)
    editor.post("/console/sign-in", {"name": "李编辑", "password": "correct-horse-battery"})
    reviewer = sign_in(office.app, office.parts, "王审核", Role.REVIEWER)
    editor.submit(f"/console/drafts/{number}/submit")
    reviewer.submit(f"/console/drafts/{number}/publish")
    office.parts.content.reload_if_changed()
