"""`/a/<code>`: one entry whole, in large type, readable without JavaScript."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from markupsafe import Markup

from bot.config import Settings
from bot.conversation.turn import Content
from bot.documents.qr import qr_svg
from bot.knowledge.entries import Citation, Entry, EntryStatus
from bot.knowledge.library import Library
from bot.knowledge.rendering import display_citation, ideas, page_html

# Nothing from elsewhere and nothing inline; the one script only reads aloud and makes type larger.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Answer:
    """One entry as its page shows it."""

    entry: Entry
    short: list[str]
    full: Markup
    next_step: list[str]
    articles: list[tuple[str, str]]

    @property
    def approved(self) -> bool:
        """Whether somebody of the office stands behind it."""
        return self.entry.status is EntryStatus.APPROVED


def create_answer_pages(
    content: Callable[[], Content], settings: Callable[[], Settings]
) -> Blueprint:
    """Build the public pages of entries."""
    pages = Blueprint("answers", __name__, static_folder="static", static_url_path="/static/web")

    @pages.get("/a/<code>")
    def show_entry(code: str) -> Response:
        return _page("answer.html", find_answer(content().library, code), settings())

    @pages.get("/a/<code>/card")
    def show_card(code: str) -> Response:
        return _page("card.html", find_answer(content().library, code), settings())

    @pages.get("/a/<code>/qr.svg")
    def show_qr(code: str) -> Response:
        answer = find_answer(content().library, code)
        address = _address(answer.entry, settings())
        if not address:
            abort(404)
        return _fresh(Response(qr_svg(address), mimetype="image/svg+xml"))

    return pages


def find_answer(library: Library, code: str) -> Answer:
    """Return the entry as a page shows it; a 404 where there is none in use."""
    entry = library.find(code)
    if entry is None:
        abort(404)
    return Answer(
        entry,
        list(ideas(entry.short_answer)),
        Markup(page_html(entry)),  # made by markdown-it with HTML switched off
        list(ideas(entry.next_step)),
        [_article(library, citation) for citation in entry.citations],
    )


def _page(template: str, answer: Answer, settings: Settings) -> Response:
    page = render_template(
        template,
        answer=answer,
        entry=answer.entry,
        office=settings.office,
        address=_address(answer.entry, settings),
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = POLICY
    return _fresh(response)


def _fresh(response: Response) -> Response:
    """Let a phone keep the page, and ask each time whether it is still right."""
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _address(entry: Entry, settings: Settings) -> str:
    """Return the page's address as a phone reaches it; empty where the office has set none."""
    base = settings.server.public_url
    return f"{base}{url_for('answers.show_entry', code=entry.code)}" if base else ""


def _article(library: Library, citation: Citation) -> tuple[str, str]:
    """Return how a citation reads and the article's text, empty where it is not imported."""
    article = library.statutes.find(citation)
    return display_citation(citation), article.text if article else ""
