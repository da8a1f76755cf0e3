"""Every article of the Civil Code is answered by an entry, or said to be no resident's matter."""

import re
from pathlib import Path

import pytest

from bot.knowledge.faq_folder import read_faq
from bot.knowledge.parser import WrittenEntry

ARTICLES_OF_THE_CIVIL_CODE = 1260
SECTIONS = {"宪法": 60, "行政复议法": 90, "服务": 40}
"""The least number of entries of each law."""


@pytest.fixture(scope="module")
def written() -> list[WrittenEntry]:
    return list(read_faq(Path("knowledge/faq"))[0])


def read_listed() -> set[int]:
    listed: set[int] = set()
    for line in Path("knowledge/coverage.md").read_text("utf-8").splitlines():
        if line.startswith("- 民法典"):
            articles, reason = line.removeprefix("- 民法典").split("：", 1)
            assert reason.strip(), line
            for part in articles.split("、"):
                first, _, last = part.partition("–")
                listed |= set(range(int(first), int(last or first) + 1))
    return listed


@pytest.fixture(scope="module")
def cited(written: list[WrittenEntry]) -> set[int]:
    citations = [one for entry in written for one in entry.entry.citations]
    return {one.article for one in citations if one.law == "民法典"}


def test_every_article_is_cited_or_listed(cited: set[int]) -> None:
    every = set(range(1, ARTICLES_OF_THE_CIVIL_CODE + 1))
    assert every - cited - read_listed() == set()


def test_nothing_is_listed_that_an_entry_answers(cited: set[int]) -> None:
    assert read_listed() & cited == set()


def test_there_are_entries_enough(written: list[WrittenEntry]) -> None:
    assert len(written) >= 600
    for law, least in SECTIONS.items():
        assert sum(one.entry.law == law for one in written) >= least, law


def test_everyone_is_asked_in_several_ways(written: list[WrittenEntry]) -> None:
    few = [one.entry.code for one in written if len(one.entry.phrasings) < 6]
    assert few == []


def test_numbers_in_answers_lead_somewhere(written: list[WrittenEntry]) -> None:
    """An answer that says 回复“337”看 must name an entry there is."""
    codes = {one.entry.code for one in written}
    for one in written:
        said = re.findall(r"回复“?(\d{3,4})”?", one.entry.full_answer + one.entry.next_step)
        assert set(said) <= codes, one.entry.code


def test_the_first_hundred_to_review_are_entries(written: list[WrittenEntry]) -> None:
    table = Path("knowledge/review-first.md").read_text("utf-8")
    listed = re.findall(r"^\| \d+ \| (\d+) \| (.+) \| (.+) \|$", table, re.MULTILINE)
    there = {(one.entry.code, one.entry.question) for one in written}
    assert len(listed) == 100
    assert {(code, question) for code, question, _ in listed} <= there
