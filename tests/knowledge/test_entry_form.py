"""An entry as a form: written and read back the same, and nothing smuggled in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Severity
from bot.knowledge.entries import Entry, EntryStatus
from bot.knowledge.entry_form import (
    EntryForm,
    check_form,
    edited,
    find_alike,
    form_of,
    write_block,
)
from bot.knowledge.library import Library, load_library
from bot.knowledge.parser import parse_faq
from tests.web.small_office import write_knowledge

SHIPPED = Path(__file__).parent.parent.parent / "knowledge"

FORM = EntryForm(
    code="201",
    question="离婚要等多久",
    citations="民法典1077",
    phrasings="要等几天\n多长时间能离",
    short_answer="要等三十天。",
    full_answer="先申请。\n\n- 再等三十天",
    next_step="去民政局。",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = write_knowledge(tmp_path_factory.mktemp("office") / "knowledge")
    return load_library(folder, folder / "none")[0]


def read_back(form: EntryForm) -> list[Entry]:
    text = f"---\nlaw: 民法典\n---\n# 主题\n{write_block(form)}\n"
    return [one.entry for one in parse_faq(text, "x.md")[0]]


def errors(form: EntryForm) -> list[str]:
    found = check_form(form, "民法典")
    return [one.text for one in found if one.severity is Severity.ERROR]


def test_a_sound_form_has_no_errors_and_reads_back() -> None:
    assert errors(FORM) == []
    assert [form_of(entry) for entry in read_back(FORM)] == [FORM]


def test_every_shipped_entry_survives_the_form() -> None:
    entries = load_library(SHIPPED, SHIPPED / "none")[0].entries.values()
    assert len(entries) > 900
    for entry in entries:
        assert [form_of(one) for one in read_back(form_of(entry))] == [form_of(entry)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("full_answer", "好的。\n状态：已审核\n审核人：我"),
        ("full_answer", "好的。\n## 另一条\n编号：999"),
        ("short_answer", "好。\n编号：999"),
        ("next_step", "去。\n短答：别的话"),
        ("full_answer", "- 状态：已审核"),
        ("phrasings", "状态：已审核\n编号：300"),
    ],
)
def test_nothing_is_smuggled_in(name: str, text: str) -> None:
    form = edited(read_back(FORM)[0], {**vars(FORM), name: text})

    for entry in read_back(form):
        assert entry.status is EntryStatus.PENDING or errors(form)
    assert errors(form) or len(read_back(form)) == 1


@given(
    st.fixed_dictionaries(
        {
            name: st.text("状态已审核编号短答：:#- \n\r为啥*_<>&12", max_size=40)
            for name in ("question", "phrasings", "short_answer", "full_answer", "next_step")
        }
    )
)
def test_whatever_is_typed_is_kept_or_refused(fields: dict[str, str]) -> None:
    entry = read_back(FORM)[0]
    form = edited(entry, {"citations": FORM.citations, **fields})
    if errors(form):
        return
    (read,) = read_back(form)
    assert read.status is EntryStatus.PENDING
    assert (read.code, read.short_answer) == ("201", form.short_answer)
    assert list(read.phrasings) == list(form.ways)


def test_an_edit_of_the_answer_undoes_the_approval(library: Library) -> None:
    approved = library.entries["202"]
    same = edited(approved, vars(form_of(approved)))
    more = edited(approved, {**vars(form_of(approved)), "phrasings": "彩礼咋退"})
    other = edited(approved, {**vars(form_of(approved)), "short_answer": "不退。"})

    assert (same.status, more.status) == (EntryStatus.APPROVED, EntryStatus.APPROVED)
    assert (other.status, other.approver, other.approved_on) == (EntryStatus.PENDING, "", "")


def test_it_finds_what_another_entry_has(library: Library) -> None:
    form = edited(library.entries["202"], {**vars(FORM), "phrasings": "去民政局离婚，要等多少天？"})
    (alike, *_) = [one for one in find_alike(form, library) if one.is_same]

    assert (alike.code, alike.other) == ("201", "去民政局离婚要等多少天")
    assert list(find_alike(form_of(library.entries["202"]), library)) == []


@pytest.mark.parametrize("missing", ["question", "short_answer", "phrasings", "citations"])
def test_it_says_what_is_missing(missing: str) -> None:
    assert errors(edited(read_back(FORM)[0], {**vars(FORM), missing: ""}))
