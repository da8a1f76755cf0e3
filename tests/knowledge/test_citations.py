"""How articles are written in files and in replies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.citations import display_citation, find_mentions, parse_citation
from bot.knowledge.entries import Citation


@pytest.mark.parametrize(
    ("text", "law", "number"),
    [
        ("民法典1042", "民法典", "1042"),
        ("宪法36", "宪法", "36"),
        (" 行政复议法20 ", "行政复议法", "20"),
        ("刑法120之1", "刑法", "120之1"),
        ("婚姻家庭编解释一5", "婚姻家庭编解释一", "5"),
        ("民法典 01042", None, None),
        ("民法典 0042", "民法典", "42"),
    ],
)
def test_it_parses_labels(text: str, law: str | None, number: str | None) -> None:
    expected = Citation(law, number) if law and number else None
    assert parse_citation(text) == expected


@pytest.mark.parametrize(
    "text", ["", "民法典", "1042", "民法典１０４２", "民法典第1042条", "民法典1042条"]
)
def test_it_refuses_other_spellings(text: str) -> None:
    assert parse_citation(text) is None


@given(st.integers(1, 9999), st.integers(0, 20))
def test_it_reads_back_what_it_writes(article: int, inserted: int) -> None:
    number = f"{article}之{inserted}" if inserted else str(article)
    citation = Citation("村务示范法", number)
    assert parse_citation(str(citation)) == citation
    assert list(find_mentions(f"见{display_citation(citation)}。")) == [citation]


def test_it_displays_inserted_articles_as_laws_do() -> None:
    assert display_citation(Citation("刑法", "120之1")) == "《刑法》第120条之一"
    assert display_citation(Citation("民法典", "1079")) == "《民法典》第1079条"


def test_it_finds_the_articles_an_answer_names() -> None:
    text = "按民法典第一千零七十九条和《中华人民共和国行政复议法》第20条办，"
    text += "跟第3条、宪法第千千条无关。"
    assert [str(citation) for citation in find_mentions(text)] == ["民法典1079", "行政复议法20"]
