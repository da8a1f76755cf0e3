"""Markdown as clerks write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.labelled import LabelledFile, parse_labelled
from bot.errors import Problem

LABELS = frozenset({"编号", "短答", "问法"})
PROSE = frozenset({"短答"})


def parse(text: str) -> tuple[LabelledFile, list[Problem]]:
    return parse_labelled(text, "a.md", labels=LABELS, prose=PROSE)


def told(text: str) -> list[str]:
    return [f"{problem.line}: {problem.text}" for problem in parse(text)[1]]


def test_it_reads_front_matter_title_and_blocks() -> None:
    found, problems = parse("---\nlaw: 甲\n---\n# 题\n\n## 问\n编号：201\n短答：答。\n")
    assert problems == []
    assert (found.front, found.front_lines, found.title) == ({"law": "甲"}, {"law": 2}, "题")
    (block,) = found.blocks
    assert (block.heading, block.line) == ("问", 6)
    assert (block.text("编号"), block.line_of("编号")) == ("201", 7)
    assert (block.text("问法"), block.line_of("问法"), block.items("问法")) == ("", 6, ())


def test_it_keeps_prose_with_its_lists_paragraphs_and_lines() -> None:
    found, problems = parse("## 问\n短答：一。\n\n注意：二。\n- 三\n### 小题\n四\n编号：201\n")
    assert problems == []
    (block,) = found.blocks
    assert block.text("短答") == "一。\n\n注意：二。\n- 三\n**小题**\n四"
    assert block.items("短答") == ((5, "三"),)
    assert [line for line, _ in block.lines("短答")] == [2, 4, 5, 6, 7]
    assert block.text("编号") == "201"


@pytest.mark.parametrize(
    "written",
    [
        "编号：201",
        "编号:201",
        "编号 ： 201",
        "**编号**：201",
        "**编号：** 201",
        "- 编号：201",
        "  编号：201",
        "\u3000编号：\u200b201",
    ],
)
def test_it_reads_labels_as_people_type_them(written: str) -> None:
    found, problems = parse(f"## 问\n{written}\n")
    assert problems == []
    assert found.blocks[0].text("编号") == "201"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\nlaw: 甲\n## 问\n编号：1\n---\n", ["1: 开头的 --- 没有配对的结束 ---"]),
        ("－－－\nlaw: 甲\n", ["1: 开头的分隔线应是三个半角减号 ---"]),
        ("---\nlaw 甲\n---\n", ["2: 开头两条 --- 之间应一行写一个“名称: 内容”"]),
        ("---\nlaw: 甲\npart [乙\n---\n", ["3: 开头两条 --- 之间应一行写一个“名称: 内容”"]),
        ("---\nlaw: [甲]\n---\n", ["2: 开头两条 --- 之间应一行写一个“名称: 内容”"]),
        ("---\n- 甲\n---\n", ["2: 开头两条 --- 之间应一行写一个“名称: 内容”"]),
        ("---\nlaw: 甲\nlaw: 乙\n---\n", ["3: “law”写了两次"]),
        ("## 问\n编号；201\n", ["2: “编号”后面应是冒号"]),
        ("## 问\n编好：201\n", ["2: 不认识的标签“编好”，是不是“编号”？"]),
        ("## 问\n审批：张三\n", ["2: 不认识的标签“审批”"]),
        ("## 问\n编号：201\n编号：202\n", ["3: “编号”在这一条里写了两次"]),
        ("编号：201\n", ["1: “编号”写在了第一个“## 标题”之前"]),
        ("## 问\n随便写的\n编号：1\n", ["2: 这一行前面没有标签，不知道属于哪一项"]),
        ("##问\n编号：1\n", ["1: 井号后面要空一格，写成“## 标题”"]),
        ("＃＃问\n编号：1\n", ["1: 标题前的井号要用半角 #，后面空一格"]),
        ("##\n编号：1\n", ["1: 标题是空的"]),
        ("## 问\n\n## 二\n编号：1\n", ["1: 标题“问”下面没有内容"]),
        ("## 问\n### 别的\n编号：1\n", ["2: 不认识的小标题“别的”"]),
        ("## 问\n问法：\n· 甲\n", ["3: 列表要用半角减号加空格开头：“- 内容”"]),
    ],
)
def test_it_tells_the_line_and_what_to_do(text: str, expected: list[str]) -> None:
    assert sorted(told(text)) == sorted(expected)


def test_it_leaves_the_points_of_an_answer_alone() -> None:
    points = "- 编号：印在单子上\n- 短答：先看"
    found, problems = parse(f"## 问\n编号：1\n短答：\n{points}\n- 问法：随便\n")
    assert problems == []
    (block,) = found.blocks
    assert block.text("编号") == "1"
    assert block.text("短答") == points
    assert block.text("问法") == "随便"


def test_it_goes_on_after_a_wide_or_glued_heading() -> None:
    found, _ = parse("＃＃ 甲\n编号：1\n##乙\n编号：2\n")
    assert [(block.heading, block.text("编号")) for block in found.blocks] == [
        ("甲", "1"),
        ("乙", "2"),
    ]


def test_it_takes_a_subheading_for_a_label() -> None:
    found, problems = parse("## 问\n### 问法\n- 甲\n- 乙\n")
    assert problems == []
    assert found.blocks[0].items("问法") == ((3, "甲"), (4, "乙"))


@pytest.mark.parametrize(
    "front", ["law：甲", "law:甲", "law : 甲", "\ufefflaw: 甲", "law: '甲'", "law: 甲 # 注"]
)
def test_it_reads_front_matter_as_people_type_it(front: str) -> None:
    found, problems = parse(f"\n---\n{front}\n---\n## 问\n编号：1\n")
    assert problems == []
    assert found.front == {"law": "甲"}


def test_aliases_cannot_multiply() -> None:
    bomb = "\n".join(
        f"{name}: &{name} [{'*' + before + ',' if before else ''}]"
        for name, before in [("a", ""), ("b", "a"), ("c", "b")]
    )
    found, problems = parse(f"---\n{bomb}\n---\n")
    assert found.front == {}
    assert len(problems) == 3
    assert told("---\na: " + "[" * 5000 + "\n---\n")


@given(st.text())
def test_it_never_raises(text: str) -> None:
    _, problems = parse(text)
    assert all(1 <= problem.line <= text.count("\n") + 2 for problem in problems)


@given(st.text(alphabet="-:#：law \n[]{}&*!'\"%@`\t"))
def test_it_never_raises_on_front_matter(text: str) -> None:
    parse("---\n" + text + "\n---\n")
