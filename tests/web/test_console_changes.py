"""A clerk's change, from the form to the bot's answer: seen first, read by a second person."""

import re
from pathlib import Path

import pytest

from bot.assistant.following import Follower
from bot.assistant.publishing import Conflict, Publisher, Refused, Saved
from bot.knowledge.content_paths import PathError, content_file
from bot.knowledge.entry_form import form_of
from bot.storage.staff import Role
from tests.web.clerk import Clerk
from tests.web.conftest import Builder, Office
from tests.web.small_office import ANSWER, QUESTION

PATH = "faq/民法典/离婚.md"
NEW = "要等三十天，从交申请那天算。"


def fields(office: Office, code: str = "201", **change: str) -> dict[str, str]:
    form = vars(form_of(office.parts.content.current.library.entries[code]))
    return {name: str(value) for name, value in form.items()} | change


def propose(office: Office, clerk: Clerk, **change: str) -> str:
    """Fill in the form of 201; return the address of the draft."""
    response = clerk.post("/console/knowledge/201/edit", fields(office, **change))
    assert response.status_code == 303, response.text
    return str(response.headers["Location"])


def file_of(office: Office) -> Path:
    return office.parts.settings.knowledge.path / PATH


def test_a_change_is_live_after_a_second_person_published_it(office: Office) -> None:
    editor, reviewer = office.clerk("甲", Role.EDITOR), office.clerk("乙", Role.REVIEWER)
    before = file_of(office).read_bytes()
    draft = propose(office, editor, short_answer=NEW)
    assert NEW in editor.get(draft).text
    assert editor.post(f"{draft}/publish").status_code == 403
    assert reviewer.get(draft).status_code == 403
    assert "已提交" in editor.submit(f"{draft}/submit", {"comment": "说短些"}).text
    assert file_of(office).read_bytes() == before

    assert "说短些" in reviewer.get("/console/drafts").text
    assert "已发布" in reviewer.submit(f"{draft}/publish").text

    after = file_of(office).read_bytes()
    assert NEW.encode() in after
    rest = before.index("## 彩礼".encode())
    assert after.startswith(before[: before.index(b"## ")])
    assert after.endswith(before[rest:])
    office.parts.content.reload_if_changed()
    assert NEW in office.heard(QUESTION)
    assert "甲（乙审核）" in reviewer.get(f"/console/history?path={PATH}").text


def test_a_draft_goes_back_with_words(office: Office) -> None:
    editor, reviewer = office.clerk("甲", Role.EDITOR), office.clerk("乙", Role.REVIEWER)
    draft = propose(office, editor, short_answer=NEW)
    editor.submit(f"{draft}/submit")
    assert "请写一句" in reviewer.submit(f"{draft}/return").text

    reviewer.submit(f"{draft}/return", {"answer": "少了依据"})

    assert "少了依据" in editor.get("/console/drafts").text
    assert reviewer.post(f"{draft}/publish").status_code == 403


def test_whoever_works_alone_may_publish(office: Office) -> None:
    admin = office.clerk("所长", Role.ADMIN)
    draft = propose(office, admin, short_answer=NEW)

    assert "已发布" in admin.submit(f"{draft}/publish").text
    assert NEW.encode() in file_of(office).read_bytes()


def test_nobody_writes_over_anothers_change(office: Office) -> None:
    admin = office.clerk("所长", Role.ADMIN)
    office.parts.publisher.take_baseline()
    mine = propose(office, admin, short_answer=NEW)
    theirs = propose(office, admin, short_answer="别人的话。")
    assert "已发布" in admin.submit(f"{theirs}/publish").text

    page = admin.submit(f"{mine}/publish").text

    assert "没有发布" in page
    assert "别人的话。" in page
    assert "别人的话。".encode() in file_of(office).read_bytes()


def test_changes_of_different_entries_come_together(office: Office) -> None:
    admin = office.clerk("所长", Role.ADMIN)
    office.parts.publisher.take_baseline()
    mine = propose(office, admin, short_answer=NEW)
    other = admin.post(
        "/console/knowledge/202/edit", fields(office, "202", next_step="先问村干部。")
    ).headers["Location"]
    admin.submit(f"{other}/publish")
    admin.submit(f"{mine}/publish")

    text = file_of(office).read_text(encoding="utf-8")
    assert NEW in text
    assert "先问村干部。" in text


def test_an_error_is_shown_and_never_published(office: Office) -> None:
    admin = office.clerk("所长", Role.ADMIN)
    page = admin.post("/console/knowledge/201/edit", fields(office, short_answer="长" * 130))
    assert page.status_code == 422
    assert "超过 120 字" in page.text

    text = file_of(office).read_text(encoding="utf-8").replace("编号：203", "编号：201")
    base = office.parts.publisher.read(PATH)[1]
    draft = admin.post("/console/file", {"path": PATH, "text": text, "base": base})
    where = draft.headers["Location"]
    assert admin.post(f"{where}/publish").status_code == 422


def test_it_checks_tries_and_compares_an_edit(office: Office) -> None:
    editor = office.clerk("甲", Role.EDITOR)
    live = editor.post("/console/knowledge/201/check", fields(office, short_answer=NEW)).json
    assert live is not None
    assert (live["problems"], NEW in live["phone"]) == ([], True)

    form = fields(office, phrasings="冷静期几天\n屋漏咋办找谁", question_tried="屋漏咋办找谁")
    page = editor.post("/console/knowledge/201/edit", {**form, "deed": "try"}).text
    before, after = page.split("改之后")
    assert "没有答上来" in before
    assert ANSWER in after
    page = editor.post("/console/knowledge/201/edit", {**form, "deed": "compare"}).text
    assert "个的回答会变" in page


def test_a_new_entry_goes_to_the_end_of_its_file(office: Office) -> None:
    admin = office.clerk("所长", Role.ADMIN)
    page = admin.get(f"/console/new-entry?path={PATH}&phrasings=屋漏咋办")
    assert 'value="204"' in page.text
    form = fields(office, question="屋子漏了找谁", phrasings="屋漏咋办", short_answer="找房东。")
    form |= {"path": PATH, "code": "204"}
    draft = admin.post("/console/new-entry", form).headers["Location"]
    admin.submit(f"{draft}/publish")

    office.parts.content.reload_if_changed()
    assert "找房东。" in office.heard("屋漏咋办")


def test_it_goes_back_to_what_was(office: Office) -> None:
    admin = office.clerk("所长", Role.ADMIN)
    office.parts.publisher.take_baseline()
    before = file_of(office).read_bytes()
    admin.submit(propose(office, admin, short_answer=NEW) + "/publish")
    history = admin.get(f"/console/history?path={PATH}").text
    oldest = re.findall(r"/console/history/(\d+)", history)[-1]

    back = admin.post(f"/console/history/{oldest}/roll-back").headers["Location"]
    admin.submit(f"{back}/publish")

    assert file_of(office).read_bytes() == before


def test_a_file_changed_by_hand_is_shown_until_it_is_published(office: Office) -> None:
    admin = office.clerk("所长", Role.ADMIN)
    publisher = office.parts.publisher
    publisher.take_baseline()
    file_of(office).write_bytes(file_of(office).read_bytes().replace(ANSWER.encode(), b"30."))
    assert publisher.lay_new() == []
    assert PATH in admin.get("/console/unpublished").text

    assert "已发布" in admin.submit("/console/unpublished", {"path": PATH}).text

    assert publisher.list_unpublished() == []


@pytest.mark.parametrize(
    "path",
    [
        "../config.toml",
        "faq/../../x.md",
        "/etc/passwd",
        "faq\\x.md",
        "faq/.x.md",
        "faq/con.md",
        "faq/a.md/",
        "faq//a.md",
        "calibration.json",
        "evaluation/villagers.jsonl",
        "faq/x.txt",
        "",
        "faq/" + "长" * 200 + ".md",
        "faq/a\0.md",
    ],
)
def test_no_path_leads_out(office: Office, path: str) -> None:
    with pytest.raises(PathError):
        content_file(office.parts.settings.knowledge.path, path)
    if "\0" not in path:
        editor = office.clerk("甲", Role.EDITOR)
        assert editor.get("/console/file", query_string={"path": path}).status_code == 404


def test_no_link_leads_out(office: Office, tmp_path: Path) -> None:
    root = office.parts.settings.knowledge.path
    (tmp_path / "secret.md").write_text("秘密", encoding="utf-8")
    (root / "faq/link.md").symlink_to(tmp_path / "secret.md")

    with pytest.raises(PathError):
        content_file(root, "faq/link.md")


def test_another_host_gets_what_was_published(build: Builder) -> None:
    office = build()
    here = office.parts.publisher
    here.take_baseline()
    there = office.parts.settings.knowledge.path.parent / "elsewhere"
    (there / "faq/民法典").mkdir(parents=True)
    (there / PATH).write_bytes(file_of(office).read_bytes())
    parts = office.parts
    other = Publisher(parts.database, there, lambda: parts.content.current, parts.clock)
    content, base = here.read(PATH)
    changed = content.replace(ANSWER.encode(), NEW.encode())
    assert isinstance(here.save(PATH, changed, base, author="甲", comment=""), Saved)

    # Whoever is behind publishes nothing on top of what they have not seen.
    late = other.save(PATH, content + b"\n", base, author="乙", comment="")
    assert isinstance(late, Conflict)
    Follower(other, parts.database).look()
    assert (there / PATH).read_bytes() == changed
    broken = here.save(PATH, b"\xff", here.read(PATH)[1], author="甲", comment="")
    assert isinstance(broken, Refused)
