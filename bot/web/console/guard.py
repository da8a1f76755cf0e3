"""Who may come in: the session of a request, the roles of a route, the token of a form."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, g, request, url_for
from markupsafe import Markup, escape

from bot.errors import ConfigError
from bot.storage import staff_sessions
from bot.storage.staff import Role
from bot.storage.staff_sessions import Session
from bot.web.console.desk import COOKIE, Desk

View = TypeVar("View", bound=Callable[..., object])

ROLES = "console_roles"
"""The attribute of a view function that says who may call it."""

MAX_FORM_BYTES = 900 * 1024
"""A file of 300 KB, which a form triples; more is refused before it is waited for."""

FORM_TOKEN = "csrf"
FORM_COOKIE = "feisu_form"
"""A stranger has no session yet: their forms carry the token of this cookie."""


@dataclass(frozen=True)
class Access:
    """Who may call a route."""

    strangers: bool = False
    roles: tuple[Role, ...] = ()
    changing_password: bool = False
    """Open also to whoever must choose a new password first."""


def needs(*roles: Role) -> Callable[[View], View]:
    """Let in whoever holds one of the roles; with none named, everybody signed in."""
    return _mark(Access(roles=roles))


def open_to_strangers(view: View) -> View:
    """Let in everybody: signing in and what it needs."""
    return _mark(Access(strangers=True))(view)


def open_while_changing_password(view: View) -> View:
    """Let in whoever is signed in, also before they chose a password of their own."""
    return _mark(Access(changing_password=True))(view)


def _mark(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, ROLES, access)
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access:
    """Return who may call the endpoint; ConfigError where nobody has said so."""
    access = getattr(app.view_functions[endpoint], ROLES, None)
    if not isinstance(access, Access):
        raise ConfigError(f"{endpoint}: a route of the console must say who may call it")
    return access


def check_routes(app: Flask, pages: Blueprint) -> None:
    """Refuse to start with a route that says nothing about who may call it."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(f"{pages.name}.") and not rule.endpoint.endswith(".static"):
            access_of(app, rule.endpoint)


class Guard:
    """Stands before every route of the console."""

    def __init__(self, app: Flask, desk: Desk) -> None:
        self._app = app
        self._desk = desk
        self._idle = timedelta(minutes=desk.parts.settings.console.idle_minutes)

    def admit(self) -> Response | None:
        """Find out who comes, and send away who may not."""
        # A file of the knowledge folder is larger than any push.
        request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
        g.session = session = self._find_session()
        access = access_of(self._app, request.endpoint or "")
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            check_form(session)
        if any("\0" in value for value in (*request.args.values(), *request.form.values())):
            abort(400, "内容里有不能保存的字符，请删掉再试。")
        if access.strangers:
            return None
        if session is None:
            return _send_to_sign_in()
        if session.staff.must_change and not access.changing_password:
            return _redirect("console.change_password")
        if not session.staff.may(*access.roles):
            abort(403)
        return None

    def _find_session(self) -> Session | None:
        token = request.cookies.get(COOKIE, "")
        if not token:
            return None
        now = self._desk.now()
        with self._desk.database.reading() as connection:
            session = staff_sessions.find_session(connection, token, idle=self._idle, now=now)
        if session and session.is_due(now):
            with self._desk.database.transaction(durable=False) as connection:
                staff_sessions.note_seen(connection, session, now)
        return session


def _redirect(endpoint: str, **values: Any) -> Response:
    return Response(status=303, headers={"Location": url_for(endpoint, **values)})


def _send_to_sign_in() -> Response:
    if request.method == "GET":
        return _redirect("console.sign_in", next=request.full_path.rstrip("?"))
    return _redirect("console.sign_in", lost="1")


def check_form(session: Session | None) -> None:
    """Refuse a form that one of our own pages did not make (CSRF), with a 400."""
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        abort(400, "这个请求来自别的网站，没有执行。")
    expected = session.csrf if session else request.cookies.get(FORM_COOKIE, "")
    given = request.form.get(FORM_TOKEN, "")
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        abort(400, "页面放得太久或者重新登录过，没有保存。请返回上一页，刷新后再做一次。")


def new_form_number() -> str:
    """A number for one form: what is sent twice with it is done once."""
    return secrets.token_hex(16)


def form_token() -> str:
    """The token that a form on the present page must carry."""
    session: Session | None = g.get("session")
    return session.csrf if session else str(g.form_token)


def form_field() -> Markup:
    """The hidden field with the token."""
    return Markup(f'<input type="hidden" name="{FORM_TOKEN}" value="{escape(form_token())}">')


def local_path(wanted: str) -> str:
    """Return where to go after signing in: a page of the console, whatever was asked for."""
    parts = urlsplit(wanted)
    inside = parts.path.startswith("/console/") and "\\" not in wanted and "//" not in parts.path
    if parts.scheme or parts.netloc or not inside:
        return "/console/"
    return parts.path + (f"?{parts.query}" if parts.query else "")
