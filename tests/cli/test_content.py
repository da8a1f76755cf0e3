"""`feisu check`, `events` and `statutes`."""

import re
from datetime import date, timedelta

import pytest
from docx import Document

from bot import clock
from tests.cli.conftest import Terminal
from tests.web.small_office import ANSWER, ARTICLE, FAQ, STATUTE, event_file


def test_check_is_content_with_good_content(terminal: Terminal) -> None:
    result = terminal("check")

    assert "3 条问答，0 个错误" in result.stderr
    assert ": 错误: " not in result.stdout
    # Without imported statutes it goes by the lock, and says so.
    assert "没有导入法律文本" in result.stdout


BROKEN = {
    "编号：202": ("编号：201", 22),
    "编号：201": ("编号：110", 8),
    "短答：离": ("短达：离", 14),
    "依据：民法典1077": ("依据：民法典", 10),
    "状态：已审核": ("状态：好", 23),
    "审核日期：2026-11-01": ("审核日期：2026-13-01", 25),
    "问法：\n- 去": ("问法: \n- 去", 0),
    "law: 民法典\n": ("", 1),
    ANSWER: ("很长" * 100, 14),
    "彩礼能不能要回来": ("离婚冷静期有多久", 21),
}


@pytest.mark.parametrize("before", BROKEN)
def test_check_names_file_and_line(terminal: Terminal, before: str) -> None:
    after, line = BROKEN[before]
    path = terminal.folder / "knowledge/faq/民法典/离婚.md"
    path.write_text(FAQ.replace(before, after, 1), encoding="utf-8")
    result = terminal("check", code=1 if line else 0)

    found = [one for one in result.stdout.splitlines() if ": 错误: " in one]
    if line:
        place = f"knowledge/faq/民法典/离婚.md:{line}: 错误: "
        assert any(one.startswith(place) for one in found), found
    else:
        assert found == []


def test_check_names_lines_of_every_kind_of_file(terminal: Terminal) -> None:
    folder = terminal.folder / "knowledge"
    (folder / "events/活动.md").write_text(
        event_file(date(2027, 1, 1), "前一天 25:00"), encoding="utf-8"
    )
    (folder / "safety.md").write_text("# 危险\n\n## 火\n号码：119\n", encoding="utf-8")
    (folder / "lexicon.md").write_bytes("# 词\n".encode("gb18030"))
    result = terminal("check", code=1)

    for name in ("events/活动.md:", "safety.md:", "lexicon.md:"):
        assert any(
            one.startswith(f"knowledge/{name}") and ": 错误: " in one
            for one in result.stdout.splitlines()
        ), result.stdout


def test_check_says_so_when_there_is_no_knowledge(terminal: Terminal) -> None:
    terminal.environment["FEISU_KNOWLEDGE__PATH"] = "nowhere"

    assert "nowhere/faq:1: 错误: 没有找到任何问答" in terminal("check", code=1).stdout


DAY = clock.now().date() + timedelta(days=10)


@pytest.fixture
def market(terminal: Terminal) -> Terminal:
    file = terminal.folder / "knowledge/events/活动.md"
    far = DAY + timedelta(days=100)
    text = event_file(DAY, "前一天 17:00") + event_file(far, "前一天 17:00").partition("\n")[2]
    file.write_text(text.replace("编号：market", "编号：later", 1), encoding="utf-8")
    return terminal


def test_events_are_one_line_each_with_both_dates(market: Terminal) -> None:
    lines = market("events", "preview", "--months", "12").stdout.splitlines()

    assert len(lines) == 2
    day = DAY.isoformat()
    assert re.match(
        rf"{day}  农历\S+  \S{{2,3}}  (?:\S+  )?赶集普法  08:00\S11:00  集市东头", lines[0]
    )
    assert lines == sorted(lines)


def test_a_list_reaches_a_month_ahead(market: Terminal) -> None:
    assert len(market("events", "list").stdout.splitlines()) == 1


def test_no_events_are_no_lines(terminal: Terminal) -> None:
    assert terminal("events", "preview").stdout == ""


@pytest.mark.parametrize("months", ["0", "37", "abc", "-1"])
def test_it_refuses_odd_months(terminal: Terminal, months: str) -> None:
    assert terminal("events", "preview", "--months", months, code=2).stdout == ""


def write_statute(terminal: Terminal, name: str = "民法典.md", text: str = STATUTE) -> str:
    (terminal.folder / name).write_text(text, encoding="utf-8")
    return name


def test_a_statute_comes_in_and_is_shown(terminal: Terminal) -> None:
    told = terminal("statutes", "import", write_statute(terminal), "--force").stdout
    assert "民法典：3 条" in told
    assert re.search(r"^民法典  3 条", terminal("statutes", "list").stdout, re.MULTILINE)

    shown = terminal("statutes", "show", "民法典", "1077").stdout
    assert shown.startswith("《民法典》第1077条")
    assert ARTICLE in shown
    for spelling in (["民法典1077"], ["民法典", "第一千零七十七条"], ["民法典第1077条"]):
        assert terminal("statutes", "show", *spelling).stdout == shown


def test_a_statute_comes_from_text_and_word_files_too(terminal: Terminal) -> None:
    article = "第一条　为了宣传法律，制定本法。"
    write_statute(
        terminal, "宣传法.txt", f"宣传法\n\n{article}\n\n第二条 本法自2026年1月1日起施行。\n"
    )
    document = Document()
    for paragraph in ("集市法", article, "第二条　本法自公布之日起施行。"):
        document.add_paragraph(paragraph)
    document.save(str(terminal.folder / "集市法.docx"))
    (terminal.folder / "texts").mkdir()
    for name in ("宣传法.txt", "集市法.docx"):
        (terminal.folder / name).rename(terminal.folder / "texts" / name)

    assert "2026-01-01" in terminal("statutes", "import", "texts").stdout
    for law in ("宣传法", "集市法"):
        assert "为了宣传法律" in terminal("statutes", "show", law, "1").stdout


def test_a_text_that_lost_articles_is_refused(terminal: Terminal) -> None:
    """Half a download must not replace the law; --force takes it all the same."""
    result = terminal("statutes", "import", write_statute(terminal), code=1)

    assert "民法典.md:1: 错误: " in result.stderr
    assert terminal("statutes", "list").stdout == ""


@pytest.mark.parametrize("name", ["没有.md", "坏.docx", "旧.doc", "空.md", "空文件夹", "图.pdf"])
def test_what_is_no_statute_is_refused_in_words(terminal: Terminal, name: str) -> None:
    (terminal.folder / "空文件夹").mkdir()
    for file in ("坏.docx", "旧.doc", "图.pdf"):
        (terminal.folder / file).write_bytes(b"PK\x03\x04 or not")
    (terminal.folder / "空.md").write_bytes(b"")
    result = terminal("statutes", "import", name, code=1)

    assert f"{name}:1: 错误: " in result.stderr


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["民法典", "9999"], "没有第9999条"),
        (["宪法", "1"], "还没有导入《宪法》"),
        (["民法典", "1078"], "没有第1078条"),
    ],
)
def test_an_article_that_is_not_there_is_told(
    terminal: Terminal, asked: list[str], words: str
) -> None:
    terminal("statutes", "import", write_statute(terminal), "--force")

    assert words in terminal("statutes", "show", *asked, code=1).stderr


@pytest.mark.parametrize("asked", [["民法典"], ["你好"], ["民法典", "x"], [""]])
def test_what_is_no_article_is_told(terminal: Terminal, asked: list[str]) -> None:
    assert "feisu statutes show 民法典 1079" in terminal("statutes", "show", *asked, code=2).stderr


def test_a_lock_notices_what_changed_afterwards(terminal: Terminal) -> None:
    terminal("statutes", "import", write_statute(terminal), "--force")
    terminal("statutes", "lock")
    assert "民法典1077" in (terminal.folder / "knowledge/citations.lock").read_text("utf-8")
    assert terminal("check").stdout == ""

    changed = STATUTE.replace("三十日", "六十日")
    terminal("statutes", "import", write_statute(terminal, text=changed), "--force")
    told = terminal("check", code=1).stdout
    assert "knowledge/faq/民法典/离婚.md:10: 错误: " in told
    assert "民法典1077" in told or "第1077条" in told


def test_a_lock_is_not_made_of_nothing(terminal: Terminal) -> None:
    """Without texts a lock would promise a check that never took place."""
    before = terminal.snapshot()
    terminal("statutes", "lock", code=1)

    assert terminal.snapshot() == before
