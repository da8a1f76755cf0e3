"""Browsing the knowledge: entries found by words, law, topic and status, and one of them whole."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from markupsafe import Markup

from bot.conversation.trial import preview
from bot.errors import Problem
from bot.knowledge.entries import Entry, EntryStatus
from bot.knowledge.library import Library
from bot.knowledge.rendering import display_citation, entry_html
from bot.messages import MAX_REPLY_BYTES, plain_text
from bot.retrieval import normalise
from bot.web.console.desk import Desk
from bot.web.console.guard import needs
from bot.web.console.words import STATUS_TAGS
from bot.wechat.replies import render_text

A_PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; an empty field wants everything."""

    words: str = ""
    law: str = ""
    topic: str = ""
    status: str = ""

    def matches(self, entry: Entry) -> bool:
        """Whether the entry is among what is looked for, all words of it."""
        fits = (
            self.law in ("", entry.law, entry.part)
            and self.topic in ("", entry.topic)
            and self.status in ("", entry.status.value)
        )
        return fits and all(word in _searchable(entry) for word in self.words.split())


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the pages for reading entries."""

    @pages.get("/knowledge")
    @needs()
    def show_knowledge() -> str:
        library = desk.parts.content.current.library
        wanted = Wanted(
            normalise(request.args.get("q", "")[:100]),
            request.args.get("law", ""),
            request.args.get("topic", ""),
            request.args.get("status", ""),
        )
        page = max(1, request.args.get("page", 1, type=int) or 1)
        found = find_entries(library, wanted)
        return render_template(
            "console/knowledge/list.html",
            entries=found[(page - 1) * A_PAGE : page * A_PAGE],
            total=len(found),
            page=page,
            last_page=max(1, -(-len(found) // A_PAGE)),
            typed=request.args.get("q", ""),
            wanted=wanted,
            laws=_laws(library),
            topics=_topics(library, wanted.law),
            statuses=list(EntryStatus),
            tags=STATUS_TAGS,
        )

    @pages.get("/knowledge/<code>")
    @needs()
    def show_entry(code: str) -> str:
        library = desk.parts.content.current.library
        entry = library.entries.get(code)
        if entry is None:
            abort(404, f"没有编号 {code} 的问答，可能改过编号，或者所在的文件有错误没有生效。")
        return render_template(
            "console/knowledge/entry.html",
            entry=entry,
            articles=[
                (display_citation(citation), library.statutes.find(citation))
                for citation in entry.citations
            ],
            full_answer=Markup(entry_html(entry)),  # made by markdown-it with HTML switched off
            phone=phone(desk, entry),
            limit=MAX_REPLY_BYTES,
            problems=problems_of(entry, library, desk.parts.content.problems),
            tag=STATUS_TAGS[entry.status],
            path=desk.parts.publisher.below(entry.path),
        )

    @pages.get("/problems")
    @needs()
    def show_problems() -> str:
        found = sorted(desk.parts.content.problems, key=lambda one: (one.severity.value, one))
        return render_template(
            "console/knowledge/problems.html",
            problems=[(one, desk.parts.publisher.below(one.path)) for one in found],
        )


def find_entries(library: Library, wanted: Wanted) -> list[Entry]:
    """Return what is looked for by code, the entry whose code was typed first."""
    found = [entry for entry in library.entries.values() if wanted.matches(entry)]
    return sorted(found, key=lambda entry: (entry.code != wanted.words, _number(entry.code)))


def phone(desk: Desk, entry: Entry) -> tuple[str, int]:
    """Return what a resident's phone shows for the entry, and how many bytes WeChat is sent."""
    reply = preview(entry, desk.parts.content.current, desk.parts.live.rules, desk.now())
    return plain_text(reply), len(render_text(reply).encode())


def problems_of(entry: Entry, library: Library, problems: Sequence[Problem]) -> Sequence[Problem]:
    """Return what is wrong between the first line of this entry and that of the next."""
    lines = [one.line for one in library.entries.values() if one.path == entry.path]
    end = min((line for line in lines if line > entry.line), default=10**9)
    return [one for one in problems if one.path == entry.path and entry.line <= one.line < end]


def _searchable(entry: Entry) -> str:
    # Clerks write simplified characters: width and case are all that can differ.
    return unicodedata.normalize(
        "NFKC",
        "\n".join(
            (
                entry.code,
                entry.question,
                *entry.phrasings,
                entry.short_answer,
                entry.full_answer,
                entry.next_step,
                *map(str, entry.citations),
            )
        ),
    ).lower()


def _number(code: str) -> tuple[int, str]:
    return (int(code), "") if code.isdecimal() else (10**9, code)


def _laws(library: Library) -> Mapping[str, Sequence[str]]:
    """Laws, each with its parts where it has any."""
    found: dict[str, dict[str, None]] = {}
    for entry in library.entries.values():
        parts = found.setdefault(entry.law, {})
        if entry.part:
            parts[entry.part] = None
    return {law: tuple(parts) for law, parts in found.items()}


def _topics(library: Library, law: str) -> Sequence[str]:
    chosen = Wanted(law=law)
    return tuple(
        dict.fromkeys(entry.topic for entry in library.entries.values() if chosen.matches(entry))
    )
