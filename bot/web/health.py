"""Whether the process lives and can work."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify

from bot.conversation.turn import Content
from bot.errors import StorageError
from bot.storage import inbox
from bot.storage.database import Database


def create_health_page(database: Database, content: Callable[[], Content]) -> Blueprint:
    """Build `/healthz`: 200 when messages can be answered, 503 with the reason otherwise."""
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    def show_health() -> tuple[Response, int]:
        entries = len(content().library.entries)
        try:
            with database.reading() as connection:
                inbox.find(connection, "")
        except StorageError:
            return jsonify(live=True, ready=False, database="unavailable", entries=entries), 503
        return jsonify(live=True, ready=entries > 0, database="ok", entries=entries), (
            200 if entries else 503
        )

    return pages
