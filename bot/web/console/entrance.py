"""Signing in and out, the first administrator, and a password of one's own."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.storage import audit, passwords, staff, staff_sessions, throttles
from bot.storage.staff import Role, Staff
from bot.web.console.desk import COOKIE, Desk, address
from bot.web.console.guard import (
    local_path,
    needs,
    open_to_strangers,
    open_while_changing_password,
)


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the pages of the entrance."""
    _add_signing_in(pages, desk)
    _add_password(pages, desk)
    _add_first_link(pages, desk)


def _add_signing_in(pages: Blueprint, desk: Desk) -> None:

    @pages.get("/sign-in")
    @open_to_strangers
    def sign_in() -> str | AnyResponse:
        if g.session:
            return redirect("/console/", 303)
        return _show_sign_in(lost=request.args.get("lost") == "1")

    @pages.post("/sign-in")
    @open_to_strangers
    def enter() -> AnyResponse | tuple[str, int]:
        name, password = request.form.get("name", "").strip(), request.form.get("password", "")
        keys = throttles.keys_of(name, address())
        wait = _reserve(desk, keys)
        if wait:
            seconds = ceil(wait.total_seconds())
            return _show_sign_in(f"密码错的次数太多，请等 {seconds} 秒再试。", name), 429
        owner = _recognise(desk, name, password)
        if owner is None:
            return _show_sign_in("名字或密码不对。忘了密码，请管理员重设。", name), 403
        with desk.database.transaction() as connection:
            throttles.forgive(connection, keys)
        return _begin(desk, owner, local_path(request.form.get("next", "")))

    @pages.post("/sign-out")
    @open_while_changing_password
    def sign_out() -> AnyResponse:
        with desk.database.transaction() as connection:
            staff_sessions.end(connection, g.session.token)
            desk.audit(connection, "sign-out")
        response = redirect(url_for("console.sign_in"), 303)
        response.delete_cookie(COOKIE, path="/console")
        return response


def _add_password(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/me")
    @needs()
    def me() -> str:
        return render_template("console/me.html")

    @pages.get("/password")
    @open_while_changing_password
    def change_password() -> str:
        return render_template("console/password.html", problem="")

    @pages.post("/password")
    @open_while_changing_password
    def save_password() -> AnyResponse | tuple[str, int]:
        visitor = desk.visitor()
        problem = _password_problem(visitor.staff.name)
        if not problem and _recognise(desk, visitor.staff.name, request.form["old"]) is None:
            problem = "现在的密码不对。"
        if problem:
            return render_template("console/password.html", problem=problem), 422
        hashed = passwords.hash_password(request.form["password"])
        with desk.database.transaction() as connection:
            staff.set_password(connection, visitor.staff.id, hashed, must_change=False)
            desk.audit(connection, "staff.password", subject=visitor.staff.name)
        desk.say("密码已改好。")
        return _begin(desk, visitor.staff, "/console/")


def _add_first_link(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/first/<token>")
    @open_to_strangers
    def first(token: str) -> str:
        with desk.database.reading() as connection:
            usable = staff_sessions.is_first_link(connection, token, desk.now())
        if not usable:
            abort(404, "这个链接已经用过或过期了。请让管理员给您开账号，或在电脑上重新启动程序。")
        return render_template("console/first.html", problem="", name="")

    @pages.post("/first/<token>")
    @open_to_strangers
    def add_first(token: str) -> AnyResponse | tuple[str, int]:
        name = request.form.get("name", "").strip()
        problem = staff.find_name_fault(name) or _password_problem(name)
        if problem:
            return render_template("console/first.html", problem=problem, name=name), 422
        owner = _add_first(desk, token, name, request.form["password"])
        if owner is None:
            abort(404, "这个链接已经用过或过期了。")
        desk.say("管理员账号建好了。下一步可以在“人员”里给同事开账号。")
        return _begin(desk, owner, "/console/")


def _show_sign_in(problem: str = "", name: str = "", *, lost: bool = False) -> str:
    wanted = request.values.get("next", "")
    return render_template(
        "console/sign_in.html", problem=problem, name=name, next=wanted, lost=lost
    )


def _reserve(desk: Desk, keys: Sequence[str]) -> timedelta:
    """Count the attempt before it is made, so that many at once gain nothing."""
    with desk.database.transaction() as connection:
        wait = throttles.remaining(connection, keys, desk.now())
        if not wait:
            throttles.note_failure(connection, keys, desk.now())
    return wait


def _recognise(desk: Desk, name: str, password: str) -> Staff | None:
    with desk.database.reading() as connection:
        found = staff.find_by_name(connection, name)
    known = found if found and found[0].active else None
    if passwords.is_right(password, known[1] if known else None) and known:
        return known[0]
    with desk.database.transaction() as connection:
        # A password typed into the wrong field must not end up in the log.
        shown = found[0].name if found else "（没有这个名字）"
        audit.record(
            connection, name=shown, action="sign-in.failed", now=desk.now(), address=address()
        )
    return None


def _begin(desk: Desk, owner: Staff, where: str) -> Response:
    """Start a fresh session, whatever cookie came along (session fixation)."""
    now = desk.now()
    with desk.database.transaction() as connection:
        staff_sessions.end(connection, request.cookies.get(COOKIE, ""))
        staff_sessions.forget_old(connection, now)
        session = staff_sessions.start(connection, owner, now)
        staff.note_sign_in(connection, owner.id, now)
        audit.record(
            connection,
            name=owner.name,
            staff_id=owner.id,
            action="sign-in",
            now=now,
            address=address(),
        )
    response = Response(status=303, headers={"Location": where})
    response.set_cookie(
        COOKIE,
        session.token,
        path="/console",
        httponly=True,
        samesite="Lax",
        secure=request.is_secure or desk.parts.settings.server.public_url.startswith("https:"),
    )
    return response


def _password_problem(name: str) -> str:
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return "两次输入的新密码不一样。"
    return passwords.find_weakness(password, name)


def _add_first(desk: Desk, token: str, name: str, password: str) -> Staff | None:
    hashed, now = passwords.hash_password(password), desk.now()
    with desk.database.transaction() as connection:
        if not staff_sessions.use_first_link(connection, token, now):
            return None
        if staff.has_anybody(connection):
            return None
        added = staff.add(
            connection,
            name=name,
            roles=[Role.ADMIN],
            password_hash=hashed,
            must_change=False,
            now=now,
        )
        audit.record(
            connection,
            name=name,
            staff_id=added,
            action="staff.add",
            subject=name,
            detail=Role.ADMIN.label,
            now=now,
            address=address(),
        )
        return staff.find(connection, added)
