"""The console whole: its sections, its menu, and what every page of it carries."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from bot.bootstrap import Parts
from bot.errors import StorageError
from bot.storage.staff import Role
from bot.web.console import (
    accounts,
    approvals,
    audit_log,
    canned_replies,
    changes,
    entrance,
    entries,
    entry_editor,
    event_editor,
    events,
    figures,
    files,
    menu_editor,
    misses,
    notices,
    said,
    settings,
    stall,
    talk_deeds,
    talks,
    today,
    trials,
    villages,
    waiting_room,
)
from bot.web.console.desk import Desk
from bot.web.console.guard import FORM_COOKIE, Guard, check_routes, form_field, form_token

Section = Callable[[Blueprint, Desk], None]

SECTIONS: Sequence[Section] = (
    entrance.add_routes,
    today.add_routes,
    entries.add_routes,
    trials.add_routes,
    approvals.add_routes,
    entry_editor.add_routes,
    changes.add_routes,
    files.add_routes,
    misses.add_routes,
    events.add_routes,
    event_editor.add_routes,
    notices.add_routes,
    stall.add_routes,
    figures.add_routes,
    waiting_room.add_routes,
    talks.add_routes,
    talk_deeds.add_routes,
    settings.add_routes,
    villages.add_routes,
    menu_editor.add_routes,
    canned_replies.add_routes,
    accounts.add_routes,
    audit_log.add_routes,
)

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class MenuItem:
    """One line of the menu."""

    here: str
    title: str
    endpoint: str
    roles: Sequence[Role] = ()


MENU: Sequence[MenuItem] = (
    MenuItem("today", "今天", "console.show_today"),
    MenuItem("knowledge", "问答", "console.show_knowledge"),
    MenuItem("waiting", "等候", "console.show_waiting", (Role.MEDIATOR,)),
    MenuItem("talks", "对话", "console.show_talks", (Role.MEDIATOR,)),
    MenuItem("misses", "未答问题", "console.show_misses"),
    MenuItem("events", "活动", "console.show_events"),
    MenuItem("figures", "统计", "console.show_figures"),
    MenuItem("settings", "设置", "console.show_settings", (Role.ADMIN,)),
)


def add_console(app: Flask, parts: Parts) -> None:
    """Add `/console/` to the application."""
    desk = Desk(parts)
    pages = Blueprint("console", __name__, url_prefix="/console")
    guard = Guard(app, desk)
    pages.before_request(_prepare)
    pages.before_request(guard.admit)
    pages.after_request(_finish)
    for add_routes in SECTIONS:
        add_routes(pages, desk)
    pages.register_error_handler(HTTPException, show_error)
    pages.register_error_handler(StorageError, _show_storage_error)
    pages.context_processor(lambda: _known_to_templates(desk))
    app.register_blueprint(pages)
    check_routes(app, pages)


def _prepare() -> None:
    g.said = []
    g.form_token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)


def _known_to_templates(desk: Desk) -> dict[str, object]:
    session = g.get("session")
    staff = session.staff if session else None
    menu = [item for item in MENU if staff and staff.may(*item.roles) and not staff.must_change]
    return {
        "csrf": form_field,
        "form_token": form_token,
        "menu": menu,
        "said": said.collect,
        "staff": staff,
        "Role": Role,
        "office": desk.parts.live.settings.office,
        "endpoints": current_app.view_functions,
    }


def _finish(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    if not g.get("session") and g.get("form_token") != request.cookies.get(FORM_COOKIE):
        response.set_cookie(
            FORM_COOKIE, g.form_token, path="/console", httponly=True, samesite="Strict"
        )
    return said.carry(response)


_WORDS = {
    403: "您的账号不能做这件事。需要的话，请管理员调整您的角色。",
    404: "没有这个页面，可能已经删除，或者地址打错了。",
    405: "这个地址不能这样打开，请从菜单进入。",
    413: "内容太大，没有保存。请分成几个文件。",
}


def show_error(error: HTTPException) -> tuple[str, int]:
    """Show what went wrong in Chinese; `abort(400, "…")` brings its own words."""
    code = error.code or 500
    standard = type(error).description
    own = error.description if error.description != standard else ""
    text = own or _WORDS.get(code, "刚才没有做成，请返回再试一次。")
    return render_template("console/error.html", text=text), code


def _show_storage_error(error: StorageError) -> tuple[str, int]:
    text = f"数据库现在用不了，没有保存。请过一会儿再试。（{error}）"
    return render_template("console/error.html", text=text), 503
