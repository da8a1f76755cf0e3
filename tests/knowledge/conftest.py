"""A knowledge folder to write small files into, and one good entry to spoil."""

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.errors import Problem
from bot.knowledge.parser import parse_faq
from bot.knowledge.validator import check_entry, check_together

GOOD = """---
law: 民法典
part: 婚姻家庭编
---
# 离婚

## 离婚冷静期有多久？
编号：201
状态：待审核
审核人：
审核日期：
复核期限：
依据：民法典1077、民法典1076
问法：
- 去民政局离婚要等几天
- 俺俩都同意离，为啥不当天给办
短答：从递交申请那天起有三十天，期间任何一方都可以撤回。
详答：
期满后再**一起**去领证。

- 带好身份证
- 带好协议
下一步：想好了再去。
"""

LAW = """# 中华人民共和国村务示范法

2019年5月1日 通过
2020年1月1日 施行

<!-- INFO END -->

## 第一章 总 则

第一条 为了示范，写下这一条。

第二条\u3000村里的事\u200b商量着办。

（一）先通知；

第三条规定的事项也要通知。

第三条 依照第二条和
第一条 办理的，张贴三天。

## 第二章 附则

第三条之一 临时加的一条。

第四条 本法自2020年1月1日起施行。《中华人民共和国旧村务法》同时废止。
"""


@pytest.fixture
def good() -> str:
    """One file with one entry that breaks no rule; its heading is on line 7."""
    return GOOD


@pytest.fixture
def law_text() -> str:
    """An invented law, as untidy as official files are."""
    return LAW


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A knowledge folder with the good entry in it."""
    folder = tmp_path / "knowledge"
    (folder / "faq").mkdir(parents=True)
    (folder / "faq" / "离婚.md").write_text(GOOD, encoding="utf-8")
    return folder


@pytest.fixture
def problems_of() -> Callable[..., list[Problem]]:
    """Parse and validate the text of one file."""

    def check(text: str, today: date | None = date(2026, 11, 23)) -> list[Problem]:
        written, problems = parse_faq(text, "a.md")
        problems += [problem for one in written for problem in check_entry(one)]
        return sorted(problems + check_together(written, today))

    return check


@pytest.fixture
def official_texts(tmp_path: Path) -> Path:
    """The folder of official texts where there is one, else a sample of the same shape."""
    named = os.environ.get("FEISU_STATUTES_DIR")
    beside = Path(__file__).resolve().parents[3] / "shared" / "statutes"
    for folder in (Path(named) if named else beside, beside):
        if (folder / "README.md").exists():
            return folder
    sample = tmp_path / "official"
    sample.mkdir()
    (sample / "村务示范法.md").write_text(LAW, encoding="utf-8")
    table = "| 村务示范法 | 中华人民共和国村务示范法 | 2020年1月1日 施行 | 5 |\n"
    (sample / "README.md").write_text(table, encoding="utf-8")
    return sample


@pytest.fixture
def article_counts(official_texts: Path) -> dict[str, int]:
    """Articles per label, out of the table in the folder's own read-me."""
    table = (official_texts / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+) \|.*\| (\d+) \|$", table, re.MULTILINE)
    return {label: int(count) for label, count in rows}
