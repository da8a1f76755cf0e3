"""Questions nobody could answer: gathered, made part of an entry, asked again, done with."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval import Document, Index, group_alike
from bot.storage import misses, waiting
from bot.storage.staff import Role
from tests.web.conftest import Office
from tests.web.small_office import UNKNOWN_QUESTION

PATH = "faq/民法典/离婚.md"
ALMOST = "给女方家的彩礼钱，人黄了以后找谁要"


def miss(office: Office, text: str, reason: str = "miss", entry: str = "") -> int:
    with office.database.transaction() as connection:
        waiting.record_miss(
            connection, openid="o1", text=text, reason=reason, entry=entry, now=office.parts.clock()
        )
        return misses.list_open(connection, limit=1)[0].id


def open_texts(office: Office) -> list[str]:
    with office.database.reading() as connection:
        return [one.text for one in misses.list_open(connection, limit=100)]


def test_it_gathers_what_asks_much_the_same(office: Office) -> None:
    office.say(UNKNOWN_QUESTION)
    office.say(f"{UNKNOWN_QUESTION}啊")
    miss(office, "航天飞机隔热瓦怎样贴上去")
    miss(office, "河里的鱼苗归哪个部门管")

    page = office.clerk("甲", Role.VIEWER).get("/console/misses").text

    assert "共 4 个问题，归成 2 组" in page
    assert re.search(r'class="count">3</span> 次', page)


def test_a_group_becomes_ways_of_asking_and_is_answered_then(office: Office) -> None:
    number = miss(office, ALMOST)
    other = miss(office, UNKNOWN_QUESTION)
    editor = office.clerk("所长", Role.ADMIN)
    group = editor.get(f"/console/misses/{number}").text
    assert 'value="202" checked' in group
    assert "没有能答上来的" in editor.submit("/console/misses/recheck").text
    assert len(open_texts(office)) == 2

    draft = editor.post(
        f"/console/misses/{number}/phrasings", {"code": "202", "phrasings": f"{ALMOST}\n\n{ALMOST}"}
    ).headers["Location"]
    assert f"- {ALMOST}" in editor.get(draft).text
    assert "已发布" in editor.submit(f"{draft}/publish").text
    office.parts.content.reload_if_changed()
    page = editor.submit("/console/misses/recheck").text

    assert "1 个问题已了结：现在能答上来了" in page
    assert open_texts(office) == [UNKNOWN_QUESTION]
    assert other
    assert ALMOST in editor.get("/console/misses/resolved").text
    assert "了结未答问题" in editor.get("/console/audit").text


def test_what_is_still_not_answered_is_not_called_so(office: Office) -> None:
    number = miss(office, UNKNOWN_QUESTION)
    editor = office.clerk("甲", Role.EDITOR)

    said = editor.submit("/console/misses/resolve", {"id": number, "resolution": "answered"}).text

    assert "还是答不上来" in said
    assert open_texts(office) == [UNKNOWN_QUESTION]


def test_an_answer_called_wrong_is_not_right_by_being_given_again(office: Office) -> None:
    miss(office, "没领证彩礼退不退", reason="bad-answer", entry="202")
    editor = office.clerk("甲", Role.EDITOR)

    editor.submit("/console/misses/recheck")

    assert open_texts(office)


@pytest.mark.parametrize("resolution", ["fixed", "out-of-scope", "dismissed"])
def test_done_with_is_shown_and_can_be_taken_back(office: Office, resolution: str) -> None:
    number = miss(office, UNKNOWN_QUESTION)
    editor = office.clerk("甲", Role.EDITOR)

    editor.submit("/console/misses/resolve", {"id": number, "resolution": resolution})

    assert open_texts(office) == []
    assert "甲" in editor.get("/console/misses/resolved").text
    assert editor.get(f"/console/misses/{number}").status_code == 404
    assert "已放回" in editor.submit(f"/console/misses/{number}/reopen").text
    assert "放得太久" in editor.submit(f"/console/misses/{number}/reopen").text
    assert open_texts(office) == [UNKNOWN_QUESTION]


def test_bad_forms_change_nothing(office: Office) -> None:
    number = miss(office, UNKNOWN_QUESTION)
    editor = office.clerk("甲", Role.EDITOR)
    for form in (
        {},
        {"id": number},
        {"id": "x", "resolution": "fixed"},
        {"id": number, "resolution": "?"},
    ):
        assert "请先选上" in editor.submit("/console/misses/resolve", form).text
    ways = f"/console/misses/{number}/phrasings"
    assert "请选加到哪一条" in editor.submit(ways, {"phrasings": "甲"}).text
    assert "没有编号 999" in editor.submit(ways, {"other": "999", "phrasings": "甲"}).text
    assert "没有要加的" in editor.submit(ways, {"code": "201", "phrasings": " \n"}).text

    assert open_texts(office) == [UNKNOWN_QUESTION]


def test_what_residents_write_stays_text(office: Office) -> None:
    number = miss(office, "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>")
    editor = office.clerk("甲", Role.EDITOR)
    for path in ("/console/misses", f"/console/misses/{number}"):
        page = editor.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page


INDEX = Index.build([Document("1", ("彩礼退不退",)), Document("2", ("邻居盖房挡光",))])


@given(st.lists(st.text(max_size=20), max_size=12))
def test_every_text_stands_in_one_group(texts: list[str]) -> None:
    folded = [INDEX.reader.fold(text) for text in texts]
    groups = group_alike(folded, [INDEX.search(text) for text in texts])

    assert sorted(place for group in groups for place in group) == list(range(len(texts)))
    assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)
