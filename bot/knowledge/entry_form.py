"""One entry as a form: its fields as text, and the markdown block they make."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.errors import Problem, Severity, list_errors
from bot.knowledge.duplicates import skeleton
from bot.knowledge.entries import Entry, EntryStatus
from bot.knowledge.library import Library
from bot.knowledge.parser import WrittenEntry, parse_faq
from bot.knowledge.validator import check_entry
from bot.retrieval import likeness

NEAR = 0.88
"""How alike two ways of asking are before a clerk is asked to look at both."""


@dataclass(frozen=True)
class EntryForm:
    """What a clerk may write of an entry; `phrasings` is one a line."""

    code: str
    question: str
    citations: str
    phrasings: str
    short_answer: str
    full_answer: str
    next_step: str
    status: EntryStatus = EntryStatus.PENDING
    approver: str = ""
    approved_on: str = ""
    review_by: str = ""

    @property
    def ways(self) -> Sequence[str]:
        """The ways of asking, without bullets and empty lines."""
        lines = (line.strip().lstrip("-*+").strip() for line in self.phrasings.splitlines())
        return [line for line in lines if line]


@dataclass(frozen=True)
class Alike:
    """A way of asking that stands, the same or nearly, in another entry."""

    phrasing: str
    code: str
    other: str
    is_same: bool


def form_of(entry: Entry) -> EntryForm:
    """Return an entry as a form."""
    return EntryForm(
        code=entry.code,
        question=entry.question,
        citations="、".join(map(str, entry.citations)),
        phrasings="\n".join(entry.phrasings),
        short_answer=entry.short_answer,
        full_answer=entry.full_answer,
        next_step=entry.next_step,
        status=entry.status,
        approver=entry.approver,
        approved_on=str(entry.approved_on or ""),
        review_by=str(entry.review_by or ""),
    )


def edited(entry: Entry, given: Mapping[str, str]) -> EntryForm:
    """Return the form after an edit; whoever changes what residents read undoes the approval.

    New ways of asking leave it: they change who finds the answer, not what it says.
    """
    before = form_of(entry)
    names = ("question", "citations", "phrasings", "short_answer", "full_answer", "next_step")
    fields: dict[str, Any] = {name: _unify(given.get(name, "")) for name in names}
    after = replace(before, **fields)
    told = [name for name in names if name != "phrasings"]
    if entry.status is EntryStatus.APPROVED and any(
        getattr(before, name) != getattr(after, name) for name in told
    ):
        return unapproved(after)
    return after


def unapproved(form: EntryForm) -> EntryForm:
    """Return the form as nobody has approved it."""
    return replace(form, status=EntryStatus.PENDING, approver="", approved_on="", review_by="")


def write_block(form: EntryForm) -> str:
    """Write the block as it stands in the file, without a blank line at its end."""
    lines = [
        f"## {_one_line(form.question)}",
        f"编号：{_one_line(form.code)}",
        f"状态：{form.status.value}",
        f"审核人：{_one_line(form.approver)}",
        f"审核日期：{_one_line(form.approved_on)}",
        f"复核期限：{_one_line(form.review_by)}",
        f"依据：{_one_line(form.citations)}",
        "问法：",
        *(f"- {way}" for way in form.ways),
        f"短答：{form.short_answer}",
    ]
    if form.full_answer:
        lines += ["详答：", form.full_answer]
    if form.next_step:
        lines.append(f"下一步：{form.next_step}")
    return "\n".join(line.rstrip() for line in "\n".join(lines).split("\n"))


def check_form(form: EntryForm, law: str) -> list[Problem]:
    """Check the block by itself; line 1 is its heading.

    A field whose text would be read as another field (a line `状态：已审核` in an answer) is an
    error: nobody approves an entry by the way.
    """
    front = f"---\nlaw: {law}\n---\n# 主题\n"
    offset = front.count("\n")
    written, problems = parse_faq(front + write_block(form) + "\n", "")
    problems = [*problems, *(one for entry in written for one in check_entry(entry))]
    found = [
        replace(one, line=max(1, one.line - offset))
        for one in problems
        if one.line > offset or one.severity is Severity.ERROR
    ]
    if not list_errors(found):
        found += _lost(form, written)
    return sorted(set(found))


def find_alike(form: EntryForm, library: Library) -> Iterator[Alike]:
    """Yield ways of asking that another entry has, or all but has."""
    for way in (form.question, *form.ways):
        mine = skeleton(way)
        for hit in library.search(way, 3):
            entry = library.entries.get(hit.key)
            if entry is None or entry.code == form.code:
                continue
            other = skeleton(hit.matched)
            if mine == other or likeness(mine, other) >= NEAR:
                yield Alike(way, entry.code, hit.matched, mine == other)


def _lost(form: EntryForm, written: Sequence[WrittenEntry]) -> Iterator[Problem]:
    """Yield a problem unless the block reads back as just what was filled in."""
    read = form_of(written[0].entry) if len(written) == 1 else None
    meant = replace(
        form,
        phrasings="\n".join(form.ways),
        citations=read.citations if read else "",
    )
    if read != meant:
        text = "有一行的开头会被当成标签或标题（比如“状态：”“##”），请换个写法"
        yield Problem("", 1, text)


def _unify(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())
