"""Reading the knowledge at the console: found by what one types, shown as on the phone."""

import re
from urllib.parse import quote

import pytest

from bot.conversation.trial import shared_words
from bot.storage.staff import Role
from tests.web.clerk import Clerk
from tests.web.conftest import Office
from tests.web.small_office import ANSWER, ARTICLE, QUESTION, STATUTE, UNKNOWN_QUESTION
from tests.web.test_pages import import_statute


@pytest.fixture
def clerk(office: Office) -> Clerk:
    return office.clerk("王芳", Role.VIEWER)


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("", "离婚冷静期", "不会有的字"),
        ("q=201", "离婚冷静期", "彩礼能不能"),
        ("q=彩礼", "彩礼能不能", "离婚冷静期"),
        ("q=民法典1077", "离婚冷静期", "彩礼能不能"),
        ("q=三十天 民政局", "离婚冷静期", "彩礼能不能"),
        ("law=民法典", "离婚冷静期", "没有找到"),
        ("law=婚姻家庭编&status=已审核", "彩礼能不能", "离婚冷静期"),
        ("status=停用", "已经停用的老问答", "离婚冷静期"),
        ("q=航天飞机", "没有找到", "离婚冷静期"),
        ("q=<script>alert(1)</script>", "没有找到", "<script>alert"),
        ("page=999", "共 3 条", "Traceback"),
        ("page=-1", "离婚冷静期", "Traceback"),
    ],
)
def test_it_finds_entries(clerk: Clerk, query: str, found: str, missing: str) -> None:
    page = clerk.get(f"/console/knowledge?{quote(query, safe='=&')}")

    assert page.status_code == 200
    assert found in page.text
    assert missing not in page.text


def test_it_shows_the_entry_beside_its_article(office: Office, clerk: Clerk) -> None:
    import_statute(office.parts.settings.knowledge.statutes.parent, STATUTE)
    office.parts.content.reload_if_changed()
    page = clerk.get("/console/knowledge/201").text

    assert ANSWER in page
    assert ARTICLE in page
    assert "字节，微信最多 2047 字节" in page or "字节，微信最多" in page
    assert "去民政局离婚要等多少天" in page


def test_it_says_when_the_text_is_not_imported(clerk: Clerk) -> None:
    assert "没有导入" in clerk.get("/console/knowledge/201").text


def test_it_knows_no_other_codes(clerk: Clerk) -> None:
    for code in ("999", "..%2f..", "%3Cscript%3E"):
        page = clerk.get(f"/console/knowledge/{code}")
        assert page.status_code == 404
        assert "<script>" not in page.text


def test_it_tries_a_question_and_says_why(clerk: Clerk) -> None:
    page = clerk.get(f"/console/try?q={quote(QUESTION)}").text
    assert ANSWER in page
    assert "直接回答" in page
    assert "相同的字" in page

    page = clerk.get(f"/console/try?q={quote(UNKNOWN_QUESTION)}").text
    assert "没有答上来" in page


def test_a_trial_is_no_question(office: Office, clerk: Clerk) -> None:
    for question in (UNKNOWN_QUESTION, "救命，他拿刀砍我", "人工", "删除我的数据"):
        assert clerk.get(f"/console/try?q={quote(question)}").status_code == 200

    assert office.count() == 0


@pytest.mark.parametrize("question", ["<b>&\"'", "？？？", "1" * 5000, "\u202e", "离"])
def test_it_tries_whatever_is_typed(clerk: Clerk, question: str) -> None:
    page = clerk.get(f"/console/try?q={quote(question)}")

    assert page.status_code == 200
    assert '<b>&"' not in page.text


def test_it_names_the_words_two_texts_share() -> None:
    words = shared_words("俺去民政局离婚要等几天", "去民政局离婚要等多少天")

    assert words == ["去民政局离婚要等"]


def test_it_lists_what_is_wrong_with_the_files(office: Office, clerk: Clerk) -> None:
    path = office.parts.settings.knowledge.path / "faq/民法典/离婚.md"
    path.write_text(path.read_text(encoding="utf-8").replace("编号：202", "编号：201"), "utf-8")
    office.parts.content.reload_if_changed()

    page = clerk.get("/console/problems").text
    assert "faq/民法典/离婚.md" in page
    assert "编号 201" in page
    today = office.clerk("李强", Role.EDITOR).get("/console/").text
    assert "处问答文件有错误" in today


def test_the_first_page_promises_no_page_that_is_not_there(office: Office) -> None:
    office.heard(UNKNOWN_QUESTION)
    office.heard("救命")
    admin = office.clerk("所长", Role.ADMIN)
    page = admin.get("/console/").text

    addresses = re.findall(r'<li class="task[^"]*"><a href="([^"]+)"', page)
    assert len(addresses) == page.count('<li class="task')
    for address in addresses:
        assert admin.get(address).status_code == 200


def test_whoever_may_not_see_danger_is_told_whom_to_tell(office: Office) -> None:
    office.heard("救命")
    page = office.clerk("甲", Role.EDITOR).get("/console/").text

    assert "马上告诉调解员" in page
    assert "/console/waiting" not in page
