"""Every rule of the file as a whole, each with its line."""

from collections.abc import Callable

import pytest

from bot.errors import Problem

Check = Callable[[str], list[Problem]]

# What is written in the good entry, what stands there instead, and what a clerk is told.
CASES = [
    (
        "law: 民法典\n",
        "",
        ["1: 错误: 开头的两条 --- 之间缺少“law: 法律”一行（宪法、民法典、行政复议法、服务之一）"],
    ),
    (
        "law: 民法典",
        "law: 刑法",
        [
            "2: 提醒: law 一般写宪法、民法典、行政复议法、服务之一，这里是“刑法”",
            "8: 提醒: 编号 201 在民法典的编号段里，而这个文件是刑法",
        ],
    ),
    (
        "law: 民法典",
        "laws: 民法典",
        [
            "1: 错误: 开头的两条 --- 之间缺少“law: 法律”一行（宪法、民法典、行政复议法、服务之一）",
            "2: 错误: 开头不认识“laws”，这里只写 law（法律）和 part（编）",
        ],
    ),
    ("law: 民法典", "law：民法典", []),
    ("law: 民法典", "law 民法典", ["2: 错误: 开头两条 --- 之间应一行写一个“名称: 内容”"]),
    ("---\n# 离婚", "# 离婚", ["1: 错误: 开头的 --- 没有配对的结束 ---"]),
    ("---\nlaw", "———\nlaw", ["1: 错误: 开头的分隔线应是三个半角减号 ---"]),
    ("# 离婚\n", "", ["1: 提醒: 缺少“# 主题”一行，建议写在开头的 --- 之后"]),
    ("## 离婚冷静期有多久？", "##离婚冷静期有多久？", ["7: 错误: 井号后面要空一格，写成“## 标题”"]),
    (
        "## 离婚冷静期有多久？",
        "＃＃ 离婚冷静期有多久？",
        ["7: 错误: 标题前的井号要用半角 #，后面空一格"],
    ),
    (
        "## 离婚冷静期有多久？",
        "## 空的\n\n## 离婚冷静期有多久？",
        ["7: 错误: 标题“空的”下面没有内容"],
    ),
    ("## 离婚冷静期有多久？", "## ", ["7: 错误: 标题是空的"]),
    (
        "## 离婚冷静期有多久？",
        "## " + "长" * 41,
        ["7: 提醒: 标题 41 字，超过 40 字，居民点选时显示不全"],
    ),
]


@pytest.mark.parametrize(("written", "instead", "told"), CASES)
def test_it_tells_the_line_and_what_to_do(
    good: str, problems_of: Check, written: str, instead: str, told: list[str]
) -> None:
    assert written in good
    found = problems_of(good.replace(written, instead, 1))
    assert [str(problem).removeprefix("a.md:") for problem in found] == told
