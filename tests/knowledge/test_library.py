"""The whole folder, loaded."""

import os
from datetime import date
from pathlib import Path

import pytest

from bot.errors import Severity
from bot.knowledge.citation_lock import write_lock
from bot.knowledge.entries import Citation
from bot.knowledge.library import load_library
from bot.knowledge.statute_import import import_statutes

NOWHERE = Path("nowhere")


def errors(knowledge: Path, statutes: Path = NOWHERE) -> list[str]:
    _, problems = load_library(knowledge, statutes, today=date(2026, 11, 23))
    return [str(problem) for problem in problems if problem.severity is Severity.ERROR]


def edit(knowledge: Path, old: str, new: str, name: str = "离婚.md") -> None:
    path = knowledge / "faq" / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture
def second(knowledge: Path, good: str) -> Path:
    """A second file, 宪法/国家.md, with the entry 131."""
    text = good.replace("201", "131").replace("law: 民法典", "law: 宪法")
    text = text.replace("民法典1077、民法典1076", "宪法1、民法典1077")
    text = text.replace("离婚冷静期有多久？", "国家的权力属于谁？")
    text = text.replace("去民政局离婚要等几天", "谁说了算").replace("俺俩都同意离，为啥", "咋")
    path = knowledge / "faq" / "宪法" / "国家.md"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def test_it_loads_entries_from_folders(knowledge: Path, second: Path) -> None:
    library, problems = load_library(knowledge, NOWHERE)
    assert sorted(library.entries) == ["131", "201"]
    assert [problem.severity for problem in problems] == [Severity.WARNING]
    assert library.find("201") is library.entries["201"]
    assert library.find("999") is None


def test_it_finds_an_entry_by_what_people_say(knowledge: Path, second: Path) -> None:
    library, _ = load_library(knowledge, NOWHERE)
    assert library.search("俺们都同意离 为啥不当天给办")[0].key == "201"
    assert library.search("谁说了算")[0].key == "131"


def test_it_lists_who_cites_an_article_most_direct_first(knowledge: Path, second: Path) -> None:
    library, _ = load_library(knowledge, NOWHERE)
    citing = library.citing(Citation("民法典", "1077"))
    assert [entry.code for entry in citing] == ["201", "131"]
    assert library.citing(Citation("民法典", "1")) == []


def test_it_keeps_retired_entries_out_of_answers(knowledge: Path, second: Path) -> None:
    edit(knowledge, "待审核", "停用")
    library, _ = load_library(knowledge, NOWHERE)
    assert "201" in library.entries
    assert library.find("201") is None
    assert [hit.key for hit in library.search("去民政局离婚要等几天")] != ["201"]
    assert [entry.code for entry in library.citing(Citation("民法典", "1077"))] == ["131"]


def test_it_serves_the_sound_entries_beside_a_broken_one(knowledge: Path, second: Path) -> None:
    edit(knowledge, "编号：201", "编号：120")
    library, problems = load_library(knowledge, NOWHERE)
    assert list(library.entries) == ["131"]
    assert any("服务电话" in problem.text for problem in problems)
    assert Citation("民法典", "1076") in library.cited


@pytest.mark.parametrize("spoilt", [b"\xff\xfe\x00", "中文".encode("gb18030"), b"a" * 1_100_000])
def test_it_serves_the_other_files_beside_a_broken_one(
    knowledge: Path, second: Path, spoilt: bytes
) -> None:
    (knowledge / "faq" / "离婚.md").write_bytes(spoilt)
    library, _ = load_library(knowledge, NOWHERE)
    assert list(library.entries) == ["131"]
    (told,) = errors(knowledge)
    assert told.startswith(f"{knowledge.as_posix()}/faq/离婚.md:1: 错误: 文件")


def test_it_tells_of_a_file_it_may_not_or_cannot_open(knowledge: Path, second: Path) -> None:
    (knowledge / "faq" / "断.md").symlink_to(knowledge / "没有")
    os.mkfifo(knowledge / "faq" / "管道.md")
    (knowledge / "faq" / "夹.md").mkdir()
    told = errors(knowledge)
    assert any("断.md:1: 错误: 打不开文件：文件不存在" in line for line in told)
    assert any("管道.md:1: 错误: 打不开" in line for line in told)
    assert len(told) == 2


@pytest.mark.parametrize("name", ["没有", "空"])
def test_it_says_when_there_is_nothing_to_load(tmp_path: Path, name: str) -> None:
    (tmp_path / "空" / "faq").mkdir(parents=True)
    library, problems = load_library(tmp_path / name, NOWHERE)
    assert library.entries == {}
    assert library.search("离婚") == ()
    (problem,) = problems
    assert problem.path == f"{(tmp_path / name).as_posix()}/faq"
    assert problem.text.startswith("没有找到任何问答")


def test_it_notices_files_that_are_never_read(knowledge: Path) -> None:
    for name in ("复议.md.txt", "说明.docx", ".离婚.md.swp", "~$说明.docx"):
        (knowledge / "faq" / name).write_text("x", encoding="utf-8")
    _, problems = load_library(knowledge, NOWHERE)
    stray = [
        problem.path.rpartition("/")[2] for problem in problems if "不会被读取" in problem.text
    ]
    assert sorted(stray) == ["复议.md.txt", "说明.docx"]


def test_it_finds_one_code_in_two_files(knowledge: Path, second: Path) -> None:
    edit(knowledge, "编号：131", "编号：201", "宪法/国家.md")
    (told,) = errors(knowledge)
    assert "国家.md:8" in told or "离婚.md:8" in told
    library, _ = load_library(knowledge, NOWHERE)
    assert len(library.entries) == 1


def test_it_verifies_citations_and_mentions(
    knowledge: Path, second: Path, law_text: str, tmp_path: Path
) -> None:
    law = tmp_path / "村务示范法.md"
    law.write_text(law_text, encoding="utf-8")
    statutes = tmp_path / "statutes"
    import_statutes([law], statutes)
    edit(knowledge, "民法典1077、民法典1076", "村务示范法2")
    edit(knowledge, "- 带好协议", "- 带好协议，见《村务示范法》第8条")
    assert errors(knowledge, statutes) == [
        f"{knowledge.as_posix()}/faq/离婚.md:22: 错误: "
        "《村务示范法》第8条不存在（导入的文本共 5 条），请核对条号"
    ]
    library, _ = load_library(knowledge, statutes)
    assert list(library.entries) == ["131"]
    assert "村务示范法" in library.laws


def test_a_changed_law_is_locked_again_with_one_command(
    knowledge: Path, law_text: str, tmp_path: Path
) -> None:
    statutes, law = tmp_path / "statutes", tmp_path / "村务示范法.md"
    edit(knowledge, "民法典1077、民法典1076", "村务示范法2")
    law.write_text(law_text, encoding="utf-8")
    import_statutes([law], statutes)
    lock = knowledge / "citations.lock"
    assert write_lock(lock, load_library(knowledge, statutes)[0]) == []
    assert errors(knowledge, statutes) == errors(knowledge) == []
    law.write_text(law_text.replace("商量着办", "投票决定"), encoding="utf-8")
    import_statutes([law], statutes)
    assert "与上次核对时不同" in errors(knowledge, statutes)[0]
    assert load_library(knowledge, statutes)[0].entries == {}
    assert write_lock(lock, load_library(knowledge, statutes)[0]) == []
    assert errors(knowledge, statutes) == []


def test_an_unlocked_citation_is_an_error_but_still_served(knowledge: Path) -> None:
    (knowledge / "citations.lock").write_text(
        "民法典1077 0123456789abcdef 2021-01-01 -\n", encoding="utf-8"
    )
    (told,) = errors(knowledge)
    assert "离婚.md:13: 错误: 《民法典》第1076条没有核对过" in told
    assert list(load_library(knowledge, NOWHERE)[0].entries) == ["201"]


def test_it_recognises_other_fields_of_law(knowledge: Path) -> None:
    text = "# 别的\n\n## 刑事\n去处：找公安。\n说法：\n- 偷东西判几年\n"
    (knowledge / "other-fields.md").write_text(text, encoding="utf-8")
    library, _ = load_library(knowledge, NOWHERE)
    hit = library.search("偷东西要判几年")[0]
    assert hit.key == "field:刑事"
    assert library.other_fields["刑事"].where_to_ask == "找公安。"


CODE = """# 中华人民共和国民法典

2019年5月1日 通过
2020年1月1日 施行

## 第一章 灯笼

第一条 村民在门口悬挂灯笼的，应当留出行人通过的距离。

第二条 水井由全体住户共同维护，任何住户不得独占取水。

第三条 石桥损坏的，最先发现的住户应当立竿警示。

第四条 磨坊按照先后次序使用，不得插队。
"""


def import_text(tmp_path: Path, name: str, text: str, repealed_on: date | None = None) -> Path:
    file = tmp_path / f"{name}.md"
    file.write_text(text, encoding="utf-8")
    _, problems = import_statutes([file], tmp_path / "statutes", repealed_on=repealed_on)
    assert [problem for problem in problems if problem.severity is Severity.ERROR] == []
    return tmp_path / "statutes"


def test_it_finds_the_nearest_article(knowledge: Path, tmp_path: Path) -> None:
    library, _ = load_library(knowledge, import_text(tmp_path, "民法典", CODE))
    (article,) = library.nearest_articles("有住户独占取水，水井还归全体共同维护吗")
    assert (article.law, article.number) == ("民法典", "2")
    assert library.nearest_articles("石桥损坏的，由谁立竿警示", limit=0) == []


@pytest.mark.parametrize("question", ["水井", "拖拉机轮胎漏气商店不给退货，住户咋办", "", "在吗"])
def test_it_shows_no_article_that_explains_too_little(
    knowledge: Path, tmp_path: Path, question: str
) -> None:
    library, _ = load_library(knowledge, import_text(tmp_path, "民法典", CODE))
    assert library.nearest_articles(question) == []


def test_it_thinks_of_an_article_in_the_words_of_its_entries(
    knowledge: Path, tmp_path: Path
) -> None:
    statutes = import_text(tmp_path, "民法典", CODE)
    asked = "去民政局离婚要等几天"
    library, _ = load_library(knowledge, statutes)
    assert library.nearest_articles(asked) == []
    edit(knowledge, "民法典1077、民法典1076", "民法典3、民法典4")
    library, _ = load_library(knowledge, statutes)
    assert [article.number for article in library.nearest_articles(asked)] == ["3"]
    edit(knowledge, "待审核", "停用")
    library, _ = load_library(knowledge, statutes)
    assert library.nearest_articles(asked) == []


def test_it_indexes_only_main_laws_that_are_in_force(knowledge: Path, tmp_path: Path) -> None:
    other = CODE.replace("民法典", "村务示范法")
    library, _ = load_library(knowledge, import_text(tmp_path, "村务示范法", other))
    assert library.statutes.laws
    assert library.passages is None
    statutes = import_text(tmp_path, "民法典", CODE, repealed_on=date(2026, 1, 1))
    assert load_library(knowledge, statutes, today=date(2026, 1, 1))[0].passages is None
    assert load_library(knowledge, statutes, today=date(2025, 12, 31))[0].passages is not None


def test_it_has_no_nearest_article_without_statutes(knowledge: Path) -> None:
    library, _ = load_library(knowledge, NOWHERE)
    assert library.passages is None
    assert library.nearest_articles("有住户独占水井不让大家取水") == []
