"""The Flask application: which address leads where, and what every response carries."""

from collections.abc import Callable

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from bot.bootstrap import Parts
from bot.conversation.turn import Content
from bot.web.answers import create_answer_pages
from bot.web.console.pages import add_console
from bot.web.events_feed import create_events_feed
from bot.web.health import create_health_page
from bot.web.webhook import create_webhook

MAX_BODY_BYTES = 64 * 1024
"""Compatible mode triples a push; nothing honest comes near this."""

# Pages show text alone: nothing from elsewhere, no script, no frame.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def create_app(parts: Parts) -> Flask:
    """Build the application; it holds no state of its own."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    # WeChat follows no redirect: a slash more at the end does no harm, elsewhere it is a 404.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.register_blueprint(create_webhook(parts.assistant, parts.codec, parts.clock))
    app.register_blueprint(create_answer_pages(_current(parts), lambda: parts.live.settings))
    app.register_blueprint(
        create_events_feed(_current(parts), lambda: parts.live.settings, parts.clock)
    )
    app.register_blueprint(create_health_page(parts.database, _current(parts)))
    add_console(app, parts)
    app.register_error_handler(HTTPException, _show_error)
    app.after_request(_add_headers)
    proxies = parts.settings.server.proxies
    if proxies:
        # Only as many as the office runs itself: whatever stands further left is made up.
        wsgi = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
        app.wsgi_app = wsgi  # type: ignore[method-assign]
    return app


def _current(parts: Parts) -> Callable[[], Content]:
    return lambda: parts.content.current


def _show_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    if request.path.startswith("/a/"):
        page = render_template("missing.html", code=error.code)
        return page, error.code or 500
    return error


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    return response
