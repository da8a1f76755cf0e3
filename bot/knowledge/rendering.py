"""Entries as residents read them: the first reply, the rest of it, and the public page."""

from collections.abc import Sequence

from bot.knowledge.answer_text import render_html, render_page, render_plain, split_ideas
from bot.knowledge.citations import display_citation
from bot.knowledge.entries import Citation, Entry, EntryStatus

__all__ = [
    "display_citation",
    "entry_html",
    "first_reply",
    "ideas",
    "page_html",
    "rest_of_answer",
    "status_line",
]

MAX_FIRST_REPLY = 300
PENDING_LINE = "（内容待司法所审核，仅供参考）"


def first_reply(entry: Entry) -> str:
    """Render the short answer, what it rests on, the next step and who stands behind it."""
    parts = [render_plain(entry.short_answer)]
    if entry.citations:
        parts.append("依据：" + _join_citations(entry.citations))
    if entry.next_step:
        parts.append("下一步：" + render_plain(entry.next_step))
    parts.append(status_line(entry))
    return "\n".join(parts)


def _join_citations(citations: Sequence[Citation]) -> str:
    """Name a law once where several of its articles follow each other."""
    words: list[str] = []
    for place, citation in enumerate(citations):
        shown = display_citation(citation)
        same = place > 0 and citations[place - 1].law == citation.law
        words.append(shown.rpartition("》")[2] if same else shown)
    return "、".join(words)


def rest_of_answer(entry: Entry) -> str:
    """Render what `详` sends: the full answer as plain text, empty where there is none."""
    return render_plain(entry.full_answer)


def status_line(entry: Entry) -> str:
    """Say who approved the entry and until when, or that nobody has yet."""
    if entry.status is not EntryStatus.APPROVED:
        return PENDING_LINE
    approved = f"{entry.approved_on} " if entry.approved_on else ""
    review = f"，{entry.review_by}前复核" if entry.review_by else ""
    return f"（{entry.approver} {approved}审核{review}）"


def entry_html(entry: Entry) -> str:
    """Render the full answer as HTML that is safe to put in a page."""
    return render_html(entry.full_answer)


def page_html(entry: Entry) -> str:
    """Render the full answer for the public page: safe HTML, each sentence on its own line."""
    return render_page(entry.full_answer)


def ideas(text: str) -> Sequence[str]:
    """Return a short text as the lines of the public page, one sentence each."""
    return [line for part in render_plain(text).split("\n") for line in split_ideas(part)]
