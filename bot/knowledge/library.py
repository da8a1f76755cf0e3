"""One immutable snapshot of the knowledge folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.documents.labelled import Block, parse_labelled, read_text
from bot.errors import Problem
from bot.knowledge.citations import parse_citation
from bot.knowledge.entries import Citation, Entry, EntryStatus
from bot.knowledge.statutes import StatuteShelf, load_shelf
from bot.retrieval import Document, Hit, Index, Lexicon

MAIN_LAWS = ("民法典", "宪法", "行政复议法")
LABELS = frozenset(
    ["编号", "状态", "审核人", "审核日期", "复核期限", "依据", "问法", "短答", "详答", "下一步"]
)
PROSE = frozenset({"短答", "详答", "下一步"})


@dataclass(frozen=True)
class OtherField:
    """Another field of law: recognised so that it is never answered from ours."""

    name: str
    where_to_ask: str
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Village:
    """One village: its other names, and who mediates there."""

    name: str
    aliases: tuple[str, ...] = ()
    mediator: str = ""


@dataclass(frozen=True)
class Library:
    """Everything answers come from; swapped whole on reload."""

    entries: Mapping[str, Entry]
    index: Index
    lexicon: Lexicon = field(default_factory=Lexicon)
    statutes: StatuteShelf = field(default_factory=StatuteShelf)
    other_fields: Mapping[str, OtherField] = field(default_factory=dict)
    villages: Sequence[Village] = ()

    @property
    def laws(self) -> Sequence[str]:
        """Labels of every law a resident may name, imported or only cited."""
        cited = {citation.law for entry in self.entries.values() for citation in entry.citations}
        return tuple(sorted({*MAIN_LAWS, *self.statutes.laws, *cited}))

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


def load_library(path: Path, statutes: Path) -> tuple[Library, list[Problem]]:
    """Read the knowledge folder and the imported statutes."""
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for file in sorted(path.glob("faq/**/*.md")):
        shown = file.as_posix()
        text, found = read_text(file, shown)
        problems += found
        labelled, found = parse_labelled(text, shown, labels=LABELS, prose=PROSE)
        problems += found
        for block in labelled.blocks:
            entry = _entry(block, labelled.front, labelled.title, shown)
            entries[entry.code] = entry
    shelf, found = load_shelf(statutes)
    problems += found
    documents = [
        Document(entry.code, (entry.question, *entry.phrasings), entry.short_answer)
        for entry in entries.values()
        if entry.status is not EntryStatus.RETIRED
    ]
    return Library(entries, Index.build(documents), statutes=shelf), problems


def _entry(block: Block, front: Mapping[str, str], title: str, path: str) -> Entry:
    parsed = (parse_citation(text) for text in block.text("依据").split("、"))
    return Entry(
        code=block.text("编号"),
        question=block.heading,
        phrasings=tuple(text for _, text in block.items("问法")),
        citations=tuple(citation for citation in parsed if citation),
        short_answer=block.text("短答"),
        full_answer=block.text("详答"),
        next_step=block.text("下一步"),
        status=EntryStatus(block.text("状态") or "待审核"),
        approver=block.text("审核人"),
        approved_on=None,
        review_by=None,
        law=front.get("law", ""),
        part=front.get("part", ""),
        topic=title,
        path=path,
        line=block.line,
    )
