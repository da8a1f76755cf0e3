"""`/a/<code>`: one entry whole, in large type, readable without JavaScript."""

from collections.abc import Callable

from flask import Blueprint, abort, render_template
from markupsafe import Markup

from bot.config import OfficeSettings
from bot.conversation.turn import Content
from bot.knowledge.entries import Citation, EntryStatus
from bot.knowledge.library import Library
from bot.knowledge.rendering import display_citation, entry_html


def create_answer_pages(
    content: Callable[[], Content], office: Callable[[], OfficeSettings]
) -> Blueprint:
    """Build the public pages of entries."""
    pages = Blueprint("answers", __name__, static_folder="static", static_url_path="/static/web")

    @pages.get("/a/<code>")
    def show_entry(code: str) -> str:
        library = content().library
        entry = library.find(code)
        if entry is None or entry.status is EntryStatus.RETIRED:
            abort(404)
        return render_template(
            "answer.html",
            entry=entry,
            full_answer=Markup(entry_html(entry)),  # made by markdown-it with HTML switched off
            articles=[_article(library, citation) for citation in entry.citations],
            approved=entry.status is EntryStatus.APPROVED,
            office=office(),
        )

    return pages


def _article(library: Library, citation: Citation) -> tuple[str, str]:
    """Return how a citation reads and the article's text, empty where it is not imported."""
    article = library.statutes.find(citation)
    return display_citation(citation), article.text if article else ""
