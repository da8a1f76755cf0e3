"""The values content is made of: entries, citations, and who approved what."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class EntryStatus(StrEnum):
    """Where an entry stands with the office."""

    PENDING = "待审核"
    APPROVED = "已审核"
    RETIRED = "停用"


@dataclass(frozen=True, order=True)
class Citation:
    """One article of one law; `number` is Arabic, with 之N for inserted articles (`120之1`)."""

    law: str
    number: str

    def __str__(self) -> str:
        return f"{self.law}{self.number}"

    @property
    def article(self) -> int:
        """The article's leading number, for sorting."""
        found = re.match(r"\d+", self.number)
        return int(found.group()) if found else 0


@dataclass(frozen=True)
class Entry:
    """One question the office has an answer to."""

    code: str
    question: str
    phrasings: tuple[str, ...]
    """Other ways people ask (问法), without the question itself."""
    citations: tuple[Citation, ...]
    short_answer: str
    full_answer: str
    """Markdown; empty where the short answer says it all."""
    next_step: str
    status: EntryStatus
    approver: str
    approved_on: date | None
    review_by: date | None
    law: str
    part: str
    topic: str
    path: str
    line: int
