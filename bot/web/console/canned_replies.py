"""The ready replies that staff choose from, edited as one form."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.conversation.canned_replies import (
    MAX_TEXT,
    MAX_TITLE,
    CannedReply,
    dump_canned_replies,
    find_problems,
    read_canned_replies,
)
from bot.storage import options
from bot.storage.staff import Role
from bot.web.console.desk import Desk
from bot.web.console.guard import needs
from bot.web.console.settings import store

BLANK_ROWS = 3


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the page of the ready replies."""

    @pages.get("/settings/replies")
    @needs(Role.ADMIN)
    def show_canned_replies() -> str:
        return _show(read_canned_replies(desk.parts.live.options.get(options.CANNED_REPLIES)))

    @pages.post("/settings/replies")
    @needs(Role.ADMIN)
    def save_canned_replies() -> Response | tuple[str, int]:
        titles, texts = request.form.getlist("title"), request.form.getlist("text")
        pairs = [(title.strip(), text.strip()) for title, text in zip(titles, texts, strict=False)]
        replies = [CannedReply(title, text) for title, text in pairs if title or text]
        problems = list(find_problems(replies))
        if problems:
            return _show(replies, problems), 422
        detail = "、".join(one.title for one in replies)
        store(desk, options.CANNED_REPLIES, dump_canned_replies(replies), detail)
        desk.say("常用回复已保存。")
        return redirect(url_for("console.show_canned_replies"), 303)


def _show(replies: Sequence[CannedReply], problems: Sequence[str] = ()) -> str:
    return render_template(
        "console/settings/replies.html",
        replies=[*replies, *[CannedReply("", "")] * BLANK_ROWS],
        problems=problems,
        max_title=MAX_TITLE,
        max_text=MAX_TEXT,
    )
