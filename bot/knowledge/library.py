"""One immutable snapshot of the knowledge folder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.documents.labelled import read_text
from bot.errors import Problem, Severity
from bot.knowledge.citation_check import CitedAt, verify_citations
from bot.knowledge.citation_lock import LOCK_NAME, CitationLock, load_lock
from bot.knowledge.citations import MAIN_LAWS, find_mentions
from bot.knowledge.entries import Citation, Entry, EntryStatus
from bot.knowledge.parser import WrittenEntry, parse_faq
from bot.knowledge.statutes import StatuteShelf, load_shelf
from bot.knowledge.validator import validate_entries
from bot.knowledge.vocabulary import (
    OtherField,
    Village,
    load_calibration,
    load_lexicon,
    load_other_fields,
    load_villages,
)
from bot.retrieval import Document, Hit, Index, Lexicon

__all__ = ["Library", "OtherField", "Village", "load_library"]

FIELD_PREFIX = "field:"
_EXPECTED_SUFFIXES = (".md", ".tmp", ".swp", ".bak")


@dataclass(frozen=True)
class Library:
    """Everything answers come from; swapped whole on reload."""

    entries: Mapping[str, Entry]
    index: Index
    lexicon: Lexicon = field(default_factory=Lexicon)
    statutes: StatuteShelf = field(default_factory=StatuteShelf)
    citation_lock: CitationLock = field(default_factory=CitationLock)
    other_fields: Mapping[str, OtherField] = field(default_factory=dict)
    villages: Sequence[Village] = ()
    cited: Sequence[Citation] = ()
    """Every citation written anywhere, also in entries that are not served."""

    @property
    def laws(self) -> Sequence[str]:
        """Labels of every law a resident may name, imported or only cited."""
        cited = {citation.law for citation in self.cited}
        return tuple(sorted({*MAIN_LAWS, *self.statutes.laws, *self.citation_lock.laws, *cited}))

    def find(self, code: str) -> Entry | None:
        """Return the entry of that code, unless it is out of use."""
        entry = self.entries.get(code)
        return entry if entry and entry.status is not EntryStatus.RETIRED else None

    def search(self, query: str, limit: int = 5) -> tuple[Hit, ...]:
        """Return the nearest entries, best first; a key is a code or `field:<name>`."""
        return self.index.search(query, limit)

    def citing(self, citation: Citation) -> Sequence[Entry]:
        """Return the entries in use that rest on the article, most direct first."""
        found = [
            entry
            for entry in self.entries.values()
            if citation in entry.citations and entry.status is not EntryStatus.RETIRED
        ]
        return sorted(found, key=lambda entry: (entry.citations.index(citation), entry.code))


def load_library(
    path: Path, statutes: Path, *, today: date | None = None
) -> tuple[Library, list[Problem]]:
    """Read the knowledge folder and the imported statutes.

    The library holds what is sound: an entry with an error of its own is left out, so that a
    broken edit costs one answer and not the bot. Without `today` no date is judged.
    """
    written, problems = _read_faq(path)
    problems += validate_entries(written, today)
    shelf, found = load_shelf(statutes)
    lock, lock_problems = load_lock(path / LOCK_NAME)
    verification = verify_citations(
        _places(written), shelf, lock, (path / LOCK_NAME).as_posix(), today
    )
    entries = _sound_entries(written, problems + verification.wrong)
    lexicon, lexicon_problems = load_lexicon(path / "lexicon.md")
    fields, field_problems = load_other_fields(path / "other-fields.md")
    villages, village_problems = load_villages(path / "villages.md")
    calibration, calibration_problems = load_calibration(path / "calibration.json")
    library = Library(
        entries=entries,
        index=Index.build(_documents(entries, fields), lexicon, calibration),
        lexicon=lexicon,
        statutes=shelf,
        citation_lock=lock,
        other_fields=fields,
        villages=villages,
        cited=tuple(dict.fromkeys(place.citation for place in _places(written))),
    )
    problems += [*verification.wrong, *verification.unverified, *found, *lock_problems]
    problems += [*lexicon_problems, *field_problems, *village_problems, *calibration_problems]
    return library, sorted(set(problems))


def _read_faq(path: Path) -> tuple[list[WrittenEntry], list[Problem]]:
    folder = path / "faq"
    files = [file for file in _visible_files(folder) if file.suffix == ".md"]
    if not files:
        hint = "没有找到任何问答（.md 文件），请检查 [knowledge] path 的设置"
        return [], [Problem(folder.as_posix(), 1, hint)]
    written: list[WrittenEntry] = []
    problems = list(_find_stray_files(folder))
    for file in files:
        shown = file.as_posix()
        text, found = read_text(file, shown)
        problems += found
        if not found:
            entries, found = parse_faq(text, shown)
            written += entries
            problems += found
    return written, problems


def _visible_files(folder: Path) -> list[Path]:
    """Every file but those that editors, Office and version control keep for themselves."""
    found = []
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if not any(part.startswith((".", "~$")) for part in parts) and not file.is_dir():
            found.append(file)
    return found


def _find_stray_files(folder: Path) -> Iterator[Problem]:
    """Windows hides endings, so that `离婚.md.txt` looks right and is never read."""
    for file in _visible_files(folder):
        if file.suffix not in _EXPECTED_SUFFIXES:
            hint = "这个文件不会被读取，问答文件的名字要以 .md 结尾"
            yield Problem(file.as_posix(), 1, hint, Severity.WARNING)


def _places(written: Sequence[WrittenEntry]) -> list[CitedAt]:
    """Every article named to residents: as 依据, and inside the answers."""
    in_use = [one for one in written if one.entry.status is not EntryStatus.RETIRED]
    return [place for one in in_use for place in (*_cited(one), *_mentioned(one))]


def _cited(written: WrittenEntry) -> Iterator[CitedAt]:
    for citation in written.entry.citations:
        yield CitedAt(citation, written.entry.path, written.block.line_of("依据"))


def _mentioned(written: WrittenEntry) -> Iterator[CitedAt]:
    for label in ("短答", "详答", "下一步"):
        for line, text in written.block.lines(label):
            for citation in find_mentions(text):
                yield CitedAt(citation, written.entry.path, line)


def _sound_entries(
    written: Sequence[WrittenEntry], problems: Sequence[Problem]
) -> dict[str, Entry]:
    errors: dict[str, list[int]] = {}
    for problem in problems:
        if problem.severity is Severity.ERROR:
            errors.setdefault(problem.path, []).append(problem.line)
    entries: dict[str, Entry] = {}
    for one in written:
        lines = errors.get(one.entry.path, ())
        if not any(one.entry.line <= line <= one.last_line for line in lines):
            entries.setdefault(one.entry.code, one.entry)
    return entries


def _documents(entries: Mapping[str, Entry], fields: Mapping[str, OtherField]) -> list[Document]:
    documents = [
        Document(code, (entry.question, *entry.phrasings), entry.short_answer)
        for code, entry in entries.items()
        if entry.status is not EntryStatus.RETIRED
    ]
    documents += [Document(FIELD_PREFIX + name, field.phrases) for name, field in fields.items()]
    return documents
