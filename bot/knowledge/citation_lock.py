"""What the cited articles said when somebody last checked: `citations.lock`."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from bot.documents.reading import explain_failure, read_text
from bot.documents.writing import write_atomically
from bot.errors import Problem
from bot.knowledge.citations import display_citation, parse_citation
from bot.knowledge.entries import Citation
from bot.knowledge.statutes import Article, StatuteShelf

LOCK_NAME = "citations.lock"
_HEADER = "# 由 feisu statutes lock 生成，不要手改：条文 内容指纹 施行日期 废止日期"
_LINE = re.compile(r"(\S+) ([0-9a-f]{16}) (\d{4}-\d{2}-\d{2}|-) (\d{4}-\d{2}-\d{2}|-)")


@dataclass(frozen=True)
class LockedArticle:
    """One article as it was when it was checked."""

    fingerprint: str
    effective_on: date | None
    repealed_on: date | None


@dataclass(frozen=True)
class CitationLock:
    """Every article that was checked; `exists` tells an empty lock from none at all."""

    articles: Mapping[Citation, LockedArticle] = field(default_factory=dict)
    exists: bool = False

    @property
    def laws(self) -> frozenset[str]:
        """Labels of the laws it knows."""
        return frozenset(citation.law for citation in self.articles)


def fingerprint_article(article: Article) -> str:
    """Hash the text so that width, spaces and line breaks make no difference."""
    return _fingerprint(article.text)


@lru_cache(maxsize=4096)
def _fingerprint(text: str) -> str:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def load_lock(path: Path) -> tuple[CitationLock, list[Problem]]:
    """Read the lock; where there is none nothing can be verified, which is no problem yet."""
    if not path.exists():
        return CitationLock(), []
    text, problems = read_text(path, path.as_posix())
    articles: dict[Citation, LockedArticle] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parsed = _parse_line(line.strip())
        if parsed:
            articles[parsed[0]] = parsed[1]
        else:
            hint = "这一行看不懂，请运行 feisu statutes lock 重新生成"
            problems.append(Problem(path.as_posix(), number, hint))
    return CitationLock(articles, exists=True), problems


def _parse_line(line: str) -> tuple[Citation, LockedArticle] | None:
    found = _LINE.fullmatch(line)
    citation = parse_citation(found.group(1)) if found else None
    if not found or not citation:
        return None
    try:
        dates = [None if day == "-" else date.fromisoformat(day) for day in found.groups()[2:]]
    except ValueError:
        return None
    return citation, LockedArticle(found.group(2), *dates)


def build_lock(
    cited: Iterable[Citation], shelf: StatuteShelf, before: CitationLock
) -> tuple[CitationLock, list[Citation]]:
    """Lock every cited article; also return those that neither shelf nor lock knows.

    Articles of laws that are not imported here keep the line they had.
    """
    articles: dict[Citation, LockedArticle] = {}
    unknown = []
    for citation in sorted(set(cited), key=_order):
        article, statute = shelf.find(citation), shelf.laws.get(citation.law)
        if article and statute:
            articles[citation] = LockedArticle(
                fingerprint_article(article), statute.effective_on, statute.repealed_on
            )
        elif citation in before.articles and not statute:
            articles[citation] = before.articles[citation]
        else:
            unknown.append(citation)
    return CitationLock(articles, exists=True), unknown


class Citing(Protocol):
    """What a library has that a lock is made of."""

    @property
    def cited(self) -> Sequence[Citation]: ...

    @property
    def statutes(self) -> StatuteShelf: ...


def write_lock(path: Path, library: Citing) -> list[Problem]:
    """Look up every cited article in the imported texts and write the lock."""
    shown = path.as_posix()
    if not library.statutes.laws:
        return [Problem(shown, 1, "还没有导入法律文本，先运行 feisu statutes import")]
    before, _ = load_lock(path)
    lock, unknown = build_lock(library.cited, library.statutes, before)
    try:
        write_atomically(path, render_lock(lock))
    except OSError as error:
        return [Problem(shown, 1, f"写不进去：{explain_failure(error)}")]
    reason = "没有核对：法律没有导入，或没有这一条"
    return [Problem(shown, 1, f"{display_citation(citation)}{reason}") for citation in unknown]


def render_lock(lock: CitationLock) -> str:
    """Render sorted plain lines, so that version control shows what changed."""
    lines = [_HEADER]
    for citation in sorted(lock.articles, key=_order):
        locked = lock.articles[citation]
        days = (locked.effective_on, locked.repealed_on)
        shown = " ".join(day.isoformat() if day else "-" for day in days)
        lines.append(f"{citation} {locked.fingerprint} {shown}")
    return "\n".join(lines) + "\n"


def _order(citation: Citation) -> tuple[str, int, int]:
    inserted = citation.number.partition("之")[2]
    return citation.law, citation.article, int(inserted or 0)
