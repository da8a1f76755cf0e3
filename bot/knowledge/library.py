"""One immutable snapshot of the knowledge folder."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from bot.errors import Problem, Severity
from bot.knowledge.citation_check import CitedAt, verify_citations
from bot.knowledge.citation_lock import LOCK_NAME, CitationLock, load_lock
from bot.knowledge.citations import MAIN_LAWS, find_mentions, parse_citation
from bot.knowledge.entries import Citation, Entry, EntryStatus
from bot.knowledge.faq_folder import read_faq
from bot.knowledge.parser import WrittenEntry
from bot.knowledge.statutes import Article, Statute, StatuteShelf, load_shelf
from bot.knowledge.validator import check_together
from bot.knowledge.vocabulary import (
    OtherField,
    Village,
    load_calibration,
    load_lexicon,
    load_other_fields,
    load_villages,
    load_wishes,
)
from bot.retrieval import Document, Hit, Index, Lexicon, Passage, PassageIndex

__all__ = [
    "CALIBRATION",
    "CALIBRATION_WITH_STATUTES",
    "FIELD_PREFIX",
    "WISH_PREFIX",
    "Library",
    "OtherField",
    "Village",
    "check_faq",
    "cited_passages",
    "load_library",
    "with_entry",
]

FIELD_PREFIX = "field:"
WISH_PREFIX = "wish:"
CALIBRATION = "calibration.json"
CALIBRATION_WITH_STATUTES = "calibration-statutes.json"
"""Hits are surer where the articles that an entry cites are imported and speak for it."""

# Measured on some 1,200 questions that people put to lawyers. Of those the entries do not
# answer, 19 % are shown articles where our laws decide (a right one among them in 89 %) and
# under 2 % where another law does.
NEAREST_AT = 0.48
"""How much of a question an article must explain before it is shown as near."""


@dataclass(frozen=True, eq=False)
class Library:
    """Everything answers come from; swapped whole on reload."""

    entries: Mapping[str, Entry]
    index: Index
    documents: Sequence[Document] = ()
    """What the index is built from: entries in use, other fields as decoys, and wishes."""
    lexicon: Lexicon = field(default_factory=Lexicon)
    statutes: StatuteShelf = field(default_factory=StatuteShelf)
    citation_lock: CitationLock = field(default_factory=CitationLock)
    other_fields: Mapping[str, OtherField] = field(default_factory=dict)
    villages: Sequence[Village] = ()
    passages: PassageIndex | None = None
    """The articles of the main laws by their text; None where none is imported."""
    cited: Sequence[Citation] = ()
    """Every citation written anywhere, also in entries that are not served."""

    @cached_property
    def laws(self) -> Sequence[str]:
        """Labels of every law a resident may name, imported or only cited."""
        cited = {citation.law for citation in self.cited}
        return tuple(sorted({*MAIN_LAWS, *self.statutes.laws, *self.citation_lock.laws, *cited}))

    @cached_property
    def in_use(self) -> Sequence[Entry]:
        """Every entry that is served, by code."""
        in_use = (one for one in self.entries.values() if one.status is not EntryStatus.RETIRED)
        return sorted(in_use, key=lambda one: int(one.code) if one.code.isdigit() else 0)

    def find(self, code: str) -> Entry | None:
        """Return the entry of that code, unless it is out of use."""
        entry = self.entries.get(code)
        return entry if entry and entry.status is not EntryStatus.RETIRED else None

    def search(self, query: str, limit: int = 5) -> tuple[Hit, ...]:
        """Return the nearest, best first; a key is a code, `field:<name>` or `wish:<name>`."""
        return self.index.search(query, limit)

    def nearest_articles(self, query: str, limit: int = 2) -> Sequence[Article]:
        """Return the articles of the main laws that may decide the question; mostly none."""
        hits = self.passages.search(query, limit) if self.passages else ()
        near = [parse_citation(hit.key) for hit in hits if hit.share >= NEAREST_AT]
        found = [self.statutes.find(citation) for citation in near if citation]
        return [article for article in found if article]

    def citing(self, citation: Citation) -> Sequence[Entry]:
        """Return the entries in use that rest on the article, most direct first."""
        found = [
            entry
            for entry in self.entries.values()
            if citation in entry.citations and entry.status is not EntryStatus.RETIRED
        ]
        return sorted(found, key=lambda entry: (entry.citations.index(citation), entry.code))


def with_entry(library: Library, entry: Entry) -> Library:
    """Return the library as it would be with this entry in place of the one of its code.

    For trying an edit; the articles are not indexed anew, and a new entry's law is not verified.
    """
    entries = {**library.entries, entry.code: entry}
    others = [one for one in library.documents if one.key != entry.code]
    passages = cited_passages(entries, library.statutes)
    changed = [] if entry.status is EntryStatus.RETIRED else [_document(entry)]
    documents = [*others, *changed]
    index = Index.build(documents, library.lexicon, library.index.calibration, passages)
    return replace(library, entries=entries, index=index, documents=documents)


def load_library(
    path: Path, statutes: Path, *, today: date | None = None
) -> tuple[Library, list[Problem]]:
    """Read the knowledge folder and the imported statutes.

    The library holds what is sound: an entry with an error of its own is left out, so that a
    broken edit costs one answer and not the bot. Without `today` no date is judged.
    """
    written, problems = read_faq(path / "faq")
    problems += check_together(written, today)
    shelf, shelf_problems = load_shelf(statutes)
    lock, lock_problems = load_lock(path / LOCK_NAME)
    places = _places(written)
    shown = (path / LOCK_NAME).as_posix()
    verification = verify_citations(places, shelf, lock, shown, today)
    entries = _sound_entries(written, problems + verification.wrong)
    lexicon, lexicon_problems = load_lexicon(path / "lexicon.md")
    fields, field_problems = load_other_fields(path / "other-fields.md")
    wishes, wish_problems = load_wishes(path / "wishes.md")
    villages, village_problems = load_villages(path / "villages.md")
    passages = cited_passages(entries, shelf)
    fitted = CALIBRATION_WITH_STATUTES if passages else CALIBRATION
    calibration, calibration_problems = load_calibration(path / fitted)
    documents = _documents(entries, fields, wishes)
    index = Index.build(documents, lexicon, calibration, passages)
    library = Library(
        entries=entries,
        index=index,
        documents=documents,
        lexicon=lexicon,
        statutes=shelf,
        citation_lock=lock,
        other_fields=fields,
        villages=villages,
        passages=_index_articles(shelf, entries, index, today),
        cited=tuple(dict.fromkeys(place.citation for place in places)),
    )
    problems += [*verification.wrong, *verification.unverified, *shelf_problems, *lock_problems]
    problems += [
        *lexicon_problems,
        *field_problems,
        *wish_problems,
        *village_problems,
        *calibration_problems,
    ]
    return library, sorted(set(problems))


def check_faq(
    path: Path, library: Library, instead: Mapping[str, str], *, today: date | None
) -> list[Problem]:
    """List what would be wrong with the entries if files had other texts (`instead`, by path).

    Of questions that are nearly the same, and of citations, only those that such a file has a
    part in are listed: a change of entries touches neither statutes nor lock, which are those of
    the library.
    """
    written, problems = read_faq(path / "faq", instead)
    problems += check_together(written, today, near=instead)
    shown = (path / LOCK_NAME).as_posix()
    places = _places([one for one in written if one.entry.path in instead])
    verification = verify_citations(places, library.statutes, library.citation_lock, shown, today)
    return sorted({*problems, *verification.wrong})


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


def _body(entry: Entry) -> str:
    return "\n".join((entry.short_answer, entry.full_answer, entry.next_step))


def _document(entry: Entry) -> Document:
    return Document(
        entry.code,
        (entry.question, *entry.phrasings),
        _body(entry),
        basis=tuple(map(str, entry.citations)),
    )


def _documents(
    entries: Mapping[str, Entry],
    fields: Mapping[str, OtherField],
    wishes: Mapping[str, tuple[str, ...]],
) -> list[Document]:
    in_use = (one for one in entries.values() if one.status is not EntryStatus.RETIRED)
    documents = [_document(entry) for entry in in_use]
    documents += [Document(FIELD_PREFIX + name, field.phrases) for name, field in fields.items()]
    documents += [Document(WISH_PREFIX + name, phrases) for name, phrases in wishes.items()]
    return documents


def cited_passages(entries: Mapping[str, Entry], shelf: StatuteShelf) -> list[Passage]:
    """Return the articles that entries rest on, of any law, as far as they are imported."""
    cited = dict.fromkeys(one for entry in entries.values() for one in entry.citations)
    found = [shelf.find(citation) for citation in cited]
    return [_passage(article) for article in found if article]


def _passage(article: Article) -> Passage:
    return Passage(str(Citation(article.law, article.number)), article.text, article.chapter)


def _index_articles(
    shelf: StatuteShelf, entries: Mapping[str, Entry], index: Index, today: date | None
) -> PassageIndex | None:
    laws = [shelf.laws[law] for law in MAIN_LAWS if law in shelf.laws]
    articles = [
        article
        for statute in laws
        if not _is_repealed(statute, today)
        for article in statute.articles.values()
    ]
    if not articles:
        return None
    asked = _ways_of_asking(entries)
    passages = [
        replace(passage, expansions=tuple(asked.get(passage.key, ())))
        for passage in map(_passage, articles)
    ]
    return PassageIndex.build(passages, index.reader.fold, index.reader.fold_known)


def _is_repealed(statute: Statute, today: date | None) -> bool:
    return bool(today and statute.repealed_on and statute.repealed_on <= today)


def _ways_of_asking(entries: Mapping[str, Entry]) -> Mapping[str, Sequence[str]]:
    """How people ask for each article, from the entries that rest on it first of all.

    The later citations of an entry say little about its question, and made finding worse.
    """
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries.values():
        first = entry.citations[:1] if entry.status is not EntryStatus.RETIRED else ()
        for citation in first:
            asked[str(citation)] += (entry.question, *entry.phrasings)
    return asked
