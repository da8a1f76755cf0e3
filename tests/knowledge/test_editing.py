"""One entry changed in its file; the rest of the bytes stay."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.lines import append_block
from bot.knowledge.editing import (
    EditError,
    add_phrasings,
    entry_block,
    keep_line_ends,
    merge,
    replace_entry,
    set_fields,
)
from bot.knowledge.entries import Entry
from bot.knowledge.parser import parse_faq
from tests.web.small_office import FAQ

SHIPPED = sorted((Path(__file__).parent.parent.parent / "knowledge/faq").rglob("*.md"))

BLOCK = """## 新的问题
编号：299
状态：待审核
依据：民法典1042
问法：
- 咋问
短答：这样。
下一步：那样。"""

SHAPES = {
    "plain": FAQ.encode(),
    "windows": FAQ.replace("\n", "\r\n").encode(),
    "old mac": FAQ.replace("\n", "\r").encode(),
    "marked": b"\xef\xbb\xbf" + FAQ.encode(),
    "cut off": FAQ.rstrip().encode(),
    "trailing": (FAQ.replace("编号：202", "编号：202  ") + "\n\n\n").encode(),
}


def entries(content: bytes) -> dict[str, Entry]:
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return {one.entry.code: one.entry for one in parse_faq(text, "")[0]}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("code", ["201", "202", "203"])
def test_it_replaces_an_entry_and_nothing_else(shape: str, code: str) -> None:
    before = SHAPES[shape]
    after = replace_entry(before, code, BLOCK)

    assert entries(after)["299"].question == "新的问题"
    assert code not in entries(after)
    # Back again, byte for byte.
    restored = replace_entry(after, "299", entry_block(before, code))
    if shape == "old mac":
        restored = restored.replace(b"\n", b"\r")
    assert restored == before


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_entry_is_its_own_block(path: Path) -> None:
    content = path.read_bytes()
    for code in entries(content):
        assert replace_entry(content, code, entry_block(content, code)) == content


@pytest.mark.parametrize("shape", SHAPES)
def test_it_sets_fields(shape: str) -> None:
    fields = {"状态": "已审核", "审核人": "李四", "审核日期": "2026-11-26", "复核期限": ""}
    after = set_fields(SHAPES[shape], "201", fields)

    entry = entries(after)["201"]
    assert (entry.status.value, entry.approver, str(entry.approved_on)) == (
        "已审核",
        "李四",
        "2026-11-26",
    )
    assert entries(after)["202"] == shifted(entries(SHAPES[shape])["202"], after)


def shifted(entry: Entry, content: bytes) -> Entry:
    """The entry at the line it has moved to."""
    return Entry(**{**vars(entry), "line": entries(content)[entry.code].line})


@pytest.mark.parametrize("shape", SHAPES)
def test_it_adds_ways_of_asking(shape: str) -> None:
    after = add_phrasings(SHAPES[shape], "201", ["等多久 能离", " 冷静期\n多长 ", "  "])

    assert entries(after)["201"].phrasings[-2:] == ("等多久 能离", "冷静期 多长")
    assert len(after) - len(SHAPES[shape]) < 80
    assert entries(after)["202"] == shifted(entries(SHAPES[shape])["202"], after)


@pytest.mark.parametrize("shape", SHAPES)
def test_it_appends_an_entry(shape: str) -> None:
    after = append_block(SHAPES[shape], BLOCK)

    assert after.startswith(SHAPES[shape].rstrip(b"\r\n"))
    assert list(entries(after)) == ["201", "202", "203", "299"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (FAQ.encode(), "999"),
        (FAQ.replace("编号：202", "编号：201").encode(), "201"),
        ("离婚".encode("gbk"), "201"),
        (b"", "201"),
    ],
)
def test_it_says_why_it_cannot(content: bytes, code: str) -> None:
    with pytest.raises(EditError, match=r"问答|编码"):
        replace_entry(content, code, BLOCK)


def test_a_field_is_one_line() -> None:
    with pytest.raises(EditError):
        set_fields(FAQ.encode(), "201", {"审核人": "我\n状态：停用"})


@given(st.text("#离婚：- \n\r\t编号状态问法短答1*", max_size=120), st.sampled_from(list(SHAPES)))
def test_whatever_block_is_put_in_the_others_stay(block: str, shape: str) -> None:
    before = SHAPES[shape]
    after = replace_entry(before, "201", f"## 头\n{block}")
    start = before.index("## 离婚冷静期有多久".encode())
    other = before.index("## 彩礼能不能要回来".encode())

    assert after[:start] == before[:start]
    assert after.endswith(before[other:])


# ---------------------------------------------------------------- whole files, typed


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "old mac"])
def test_a_form_that_changed_nothing_changes_no_byte(shape: str) -> None:
    base = SHAPES[shape]
    typed = base.decode("utf-8-sig").replace("\r\n", "\n").replace("\n", "\r\n")

    assert keep_line_ends(base, typed) == base


def test_a_line_that_changed_gets_the_files_line_end() -> None:
    base = b"a\r\nb\nc\r\nd"

    assert keep_line_ends(base, "a\r\nB\r\nc\r\nd") == b"a\r\nB\nc\r\nd"
    assert keep_line_ends(base, "a\r\nb\r\nc\r\nd\r\ne") == b"a\r\nb\nc\r\nd\ne\n"
    assert keep_line_ends(b"", "a\r\nb") == b"a\nb\n"


@given(st.text("ab\n", max_size=20), st.text("ab\r\n", max_size=20))
def test_what_was_typed_is_what_is_kept(base: str, typed: str) -> None:
    def lines(text: str) -> str:
        return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")

    kept = keep_line_ends(base.encode(), typed).decode()

    assert lines(kept) == lines(typed) or lines(typed) == ""


# ---------------------------------------------------------------- two clerks, one file


def test_changes_of_different_entries_are_merged() -> None:
    base = FAQ.encode()
    mine = append_block(set_fields(base, "201", {"审核人": "甲"}), BLOCK)
    theirs = set_fields(base, "202", {"审核人": "乙"})
    merged = merge(base, mine, theirs)

    assert merged is not None
    assert [entries(merged)[code].approver for code in ("201", "202")] == ["甲", "乙"]
    assert "299" in entries(merged)


@pytest.mark.parametrize(
    "mine",
    [
        set_fields(FAQ.encode(), "202", {"审核人": "甲"}),
        FAQ.replace("part: 婚姻家庭编", "part: 总则编").encode(),
        FAQ[: FAQ.index("## 彩礼")].encode(),
        FAQ.replace("编号：202", "编号：204").encode(),
        "离婚".encode("gbk"),
    ],
)
def test_what_cannot_be_merged_is_not(mine: bytes) -> None:
    base = FAQ.encode()
    theirs = set_fields(base, "202", {"审核人": "乙"})

    assert merge(base, mine, theirs) is None
