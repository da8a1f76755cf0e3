"""Accounts of the staff, for the administrator: opened, changed, closed, given a new password."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.storage import passwords, staff
from bot.storage.database import Connection
from bot.storage.staff import NameTakenError, Role, Staff
from bot.web.console.desk import Desk
from bot.web.console.guard import needs

ROLE_HINTS = {
    Role.ADMIN: "什么都能做：设置、人员、全部内容",
    Role.EDITOR: "写和改问答，处理没答上来的问题",
    Role.REVIEWER: "审核别人的修改，批准问答",
    Role.MEDIATOR: "看居民的对话，回复居民",
    Role.VIEWER: "只看问答和统计，不能改",
}


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the pages of the accounts."""

    @pages.get("/staff")
    @needs(Role.ADMIN)
    def show_staff() -> str:
        return _show(desk)

    @pages.post("/staff")
    @needs(Role.ADMIN)
    def add_staff() -> str | tuple[str, int]:
        name = request.form.get("name", "").strip()
        roles = _chosen_roles()
        problem = staff.find_name_fault(name) or ("" if roles else "请至少选一个角色。")
        password = passwords.make_password()
        if not problem:
            problem = _add(desk, name, roles, password)
        if problem:
            return _show(desk, problem=problem, name=name, chosen=roles), 422
        return render_template("console/settings/password_made.html", name=name, password=password)

    @pages.post("/staff/<int:staff_id>")
    @needs(Role.ADMIN)
    def change_staff(staff_id: int) -> Response:
        roles, active = _chosen_roles(), request.form.get("active") == "1"
        with desk.database.transaction() as connection:
            known = _find(connection, staff_id)
            staff.set_roles(connection, staff_id, roles, active=active)
            if not staff.count_admins(connection):
                abort(422, "至少要留一个能登录的管理员，没有保存。")
            labels = "、".join(role.label for role in roles) or "没有角色"
            detail = labels if active else f"{labels}，停用"
            desk.audit(connection, "staff.change", subject=known.name, detail=detail)
        desk.say(f"{known.name} 已保存。")
        return redirect(url_for("console.show_staff"), 303)

    @pages.post("/staff/<int:staff_id>/reset")
    @needs(Role.ADMIN)
    def reset_password(staff_id: int) -> str:
        password = passwords.make_password()
        hashed = passwords.hash_password(password)
        with desk.database.transaction() as connection:
            known = _find(connection, staff_id)
            staff.set_password(connection, staff_id, hashed, must_change=True)
            desk.audit(connection, "staff.reset", subject=known.name)
        return render_template(
            "console/settings/password_made.html", name=known.name, password=password
        )


def _show(desk: Desk, *, problem: str = "", name: str = "", chosen: Sequence[Role] = ()) -> str:
    with desk.database.reading() as connection:
        everybody = staff.list_staff(connection)
    return render_template(
        "console/settings/staff.html",
        everybody=everybody,
        roles=ROLE_HINTS,
        problem=problem,
        name=name,
        chosen=chosen,
    )


def _chosen_roles() -> Sequence[Role]:
    wanted = request.form.getlist("role")
    return [role for role in Role if role.value in wanted]


def _add(desk: Desk, name: str, roles: Sequence[Role], password: str) -> str:
    hashed = passwords.hash_password(password)
    try:
        with desk.database.transaction() as connection:
            staff.add(
                connection,
                name=name,
                roles=roles,
                password_hash=hashed,
                must_change=True,
                now=desk.now(),
            )
            labels = "、".join(role.label for role in roles)
            desk.audit(connection, "staff.add", subject=name, detail=labels)
    except NameTakenError as error:
        return f"{error}。"
    return ""


def _find(connection: Connection, staff_id: int) -> Staff:
    found = staff.find(connection, staff_id)
    if found is None:
        abort(404)
    return found
