"""Imported official texts, one file a law, and the shelf that finds an article in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.errors import Problem
from bot.knowledge.entries import Citation


@dataclass(frozen=True)
class Article:
    """One 条 of one law; `text` begins after `第X条`."""

    law: str
    number: str
    text: str
    chapter: str = ""


@dataclass(frozen=True)
class Statute:
    """One law: its articles in order, and since and until when it is in force."""

    label: str
    title: str
    effective_on: date | None = None
    repealed_on: date | None = None
    source_hash: str = ""
    articles: Mapping[str, Article] = field(default_factory=dict)


@dataclass(frozen=True)
class StatuteShelf:
    """Every imported law, by label."""

    laws: Mapping[str, Statute] = field(default_factory=dict)

    def find(self, citation: Citation) -> Article | None:
        """Return the article, or None where it does not exist or its law is not imported."""
        statute = self.laws.get(citation.law)
        return statute.articles.get(citation.number) if statute else None


def load_shelf(path: Path) -> tuple[StatuteShelf, list[Problem]]:
    """Read every imported law in the folder; a folder that is not there is an empty shelf."""
    return StatuteShelf(), []
