"""The page of the figures and what can be taken away from it."""

import io
from datetime import timedelta

from openpyxl import load_workbook

from bot.storage import waiting
from bot.storage.staff import Role
from bot.storage.tables import inbox, misses
from tests.web.conftest import OPENID, Office
from tests.web.small_office import QUESTION, UNKNOWN_QUESTION


def test_it_shows_what_was_asked(office: Office) -> None:
    office.heard(QUESTION)
    office.heard(QUESTION, "o2")
    office.heard(UNKNOWN_QUESTION)
    viewer = office.clerk("甲", Role.VIEWER)

    page = viewer.get("/console/figures").text

    assert '<span class="count">3</span> 提问' in page
    assert '<span class="count">2</span> 答上来的' in page
    assert '<span class="count">1</span> 没答上来的' in page
    assert page.count("<svg") == page.count('role="img"') >= 2
    assert f">201</a></td><td>{QUESTION}</td>" in page
    assert " style=" not in page


def test_a_wrong_period_is_told_and_this_month_shown(office: Office) -> None:
    viewer = office.clerk("甲", Role.VIEWER)
    assert "比开始的早" in viewer.get("/console/figures?from=2026-02-01&to=2026-01-01").text
    assert viewer.get("/console/figures?from=9999-12-31&to=9999-12-31").status_code == 200
    assert viewer.get("/console/figures?from=0001-01-01&to=0001-01-02").status_code == 200


def test_exports_hold_the_tables_and_are_logged(office: Office) -> None:
    office.heard(QUESTION)
    admin = office.clerk("所长", Role.ADMIN)

    book = load_workbook(io.BytesIO(admin.get("/console/figures.xlsx").data))
    csv = admin.get("/console/figures.csv")

    assert {"按天", "按钟点", "按村", "问得最多的"} <= set(book.sheetnames)
    assert QUESTION in csv.data.decode("utf-8-sig")
    assert csv.headers["Content-Disposition"].endswith(".csv")
    assert admin.get("/console/audit").text.count("下载统计") >= 2


def test_a_village_once_told_is_counted_from_then_on(office: Office) -> None:
    office.heard(QUESTION)
    for said in ("人工", "河东村", "邻居占了地边子，想找人问问", "13812345678", "对"):
        office.heard(said)
    with office.database.reading() as connection:
        (handoff,) = waiting.list_handoffs(connection)
    assert handoff.village == "河东村"
    office.heard(UNKNOWN_QUESTION)

    with office.database.reading() as connection:
        villages = list(connection.execute(inbox.select().order_by(inbox.c.id)).mappings())
        (miss,) = connection.execute(misses.select()).mappings()
    assert villages[0]["village"] == ""
    assert villages[-1]["village"] == "河东村"
    assert miss["village"] == "河东村"
    assert office.resident(OPENID).village == "河东村"


def test_questions_stay_counted_when_their_words_are_gone(office: Office) -> None:
    office.heard(QUESTION)
    office.heard("删除我的数据")
    office.heard("确定删除")
    viewer = office.clerk("甲", Role.VIEWER)

    assert '<span class="count">1</span> 答上来的' in viewer.get("/console/figures").text
    tomorrow = office.parts.clock().date() + timedelta(days=1)
    page = viewer.get(f"/console/figures?from={tomorrow}&to={tomorrow}").text
    assert '<span class="count">0</span> 提问' in page
