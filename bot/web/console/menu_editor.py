"""The account's bottom menu: edited as a form, kept, and pushed to WeChat."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.bootstrap import push_menu
from bot.conversation.menu import (
    KEY_NAMES,
    MAX_BAR,
    MAX_UNDER,
    MenuButton,
    current_menu,
    dump_menu,
    find_menu_problems,
)
from bot.errors import SendError
from bot.storage import options
from bot.storage.staff import Role
from bot.web.console.desk import Desk
from bot.web.console.guard import needs
from bot.web.console.settings import store

OPENS = "url"
"""What the choice 「打开网址」 sends in place of a key."""


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the pages of the menu editor."""

    @pages.get("/settings/menu")
    @needs(Role.ADMIN)
    def show_menu() -> str:
        return _show(current_menu(desk.parts.live.options.get(options.MENU)))

    @pages.post("/settings/menu")
    @needs(Role.ADMIN)
    def save_menu() -> Response | tuple[str, int]:
        menu = read_form(request.form)
        problems = list(dict.fromkeys(find_menu_problems(menu)))
        if problems:
            return _show(menu, problems), 422
        store(desk, options.MENU, dump_menu(menu), _in_words(menu))
        if request.form.get("push"):
            _push(desk)
        else:
            desk.say("菜单已保存，还没有推送：居民看到的还是原来的。")
        return redirect(url_for("console.show_menu"), 303)

    @pages.post("/settings/menu/reset")
    @needs(Role.ADMIN)
    def reset_menu() -> Response:
        store(desk, options.MENU, None, "恢复为出厂菜单")
        desk.say("已恢复为出厂菜单，还没有推送。")
        return redirect(url_for("console.show_menu"), 303)


def read_form(form: Mapping[str, str]) -> list[MenuButton]:
    """Read the buttons that have a name or anything under them, in the order shown."""
    bar = []
    for place in range(MAX_BAR):
        button = _read_button(form, f"b{place}")
        under = [_read_button(form, f"b{place}.{number}") for number in range(MAX_UNDER)]
        named = tuple(one for one in under if one != MenuButton(""))
        if named:
            bar.append(MenuButton(button.name, buttons=named))
        elif button.name:
            bar.append(button)
    return bar


def _read_button(form: Mapping[str, str], prefix: str) -> MenuButton:
    name = form.get(f"{prefix}.name", "").strip()
    deed = form.get(f"{prefix}.deed", "")
    if deed == OPENS:
        return MenuButton(name, url=form.get(f"{prefix}.url", "").strip())
    return MenuButton(name, key=deed) if name else MenuButton("")


def _show(menu: Sequence[MenuButton], problems: Sequence[str] = ()) -> str:
    blank = MenuButton("")
    bar = [*menu, *[blank] * MAX_BAR][:MAX_BAR]
    rows = [(button, [*button.buttons, *[blank] * MAX_UNDER][:MAX_UNDER]) for button in bar]
    return render_template(
        "console/settings/menu.html", rows=rows, keys=KEY_NAMES, opens=OPENS, problems=problems
    )


def _push(desk: Desk) -> None:
    try:
        push_menu(desk.parts)
    except SendError as error:
        desk.warn(f"菜单已保存，但没有推送成功：{error}")
        return
    with desk.database.transaction() as connection:
        desk.audit(connection, "menu.push")
    desk.say("菜单已推送。居民重新打开公众号就能看到，最迟 24 小时。")


def _in_words(menu: Sequence[MenuButton]) -> str:
    return "；".join(
        button.name
        + (f"（{'、'.join(one.name for one in button.buttons)}）" if button.buttons else "")
        for button in menu
    )
