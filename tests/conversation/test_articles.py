from datetime import date
from pathlib import Path

import pytest

from bot.conversation.turn import Content, Decision
from bot.knowledge.statute_import import import_statutes
from tests.conversation.talking import Resident, read_content, said, write_knowledge

LAW = """中华人民共和国民法典
（2020年5月28日通过）

第一条　本条甲句。

第二条　{long}

第三条　本条丙句。本法自2021年1月1日起施行。
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_knowledge(tmp_path_factory.mktemp("with-statutes"))


def with_law(
    folder: Path, tmp_path: Path, repealed_on: date | None = None, law: str = LAW
) -> Content:
    source = tmp_path / "民法典.txt"
    source.write_text(law.format(long="本条乙句很长。" * 100), encoding="utf-8")
    shelf = tmp_path / "statutes"
    import_statutes([source], shelf, label="民法典", repealed_on=repealed_on)
    # The entries cite more articles than this law has.
    return read_content(folder, shelf, is_sound=False)


@pytest.mark.parametrize(
    "typed", ["民法典1077", "民法典第一千零七十七条", "民法典第1077条讲什么", "民法点1077条"]
)
def test_it_lists_entries_where_the_text_is_not_imported(typed: str, resident: Resident) -> None:
    outcome = resident.say(typed)
    assert outcome.decision is Decision.ARTICLE
    assert outcome.citations == ("民法典1077",)
    assert "还没有收录" in said(outcome)
    assert outcome.reply is not None
    assert outcome.reply.taps[0].message == "201"
    assert resident.say("1").entry == "201"


def test_it_says_that_no_entry_rests_on_an_article(resident: Resident) -> None:
    outcome = resident.say("宪法第36条讲什么")
    assert outcome.citations == ("宪法36",)
    assert "没有用到这一条的问答" in said(outcome)


def test_it_shows_an_imported_article(folder: Path, tmp_path: Path) -> None:
    outcome = Resident(with_law(folder, tmp_path)).say("民法典第一条")
    assert outcome.decision is Decision.ARTICLE
    assert said(outcome).startswith("《民法典》第1条：\n本条甲句。")


def test_it_cuts_a_long_article_at_a_sentence(folder: Path, tmp_path: Path) -> None:
    told = said(Resident(with_law(folder, tmp_path)).say("民法典2条"))
    assert "只显示前面一部分" in told
    assert "很长。\n（" in told
    assert len(told) < 600


def test_it_says_that_an_article_does_not_exist(folder: Path, tmp_path: Path) -> None:
    told = said(Resident(with_law(folder, tmp_path)).say("民法典第999条"))
    assert "没有找到第999条" in told


def test_it_warns_of_a_law_out_of_force(folder: Path, tmp_path: Path) -> None:
    content = with_law(folder, tmp_path, repealed_on=date(2026, 1, 1))
    assert "已经废止" in said(Resident(content).say("民法典第一条"))


def test_it_warns_of_a_law_not_yet_in_force(folder: Path, tmp_path: Path) -> None:
    content = with_law(folder, tmp_path, law=LAW.replace("2021年", "2030年"))
    assert "2030-01-01起才施行" in said(Resident(content).say("民法典第一条"))
