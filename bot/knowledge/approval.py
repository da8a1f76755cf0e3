"""Approving entries in the bytes of their file: who, when, until when, and nothing else."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from bot.documents.reading import unify_line_ends
from bot.errors import ContentError, Problem
from bot.knowledge.editing import entry_block, set_fields
from bot.knowledge.entries import Entry, EntryStatus
from bot.knowledge.parser import WrittenEntry, parse_faq

REVIEW_AFTER = timedelta(days=365)
LONGEST = timedelta(days=3 * 366)

_RANKED = re.compile(r"^\|\s*\d+\s*\|\s*(\d+)\s*\|", re.MULTILINE)


class ApprovalError(ContentError):
    """The entry cannot be approved as it stands in its file."""


@dataclass(frozen=True)
class Approval:
    """What is set of an entry; `PENDING` and `RETIRED` clear the rest."""

    status: EntryStatus
    approver: str = ""
    approved_on: date | None = None
    review_by: date | None = None

    @property
    def fields(self) -> Mapping[str, str]:
        """The lines of the file."""
        return {
            "状态": self.status.value,
            "审核人": self.approver,
            "审核日期": str(self.approved_on or ""),
            "复核期限": str(self.review_by or ""),
        }


def read_order(file: Path) -> Sequence[str]:
    """Return the codes in the table of `review-first.md`, in its order; none without it."""
    try:
        return _RANKED.findall(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return ()


def fingerprint(content: bytes, code: str) -> str:
    """Hash an entry's block: whoever approves it approves what they were shown."""
    return hashlib.sha256(entry_block(content, code).encode()).hexdigest()


def approve(content: bytes, code: str, approval: Approval) -> bytes:
    """Set the lines of approval; ApprovalError unless everything else reads as before."""
    before = _entry(content, code)
    changed = set_fields(content, code, approval.fields)
    meant = replace(
        before,
        status=approval.status,
        approver=approval.approver,
        approved_on=approval.approved_on,
        review_by=approval.review_by,
    )
    if replace(_entry(changed, code), line=before.line) != meant:
        raise ApprovalError(f"编号 {code}：审核人的名字写进文件后读不回来，请换个名字")
    return changed


def find_unread_approvals(before: bytes, after: bytes, path: str) -> list[Problem]:
    """List the entries that a typed file calls approved though nobody approved just that.

    An approval is set by whoever has read the entry beside its law. What a file says of it only
    counts where all that residents read, and the approval itself, stand in the file as it was;
    ways of asking may change.
    """
    approved = {_told(one.entry) for one in _parse(before)}
    return [
        Problem(
            path,
            one.block.line_of("状态"),
            f"编号 {one.entry.code} 写着“已审核”，可是内容或审核信息和原来的不一样："
            "请写成“待审核”，发布以后再到“审核”里通过",
        )
        for one in _parse(after)
        if one.entry.status is EntryStatus.APPROVED and _told(one.entry) not in approved
    ]


def _told(entry: Entry) -> Entry:
    return replace(entry, phrasings=(), law="", part="", topic="", path="", line=0)


def _parse(content: bytes) -> Sequence[WrittenEntry]:
    text = unify_line_ends(content.decode("utf-8", "replace")).removeprefix("\ufeff")
    return parse_faq(text, "")[0]


def _entry(content: bytes, code: str) -> Entry:
    text = unify_line_ends(content.decode("utf-8")).removeprefix("\ufeff")
    found = [one.entry for one in parse_faq(text, "")[0] if one.entry.code == code]
    if len(found) != 1:
        raise ApprovalError(f"文件里找不到编号 {code} 的问答，或者不止一条")
    return found[0]
