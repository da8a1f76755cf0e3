"""The villages: their names, what people call them, and who mediates there."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.assistant.publishing import Conflict, Refused
from bot.knowledge.village_form import MAX_NAME, find_problems, read_aliases, write_villages
from bot.knowledge.vocabulary import Village
from bot.storage.staff import Role
from bot.web.console.desk import Desk
from bot.web.console.guard import needs

PATH = "villages.md"
BLANK_ROWS = 5


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the page of the villages."""

    @pages.get("/settings/villages")
    @needs(Role.ADMIN)
    def show_villages() -> str:
        _, base_hash = desk.parts.publisher.read(PATH)
        return _show(desk.parts.content.current.library.villages, base_hash)

    @pages.post("/settings/villages")
    @needs(Role.ADMIN)
    def save_villages() -> Response | tuple[str, int]:
        villages, base_hash = _given(), request.form.get("base", "")
        problems = list(dict.fromkeys(find_problems(villages)))
        if problems:
            return _show(villages, base_hash, problems), 422
        publisher, name = desk.parts.publisher, desk.visitor().staff.name
        content, _ = publisher.read(PATH)
        saved = publisher.save(
            PATH, write_villages(content, villages), base_hash, author=name, comment="改村庄"
        )
        if isinstance(saved, Conflict):
            text = "别人刚刚改过村庄，没有保存。请打开新的一页，对照着再改一次。"
            return _show(villages, base_hash, [text]), 409
        if isinstance(saved, Refused):
            return _show(villages, base_hash, [one.text for one in saved.problems]), 422
        with desk.database.transaction() as connection:
            detail = "、".join(village.name for village in villages)
            desk.audit(connection, "settings.change", subject="villages", detail=detail)
        desk.parts.content.reload_if_changed()
        desk.say(f"已保存，共 {len(villages)} 个村。")
        return redirect(url_for("console.show_villages"), 303)


def _given() -> Sequence[Village]:
    columns = (request.form.getlist(name) for name in ("name", "aliases", "mediator"))
    rows = [tuple(cell.strip() for cell in row) for row in zip(*columns, strict=False)]
    return [
        Village(name, read_aliases(aliases), mediator)
        for name, aliases, mediator in rows
        if name or aliases or mediator
    ]


def _show(villages: Sequence[Village], base_hash: str, problems: Sequence[str] = ()) -> str:
    return render_template(
        "console/settings/villages.html",
        villages=[*villages, *[Village("")] * BLANK_ROWS],
        base=base_hash,
        problems=problems,
        max_name=MAX_NAME,
    )
