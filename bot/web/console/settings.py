"""What the office sets for itself: its details and the two thresholds."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response

from bot.config import AnswersSettings, OfficeSettings, fixed_by_environment
from bot.storage import options
from bot.storage.staff import Role
from bot.web.console.desk import Desk
from bot.web.console.guard import needs

MAX_TEXT = 120

OFFICE_FIELDS: Mapping[str, tuple[str, str]] = {
    "name": ("单位名称", "例如“某某镇司法所”"),
    "town": ("乡镇", "例如“某某镇”"),
    "county": ("县（市、区）", "例如“某某县”"),
    "phone": ("对外电话", "居民可以直接点拨，带区号"),
    "address": ("办公地址", "写到门牌或者显眼的建筑"),
    "follow_link": ("公众号二维码网址", "扫公众号二维码得到的网址，http://weixin.qq.com/r/ 开头"),
    "hours": ("办公时间", "例如“周一至周五 8:30—12:00，14:00—17:30”"),
}
"""Label and hint of each field of `[office]`."""


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the pages of the settings."""

    @pages.get("/settings")
    @needs(Role.ADMIN)
    def show_settings() -> str:
        return _show(desk)

    @pages.post("/settings/office")
    @needs(Role.ADMIN)
    def save_office() -> Response | tuple[str, int]:
        given = {key: request.form.get(key, "").strip() for key in OFFICE_FIELDS}
        problems = _office_problems(given)
        if problems:
            return _show(desk, office=given, problems=problems), 422
        known = desk.parts.live.settings.office.model_dump()
        store(desk, options.OFFICE, given, changes(known, given, _office_label))
        desk.say("办公信息已保存，几秒后居民就能看到。")
        return redirect(url_for("console.show_settings"), 303)

    @pages.post("/settings/answers")
    @needs(Role.ADMIN)
    def save_answers() -> Response | tuple[str, int]:
        given = {key: request.form.get(key, "") for key in ("answer_at", "clarify_at")}
        read = _read_thresholds(given)
        if isinstance(read, str):
            return _show(desk, answers=given, problems=[read]), 422
        known = desk.parts.live.settings.answers.model_dump()
        store(desk, options.ANSWERS, read, changes(known, read, _ANSWER_LABELS.__getitem__))
        desk.say("已保存。可以到“问答”里试问几句，看看合不合适。")
        return redirect(url_for("console.show_settings"), 303)

    @pages.post("/settings/answers/reset")
    @needs(Role.ADMIN)
    def reset_answers() -> Response:
        store(desk, options.ANSWERS, None, "恢复为出厂值")
        desk.say("已恢复为出厂值。")
        return redirect(url_for("console.show_settings"), 303)


def store(desk: Desk, key: str, value: Any, detail: str) -> None:
    """Set one key in the visitor's name; the log holds what changed."""
    with desk.database.transaction() as connection:
        options.store(connection, key, value, changed_by=desk.visitor().staff.id, now=desk.now())
        desk.audit(connection, "settings.change", subject=key, detail=detail)
    desk.parts.live.forget()


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], label: Callable[[str], str]
) -> str:
    """Say in one line what differs."""
    return "；".join(
        f"{label(key)}：{before.get(key)} → {value}"
        for key, value in after.items()
        if before.get(key) != value
    )


def _show(
    desk: Desk,
    *,
    office: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    problems: list[str] | None = None,
) -> str:
    current = desk.parts.live.settings
    return render_template(
        "console/settings/settings.html",
        fields=OFFICE_FIELDS,
        given=office or current.office.model_dump(),
        answers=answers or current.answers.model_dump(),
        standard=AnswersSettings(),
        fixed=fixed_by_environment(),
        problems=problems or [],
    )


def _office_label(key: str) -> str:
    return OFFICE_FIELDS[key][0]


_ANSWER_LABELS = {"answer_at": "直接回答", "clarify_at": "给出选项"}


def _office_problems(given: Mapping[str, str]) -> list[str]:
    problems = [
        f"{_office_label(key)}最多 {MAX_TEXT} 个字。"
        for key, value in given.items()
        if len(value) > MAX_TEXT
    ]
    problems += [
        f"{_office_label(key)}里有换行或看不见的字符。"
        for key, value in given.items()
        if not value.isprintable()
    ]
    try:
        OfficeSettings(**given)
    except ValidationError as error:
        problems += [str(one["msg"]) for one in error.errors()]
    if given["phone"] and not _is_phone(given["phone"]):
        problems.append("对外电话只写数字、空格和短横，例如 0539-1234567。")
    return problems


def _is_phone(text: str) -> bool:
    digits = [one for one in text if one.isdigit()]
    return all(one in "0123456789 -()（）转+" for one in text) and 5 <= len(digits) <= 16


def _read_thresholds(given: Mapping[str, str]) -> dict[str, float] | str:
    try:
        read = {key: round(float(value), 3) for key, value in given.items()}
        AnswersSettings(**read)
    except ValidationError:
        return "两个数都要在 0 和 1 之间，而且“给出选项”不能大于“直接回答”。"
    except ValueError:
        return "请填 0 到 1 之间的小数，例如 0.72。"
    return read
