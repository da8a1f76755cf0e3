"""The lock of cited articles, and what is found out with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from bot.errors import Severity
from bot.knowledge.citation_check import CitedAt, Verification, verify_citations
from bot.knowledge.citation_lock import (
    CitationLock,
    build_lock,
    fingerprint_article,
    load_lock,
    render_lock,
    write_lock,
)
from bot.knowledge.entries import Citation
from bot.knowledge.statutes import Article, Statute, StatuteShelf

FIRST, SECOND, LOST = (Citation("示范法", number) for number in ("1", "2", "9"))
ELSEWHERE = Citation("行政复议法", "20")
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Cited:
    """As much of a library as the lock needs."""

    statutes: StatuteShelf
    cited: tuple[Citation, ...]


def shelf(texts: Mapping[str, str] | None = None, **dates: date) -> StatuteShelf:
    texts = texts if texts is not None else {"1": "甲。", "2": "乙。"}
    articles = {number: Article("示范法", number, text) for number, text in texts.items()}
    statute = Statute("示范法", "示范法", effective_on=date(2020, 1, 1), articles=articles)
    return StatuteShelf({"示范法": replace(statute, **dates)})  # type: ignore[arg-type]


def locked(*citations: Citation) -> CitationLock:
    return build_lock(citations, shelf(), CitationLock())[0]


def verify(
    citation: Citation, texts: StatuteShelf, lock: CitationLock, today: date | None = TODAY
) -> Verification:
    return verify_citations([CitedAt(citation, "a.md", 13)], texts, lock, "citations.lock", today)


def wrong(citation: Citation, texts: StatuteShelf, lock: CitationLock) -> str:
    (problem,) = verify(citation, texts, lock).wrong
    assert (problem.path, problem.line, problem.severity) == ("a.md", 13, Severity.ERROR)
    return problem.text


def test_it_writes_sorted_lines_and_reads_them_back(tmp_path: Path) -> None:
    path = tmp_path / "citations.lock"
    assert write_lock(path, Cited(shelf(), (SECOND, FIRST, SECOND))) == []
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["示范法1", "示范法2"]
    assert lines[1].endswith(" 2020-01-01 -")
    lock, problems = load_lock(path)
    assert problems == []
    assert render_lock(lock) == path.read_text(encoding="utf-8")
    assert lock.exists


def test_it_keeps_lines_of_laws_that_are_not_imported_here(tmp_path: Path) -> None:
    path = tmp_path / "citations.lock"
    line = f"{ELSEWHERE} 0123456789abcdef 2024-01-01 -"
    path.write_text(f"{line}\n民法典1 0123456789abcdef - -\n", encoding="utf-8")
    assert write_lock(path, Cited(shelf(), (FIRST, ELSEWHERE))) == []
    text = path.read_text(encoding="utf-8")
    assert line in text
    assert "民法典1" not in text


def test_it_says_what_it_could_not_lock(tmp_path: Path) -> None:
    path = tmp_path / "citations.lock"
    (problem,) = write_lock(path, Cited(shelf(), (FIRST, LOST)))
    assert "《示范法》第9条没有核对" in problem.text
    (problem,) = write_lock(path, Cited(StatuteShelf(), (FIRST,)))
    assert "先运行 feisu statutes import" in problem.text
    assert "示范法1" in path.read_text(encoding="utf-8")


def test_it_says_why_a_lock_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for path, reason in ((tmp_path, "这是文件夹"), (tmp_path / "file" / "x", "已经有同名的文件")):
        (problem,) = write_lock(path, Cited(shelf(), (FIRST,)))
        assert problem.text.startswith(f"写不进去：{reason}")


@pytest.mark.parametrize(
    "line",
    ["乱写", "民法典1 xyz - -", "民法典1 0123456789abcdef 2024-02-30 -", "1 0123456789abcdef - -"],
)
def test_it_tells_the_line_it_cannot_read(tmp_path: Path, line: str) -> None:
    path = tmp_path / "citations.lock"
    path.write_text(f"# 说明\n{line}\n", encoding="utf-8")
    _, (problem,) = load_lock(path)
    assert (problem.line, problem.text[:8]) == (2, "这一行看不懂，请")


def test_its_fingerprint_minds_words_and_not_layout() -> None:
    def fingerprint(text: str) -> str:
        return fingerprint_article(Article("示范法", "1", text))

    assert fingerprint("甲（一）乙，\n丙。") == fingerprint("甲(一)乙， \u3000丙。")
    assert fingerprint("应当甲。") != fingerprint("可以甲。")


def test_it_is_content_with_what_is_locked_and_unchanged() -> None:
    assert verify(FIRST, shelf(), locked(FIRST)) == Verification([], [])


def test_it_finds_an_article_that_does_not_exist() -> None:
    text = wrong(LOST, shelf(), locked(FIRST))
    assert text == "《示范法》第9条不存在（导入的文本共 2 条），请核对条号"


def test_it_finds_an_article_that_changed() -> None:
    text = wrong(FIRST, shelf({"1": "改了。"}), locked(FIRST))
    assert text.startswith("《示范法》第1条的内容与上次核对时不同")
    assert "feisu statutes lock" in text


def test_it_finds_a_law_no_longer_in_force() -> None:
    gone = shelf(repealed_on=date(2026, 1, 1))
    assert wrong(FIRST, gone, locked(FIRST)) == "《示范法》已于 2026-01-01 废止，不能再作依据"
    lock = build_lock([FIRST], gone, CitationLock())[0]
    assert "已于 2026-01-01 废止" in wrong(FIRST, StatuteShelf(), lock)
    assert verify(FIRST, shelf(repealed_on=date(2027, 1, 1)), locked(FIRST)).wrong == []


def test_it_finds_a_law_not_yet_in_force() -> None:
    text = wrong(FIRST, shelf(effective_on=date(2027, 1, 1)), locked(FIRST))
    assert text == "《示范法》要到 2027-01-01 才施行，现在还不能作依据"
    assert verify(FIRST, shelf(effective_on=date(2027, 1, 1)), locked(FIRST), None).wrong == []


def test_it_knows_laws_that_another_one_repealed() -> None:
    texts = shelf(repeals=("中华人民共和国旧示范法",))  # type: ignore[arg-type]
    text = wrong(Citation("旧示范法", "3"), texts, CitationLock())
    assert text == "《旧示范法》已于 2020-01-01 废止（见《示范法》）"


def test_it_guesses_the_law_that_was_meant() -> None:
    assert "是不是“行政复议法”" in wrong(Citation("行政复义法", "20"), shelf(), locked())
    assert "feisu statutes import" in wrong(Citation("没听说过", "20"), shelf(), locked())


def test_it_goes_by_the_lock_without_statutes_and_says_so_once() -> None:
    places = [CitedAt(FIRST, "a.md", 13), CitedAt(SECOND, "a.md", 33)]
    found = verify_citations(places, StatuteShelf(), locked(FIRST, SECOND), "x.lock", TODAY)
    assert found.wrong == []
    (warning,) = found.unverified
    assert (warning.path, warning.severity) == ("x.lock", Severity.WARNING)
    assert warning.text.startswith("没有导入法律文本，依据只按 citations.lock 核对")


def test_it_wants_every_citation_in_the_lock() -> None:
    found = verify(SECOND, StatuteShelf(), locked(FIRST))
    assert found.wrong == []
    error = max(found.unverified, key=lambda problem: problem.line)
    assert (error.line, error.severity) == (13, Severity.ERROR)
    assert error.text.startswith("《示范法》第2条没有核对过")
    assert "feisu statutes lock" in error.text


def test_it_only_reminds_where_the_text_itself_was_at_hand() -> None:
    (warning,) = verify(SECOND, shelf(), locked(FIRST)).unverified
    assert warning.severity is Severity.WARNING
    assert warning.text == "《示范法》第2条等 1 条依据还没有记入，请运行 feisu statutes lock"


def test_it_cannot_verify_with_neither_lock_nor_statutes() -> None:
    found = verify(ELSEWHERE, StatuteShelf(), CitationLock())
    assert found.wrong == []
    (warning,) = found.unverified
    assert warning.severity is Severity.WARNING
    assert warning.text.startswith("没有导入法律文本，依据没有核对")
