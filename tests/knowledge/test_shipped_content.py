"""The entries that ship with the project."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import Problem, Severity
from bot.knowledge.entries import EntryStatus
from bot.knowledge.library import Library, load_library

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shipped() -> tuple[Library, list[Problem]]:
    return load_library(ROOT / "knowledge", ROOT / "no-statutes", today=date(2026, 11, 23))


def test_it_has_no_errors(shipped: tuple[Library, list[Problem]]) -> None:
    errors = [str(one) for one in shipped[1] if one.severity is Severity.ERROR]
    assert errors == []


def test_every_citation_is_locked(shipped: tuple[Library, list[Problem]]) -> None:
    library, _ = shipped
    assert library.citation_lock.exists
    assert set(library.cited) == set(library.citation_lock.articles)


def test_nobody_has_approved_anything_yet(shipped: tuple[Library, list[Problem]]) -> None:
    for entry in shipped[0].entries.values():
        assert entry.status is EntryStatus.PENDING
        assert (entry.approver, entry.approved_on) == ("", None)


def test_every_entry_can_be_asked_in_six_other_ways(
    shipped: tuple[Library, list[Problem]],
) -> None:
    few = [entry.code for entry in shipped[0].entries.values() if len(entry.phrasings) < 6]
    assert few == []


def test_nothing_about_the_real_township_is_invented(
    shipped: tuple[Library, list[Problem]],
) -> None:
    library, _ = shipped
    assert library.villages == ()
