"""Approval: what was read and nothing else, with a name and a date, live at once."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.knowledge.approval import Approval, ApprovalError, approve, read_order
from bot.knowledge.entries import EntryStatus
from bot.storage.staff import Role
from tests.web.clerk import Clerk
from tests.web.conftest import Office
from tests.web.small_office import ANSWER, ANSWER_OF_202, CITATION, QUESTION

PATH = "faq/民法典/离婚.md"


def file_of(office: Office) -> Path:
    return office.parts.settings.knowledge.path / PATH


def form_of(clerk: Clerk, page: str, *codes: str, **change: str) -> dict[str, object]:
    shown = clerk.get(page).text
    known = re.findall(
        r'name="known" value="(\w+)"><input type="hidden" name="mark" value="(\w*)"', shown
    )
    day = re.search(r'name="review_by" value="([\d-]+)"', shown)
    assert day
    return {
        "known": [code for code, _ in known],
        "mark": [mark for _, mark in known],
        "code": list(codes),
        "deed": "approve",
        "review_by": day.group(1),
        "back": "approvals",
    } | change


def test_an_approved_entry_is_answered_in_the_approvers_name(office: Office) -> None:
    reviewer = office.clerk("李强", Role.REVIEWER)
    before = file_of(office).read_bytes()
    page = reviewer.get("/console/approvals").text
    assert QUESTION in page
    assert ANSWER in page
    assert "彩礼能不能要回来" not in page

    said = reviewer.submit(
        "/console/approvals", form_of(reviewer, "/console/approvals", "201")
    ).text

    assert "1 条已审核通过：201" in said
    assert "没有要审核的" in said
    today = office.parts.clock().date()
    heard = office.heard(QUESTION)
    assert f"李强 {today} 审核，{today + timedelta(days=365)}前复核" in heard
    lines = Counter(file_of(office).read_text("utf-8").splitlines())
    was = Counter(before.decode().splitlines())
    assert set(was - lines) == {"状态：待审核"}
    assert set(lines - was) == {
        "状态：已审核",
        "审核人：李强",
        f"审核日期：{today}",
        f"复核期限：{today + timedelta(days=365)}",
    }
    assert "审核问答" in office.clerk("所长", Role.ADMIN).get("/console/audit").text
    assert "审核通过 201" in reviewer.get("/console/history?path=faq/民法典/离婚.md").text


def test_what_changed_while_it_was_read_is_not_approved(office: Office) -> None:
    reviewer = office.clerk("李强", Role.REVIEWER)
    form = form_of(reviewer, "/console/approvals", "201")
    text = file_of(office).read_text("utf-8").replace(ANSWER, "冷静期是三百天。")
    file_of(office).write_text(text, "utf-8")

    said = reviewer.submit("/console/approvals", form).text

    assert "被别人改过，没有改" in said
    assert file_of(office).read_text("utf-8") == text


@pytest.mark.parametrize("day", ["", "明年", "2020-01-01", "2999-01-01", "2027-02-30"])
def test_a_wrong_date_saves_nothing(office: Office, day: str) -> None:
    reviewer = office.clerk("李强", Role.REVIEWER)
    before = file_of(office).read_bytes()
    form = form_of(reviewer, "/console/approvals", "201", review_by=day)

    assert "没有保存" in reviewer.submit("/console/approvals", form).text
    assert file_of(office).read_bytes() == before


def test_nothing_ticked_saves_nothing(office: Office) -> None:
    reviewer = office.clerk("李强", Role.REVIEWER)
    form = form_of(reviewer, "/console/approvals")

    assert "打勾" in reviewer.submit("/console/approvals", form).text
    assert (
        "没有编号 999"
        in reviewer.submit(
            "/console/approvals", form_of(reviewer, "/console/approvals", "999")
        ).text
    )


def test_an_entry_is_taken_out_of_use_at_once(office: Office) -> None:
    reviewer = office.clerk("李强", Role.REVIEWER)
    assert CITATION in office.heard(QUESTION)
    form = form_of(reviewer, "/console/approvals/201", "201", deed="retire", back="201")

    assert "停用" in reviewer.submit("/console/approvals", form).text
    assert CITATION not in office.heard(QUESTION)

    form = form_of(reviewer, "/console/approvals/201", "201", deed="withdraw", back="201")
    assert "改回待审核" in reviewer.submit("/console/approvals", form).text
    assert CITATION in office.heard(QUESTION)


def test_what_is_due_is_read_again(office: Office) -> None:
    soon = (office.parts.clock() + timedelta(days=20)).date()
    file = file_of(office)
    file.write_text(file.read_text("utf-8").replace("2027-11-01", str(soon)), "utf-8")
    office.parts.content.reload_if_changed()
    reviewer = office.clerk("李强", Role.REVIEWER)
    assert f"{soon} 到期" in reviewer.get("/console/due").text

    form = form_of(reviewer, "/console/due", "202", back="due")
    assert "没有要复核的" in reviewer.submit("/console/approvals", form).text
    assert "审核人：李强" in file.read_text("utf-8")


def test_a_name_that_reads_otherwise_in_the_file_is_refused(office: Office) -> None:
    content = file_of(office).read_bytes()
    for name in (" 甲", "甲 "):
        with pytest.raises(ApprovalError, match="读不回来"):
            approve(content, "201", Approval(EntryStatus.APPROVED, name))


def test_the_shipped_order_names_entries_of_ours() -> None:
    order = read_order(Path("knowledge/review-first.md"))
    assert len(order) == len(set(order)) == 100


BY_THE_WAY = {
    "a pending entry": ("状态：待审核", "状态：已审核"),
    "another name": ("审核人：张三", "审核人：李四"),
    "a longer time": ("复核期限：2027-11-01", "复核期限：2028-11-01"),
    "other words under an old approval": (ANSWER_OF_202, "一律不退。"),
    "another citation": ("依据：民法典1042", "依据：民法典1043"),
}


@pytest.mark.parametrize("name", BY_THE_WAY)
def test_nobody_approves_by_editing_the_file(office: Office, name: str) -> None:
    editor = office.clerk("甲", Role.EDITOR)
    content, base = office.parts.publisher.read(PATH)
    typed = content.decode().replace(*BY_THE_WAY[name])
    page = editor.post("/console/file", {"path": PATH, "text": typed, "base": base})

    assert page.status_code == 422
    assert "再到“审核”里通过" in page.text
    assert PATH not in editor.get("/console/drafts").text
    checked = editor.post(
        "/console/file", {"path": PATH, "text": typed, "base": base, "deed": "check"}
    )
    assert "再到“审核”里通过" in checked.text


def test_an_approval_stays_with_what_it_approved(office: Office) -> None:
    editor = office.clerk("甲", Role.EDITOR)
    content, base = office.parts.publisher.read(PATH)
    typed = content.decode().replace("- 没领证彩礼退不退", "- 没领证彩礼退不退\n- 礼钱咋要回来")
    typed = typed.replace("状态：停用", "状态：待审核").replace("# 离婚", "# 结婚离婚")

    response = editor.post("/console/file", {"path": PATH, "text": typed, "base": base})
    assert response.status_code == 303
