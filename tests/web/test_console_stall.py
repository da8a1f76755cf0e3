"""The stall: a tap is counted once however often it is sent, and the record adds up."""

import io
from datetime import date, datetime
from urllib.parse import unquote

import pytest
from docx import Document

from bot.events.event import SHANGHAI
from bot.storage import stall, waiting
from bot.storage.staff import Role
from tests.documents.test_photos import EXIF, JFIF, JPEG
from tests.web.clerk import Clerk, sign_in
from tests.web.conftest import Builder, Office

NOW = datetime(2026, 12, 13, 9, 0, tzinfo=SHANGHAI)
DAY = "/console/events/ji/2026-12-13"
EVENTS = "## 赶集普法\n编号：ji\n规则：农历逢五逢十\n时间：08:00-11:00\n地点：大集东头\n"


@pytest.fixture
def office(build: Builder) -> Office:
    (build.folder / "knowledge/events/活动.md").write_text(EVENTS, encoding="utf-8")
    return build(now=lambda: NOW)


@pytest.fixture
def clerk(office: Office) -> Clerk:
    return sign_in(office.app, office.parts, "老王", Role.MEDIATOR)


def tap(clerk: Clerk, kind: str, once: str, count: int = 1) -> dict[str, int]:
    form = {"kind": kind, "count": count, "once": once, "by": "script"}
    answer = clerk.post(f"{DAY}/tap", form)
    assert answer.status_code == 200, answer.text
    return dict(answer.json["counts"])


def test_a_tap_sent_twice_is_counted_once(clerk: Clerk) -> None:
    assert tap(clerk, "people", "tap-0001") == {"people": 1}
    assert tap(clerk, "people", "tap-0001") == {"people": 1}
    assert tap(clerk, "people", "tap-0002", 30) == {"people": 31}
    assert tap(clerk, "people", "tap-0003", -1) == {"people": 30}


def test_nothing_is_ever_below_zero(clerk: Clerk) -> None:
    assert tap(clerk, "leaflet:宪法", "tap-0001", -5) == {"leaflet:宪法": 0}


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "people"},
        {"kind": "people", "once": "x"},
        {"kind": "leaflet:不认识的", "once": "tap-0001"},
        {"kind": "people", "once": "tap-0001", "count": "0"},
        {"kind": "people", "once": "tap-0001", "count": "999999"},
    ],
)
def test_what_is_no_tap_is_refused(clerk: Clerk, form: dict[str, str]) -> None:
    assert clerk.post(f"{DAY}/tap", form).status_code == 422


def test_a_form_does_the_same_without_a_script(clerk: Clerk) -> None:
    page = clerk.submit(f"{DAY}/tap", {"kind": "topic:借钱还钱", "once": "tap-0001"})
    assert 'data-count="topic:借钱还钱">1</b>' in page.text


def test_a_question_joins_those_without_an_answer_once(clerk: Clerk, office: Office) -> None:
    form = {"text": "俺的 13812345678 老被骚扰咋整", "topic": "邻里纠纷", "once": "ask-0001"}
    for _ in range(2):
        clerk.submit(f"{DAY}/question", form)
    with office.database.reading() as connection:
        (miss,) = waiting.list_misses(connection)
        tally = stall.find_tally(connection, "ji", date(2026, 12, 13))
    assert "13812345678" not in miss.text
    assert "老被骚扰咋整" in miss.text
    assert tally.counts == {"topic:邻里纠纷": 1}
    assert "老被骚扰咋整" in clerk.get("/console/misses").text
    assert clerk.post(f"{DAY}/question", {"text": " ", "once": "ask-0002"}).status_code == 422


def test_a_photo_is_kept_without_its_place_and_can_be_deleted(clerk: Clerk, office: Office) -> None:
    noted = JPEG.replace(JFIF, JFIF + EXIF)
    for _ in range(2):
        photo = (io.BytesIO(noted), "a.jpg")
        clerk.submit(f"{DAY}/photo", {"photo": photo, "once": "photo-0001"})
    with office.database.reading() as connection:
        (number,) = stall.list_photos(connection, "ji", date(2026, 12, 13))
    assert clerk.get(f"/console/events/photo/{number}.jpg").data == JPEG
    assert f"/photo/{number}.jpg" in clerk.get(f"{DAY}/record").text

    wrong = {"photo": (io.BytesIO(b"<svg/>"), "a.jpg"), "once": "photo-0002"}
    assert clerk.post(f"{DAY}/photo", wrong).status_code == 422
    clerk.submit(f"{DAY}/photo/{number}/remove")
    assert clerk.get(f"/console/events/photo/{number}.jpg").status_code == 404


def test_the_record_says_what_was_counted_and_written(clerk: Clerk) -> None:
    tap(clerk, "people", "tap-0001", 120)
    tap(clerk, "leaflet:民法典", "tap-0002", 80)
    tap(clerk, "leaflet:宪法", "tap-0003", 20)
    tap(clerk, "topic:借钱还钱", "tap-0004", 7)
    photo = (io.BytesIO(JPEG), "a.jpg")
    clerk.submit(f"{DAY}/photo", {"photo": photo, "once": "photo-0001"})
    written = {"leaders": "副镇长\x0b", "what": "讲了彩礼。\n来的人不少。"}
    page = clerk.submit(f"{DAY}/record", written)
    assert "记录已保存" in page.text
    assert "来的人不少" in page.text

    answer = clerk.get(f"{DAY}/record.docx")
    assert "赶集普法-2026-12-13.docx" in unquote(answer.headers["Content-Disposition"])
    document = Document(io.BytesIO(answer.data))
    rows = {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows}
    assert rows["到场群众"] == "120 人"
    assert rows["发放材料"] == "100 份（民法典 80、宪法 20）"
    assert rows["解答咨询"] == "7 个（借钱还钱 7）"
    assert rows["地点"] == "大集东头"
    assert rows["到场领导"] == "副镇长"
    assert rows["活动情况"] == "讲了彩礼。\n来的人不少。"
    assert "老王" in document.paragraphs[-1].text


def test_the_figures_of_the_year_count_it(clerk: Clerk) -> None:
    tap(clerk, "people", "tap-0001", 120)
    tap(clerk, "topic:借钱还钱", "tap-0004", 7)
    page = clerk.get("/console/figures?from=2026-01-01&to=2026-12-31").text
    assert "赶集普法和活动" in page
    assert "<td>1 场</td>" in page
    assert '<td class="number">120</td>' in page
    csv = clerk.get("/console/figures.csv?from=2026-01-01&to=2026-12-31").data.decode("utf-8-sig")
    assert "2026-12-13,赶集普法,120,0,7" in csv


def test_a_day_without_the_event_has_no_stall(clerk: Clerk) -> None:
    assert clerk.get("/console/events/ji/2026-12-14/stall").status_code == 404
