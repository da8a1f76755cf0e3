"""An event in a form: the next ten dates while one types, a diff before anything is published."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request
from werkzeug.wrappers import Response

from bot.documents.lines import EditError, append_block
from bot.errors import Problem, list_errors
from bot.events.calendar import occurrence_on
from bot.events.event import SHANGHAI, EventKind, EventStatus, OnHoliday
from bot.events.event_form import (
    EventForm,
    check_form,
    filled,
    form_of,
    next_dates,
    replace_event,
    write_block,
)
from bot.events.rule_form import (
    ENDINGS,
    KINDS,
    ORDINALS,
    QUARTER_MONTHS,
    WEEKDAYS,
    compose_rule,
)
from bot.events.templates import BY_KEY, TEMPLATES
from bot.events.wording import notice_text, preview_line
from bot.storage.staff import Role
from bot.web.console.changes import offer
from bot.web.console.desk import Desk
from bot.web.console.events import find_event, find_occurrence
from bot.web.console.guard import needs

DATES_SHOWN = 10
NEW_FILE = "events/活动.md"
PREFIX = "field_"
MAX_REASON = 60


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the pages of the form."""
    _add_writing(pages, desk)
    _add_editing(pages, desk)
    _add_changes(pages, desk)


def _add_writing(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/new-event")
    @needs(Role.EDITOR)
    def new_event() -> str:
        template = BY_KEY.get(request.args.get("template", ""))
        form = template.form if template else EventForm("", {"状态": EventStatus.PENDING.value})
        taken = {one.event_id for one in desk.parts.content.current.calendar.events}
        return _show(desk, replace(form, fields={**form.fields, "编号": _free(form, taken)}))

    @pages.post("/new-event")
    @needs(Role.EDITOR)
    def save_new_event() -> Response | str | tuple[str, int]:
        form = _given()
        taken = {one.event_id for one in desk.parts.content.current.calendar.events}
        if form.event_id in taken:
            problem = Problem("", 1, f"编号“{form.event_id}”已经有活动用了，请换一个")
            return _show(desk, form, problems=[problem]), 422
        if request.form.get("deed") == "check":
            return _show(desk, form)
        if list_errors(check_form(form)[1]):
            return _show(desk, form), 422
        path = request.form.get("path", "")
        if path not in _paths(desk):
            abort(404, "没有这个活动文件。")
        content, base_hash = desk.parts.publisher.read(path)
        changed = append_block(content or "# 活动\n".encode(), write_block(form))
        return offer(desk, path, changed, base_hash, f"新增活动 {form.name}")


def _add_editing(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/events/<event_id>/edit")
    @needs(Role.EDITOR)
    def edit_event(event_id: str) -> str:
        content = _read(desk, event_id)[1]
        return _show(desk, _form_in(content, event_id), event_id=event_id)

    @pages.post("/events/<event_id>/edit")
    @needs(Role.EDITOR)
    def save_event(event_id: str) -> Response | str | tuple[str, int]:
        form = _given()
        form = replace(form, fields={**form.fields, "编号": event_id})
        if request.form.get("deed") == "check":
            return _show(desk, form, event_id=event_id)
        if list_errors(check_form(form)[1]):
            return _show(desk, form, event_id=event_id), 422
        return _offer(desk, event_id, form, f"修改活动 {form.name}")

    @pages.post("/check-event")
    @needs(Role.EDITOR)
    def check_event_form() -> Response:
        return jsonify(_checked(_given(), _today(desk)))


def _add_changes(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/events/<event_id>/<day>/change")
    @needs(Role.EDITOR)
    def change_occurrence(event_id: str, day: str) -> Response:
        event, occurrence = find_occurrence(desk, event_id, day)
        line = _change_line(occurrence.moved_from or occurrence.day)
        content = _read(desk, event_id)[1]
        form = _form_in(content, event_id)
        known = form.fields.get("改动", "")
        fields = {**form.fields, "改动": f"{known}\n{line}".strip()}
        changed = replace(form, fields=fields)
        errors = list_errors(check_form(changed)[1])
        if errors:
            abort(422, f"没有保存：{errors[0].text}。")
        return _offer(desk, event_id, changed, f"{event.name} {line}")


def _change_line(day: date) -> str:
    """Write what was chosen as the line a clerk would write; raises a 422 where it is empty."""
    deed = request.form.get("deed", "")
    reason = " ".join(request.form.get("reason", "").split())[:MAX_REASON]
    value = " ".join(request.form.get("value", "").split())[:MAX_REASON]
    said = {
        "cancel": "取消",
        "move": f"改到 {request.form.get('to_day', '')} {value}".rstrip(),
        "hours": f"改时间：{value}",
        "place": f"改地点：{value}",
    }.get(deed)
    if said is None or (deed in ("hours", "place") and not value):
        abort(422, "没有保存：请选怎么改，并把新的时间或地点写上。")
    brackets = str.maketrans("（）()", "【】[]")
    return f"{day} {said}" + (f"（{reason.translate(brackets)}）" if reason else "")


def _given() -> EventForm:
    values = {
        name.removeprefix(PREFIX): value
        for name, value in request.form.items()
        if name.startswith(PREFIX)
    }
    kind = request.form.get("rule_kind", "free")
    if kind in KINDS and kind != "free":
        choices: Mapping[str, list[str]] = request.form.to_dict(flat=False)
        values["规则"] = compose_rule(kind, choices)
    return filled(request.form.get("name", ""), values)


def _free(form: EventForm, taken: set[str]) -> str:
    wanted = form.event_id
    return next(
        (one for one in (wanted, *(f"{wanted}-{n}" for n in range(2, 99))) if one not in taken),
        wanted,
    )


def _paths(desk: Desk) -> list[str]:
    found = [one for one in desk.parts.publisher.list_paths() if one.startswith("events/")]
    return found or [NEW_FILE]


def _read(desk: Desk, event_id: str) -> tuple[str, bytes, str]:
    path = desk.parts.publisher.below(find_event(desk, event_id).path)
    return path, *desk.parts.publisher.read(path)


def _form_in(content: bytes, event_id: str) -> EventForm:
    try:
        return form_of(content, event_id)
    except EditError as error:
        abort(409, f"{error}：文件刚刚被人改过，请返回再打开一次。")


def _offer(desk: Desk, event_id: str, form: EventForm, comment: str) -> Response:
    path, content, base_hash = _read(desk, event_id)
    try:
        changed = replace_event(content, event_id, write_block(form))
    except EditError as error:
        abort(409, f"{error}：文件刚刚被人改过，请返回再打开一次。")
    return offer(desk, path, changed, base_hash, comment)


def _today(desk: Desk) -> date:
    return desk.now().astimezone(SHANGHAI).date()


def _checked(form: EventForm, today: date) -> dict[str, Any]:
    """Return what the page shows while one types: problems, the next dates, the notice."""
    event, problems = check_form(form)
    told = [one.text for one in problems]
    if not form.name:
        told.insert(0, "还没有写活动名")
    if event is None:
        return {"problems": told, "rule": form.fields.get("规则", ""), "dates": [], "notice": ""}
    days = next_dates(event, today, DATES_SHOWN)
    coming = [occurrence_on(event, day) for day in days]
    notice = ""
    if coming and event.notice_times:
        sent_on = event.notice_times[0].moment(coming[0].day).date()
        notice = notice_text(event, coming[0], sent_on)
    return {
        "problems": told,
        "rule": form.fields.get("规则", ""),
        "dates": [preview_line(one) for one in coming],
        "notice": notice,
    }


def _show(
    desk: Desk, form: EventForm, *, event_id: str = "", problems: list[Problem] | None = None
) -> str:
    checked = _checked(form, _today(desk))
    checked["problems"] = [one.text for one in problems or []] + checked["problems"]
    return render_template(
        "console/events/edit.html",
        form=form,
        event_id=event_id,
        checked=checked,
        prefix=PREFIX,
        paths=[] if event_id else _paths(desk),
        templates=[] if event_id else TEMPLATES,
        kinds=KINDS,
        chosen=request.form.get("rule_kind", "free" if form.fields.get("规则") else "market"),
        picked=request.form.to_dict(flat=False),
        weekdays=WEEKDAYS,
        endings=ENDINGS,
        ordinals=ORDINALS,
        quarter_months=QUARTER_MONTHS,
        event_kinds=[one.value for one in EventKind],
        statuses=[one.value for one in EventStatus],
        holidays=[one.value for one in OnHoliday],
    )
