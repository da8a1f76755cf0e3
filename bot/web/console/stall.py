"""One phone page for the day at the stall, and the record of it afterwards."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.consultation.masking import mask_personal_numbers
from bot.documents.docx_record import write_record
from bot.documents.photos import NotAPhoto, strip_metadata
from bot.events.event import Event, Occurrence
from bot.events.wording import hours, weekday
from bot.storage import stall, waiting
from bot.storage.staff import Role
from bot.storage.stall import LEAFLET, MAX_COUNT, PEOPLE, TOPIC, Tally
from bot.web.console.desk import Desk
from bot.web.console.events import find_occurrence
from bot.web.console.guard import needs, new_form_number

LEAFLETS = ("宪法", "民法典", "行政复议", "人民调解", "法律援助", "公众号使用", "其他材料")
TOPICS = (
    *("婚姻彩礼", "借钱还钱", "宅基地和土地", "邻里纠纷", "打工工钱", "老人和继承"),
    *("受伤赔偿", "孩子的事", "行政复议", "公众号怎么用", "其他问题"),
)
RECORD_FIELDS: Mapping[str, str] = {
    "leaders": "到场领导",
    "staff": "工作人员",
    "partners": "一起参加的单位",
    "what": "活动情况",
}
MAX_FIELD = 2000
MAX_QUESTION = 500
WALK_IN = "walk-in"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ONCE = re.compile(r"[A-Za-z0-9-]{8,64}")
_AT_THE_STALL = (Role.EDITOR, Role.REVIEWER, Role.MEDIATOR)


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the page of the stall and the record."""
    _add_stall(pages, desk)
    _add_photos(pages, desk)
    _add_record(pages, desk)


def _add_stall(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/events/<event_id>/<day>/stall")
    @needs(*_AT_THE_STALL)
    def show_stall(event_id: str, day: str) -> str:
        event, occurrence = find_occurrence(desk, event_id, day)
        with desk.database.reading() as connection:
            tally = stall.find_tally(connection, event.event_id, occurrence.day)
            photos = stall.list_photos(connection, event.event_id, occurrence.day)
        return render_template(
            "console/events/stall.html",
            event=event,
            occurrence=occurrence,
            tally=tally,
            photos=photos,
            people=PEOPLE,
            leaflets=[(name, LEAFLET + name) for name in LEAFLETS],
            topics=[(name, TOPIC + name) for name in TOPICS],
            number=new_form_number,
        )

    @pages.post("/events/<event_id>/<day>/tap")
    @needs(*_AT_THE_STALL)
    def tap_stall(event_id: str, day: str) -> AnyResponse:
        event, occurrence = find_occurrence(desk, event_id, day)
        kind, once = request.form.get("kind", ""), _once()
        count = request.form.get("count", 1, type=int)
        known = {PEOPLE, *(LEAFLET + one for one in LEAFLETS), *(TOPIC + one for one in TOPICS)}
        if kind not in known or not 0 < abs(count) <= MAX_COUNT:
            abort(422, "没有记上：请从页面上的按钮点。")
        with desk.database.transaction() as connection:
            _tap(desk, connection, event, occurrence, kind, count, once)
            tally = stall.find_tally(connection, event.event_id, occurrence.day)
        return _answer(tally, event, occurrence)

    @pages.post("/events/<event_id>/<day>/question")
    @needs(*_AT_THE_STALL)
    def ask_at_stall(event_id: str, day: str) -> AnyResponse:
        """A question asked face to face joins those without an answer, once."""
        event, occurrence = find_occurrence(desk, event_id, day)
        text = " ".join(request.form.get("text", "").split())[:MAX_QUESTION]
        topic = TOPIC + request.form.get("topic", "")
        once = _once()
        if not text:
            abort(422, "没有记上：请写下问的是什么。")
        kind = topic if topic.removeprefix(TOPIC) in TOPICS else TOPIC + TOPICS[-1]
        with desk.database.transaction() as connection:
            if _tap(desk, connection, event, occurrence, kind, 1, once):
                waiting.record_miss(
                    connection,
                    openid="",
                    text=mask_personal_numbers(text),
                    reason=WALK_IN,
                    entry="",
                    now=desk.now(),
                )
            tally = stall.find_tally(connection, event.event_id, occurrence.day)
        return _answer(tally, event, occurrence)


def _tap(
    desk: Desk,
    connection: Any,
    event: Event,
    occurrence: Occurrence,
    kind: str,
    count: int,
    once: str,
) -> bool:
    return stall.tap(
        connection,
        event.event_id,
        occurrence.day,
        kind=kind,
        count=count,
        once=once,
        staff_id=desk.visitor().staff.id,
        now=desk.now(),
    )


def _once() -> str:
    once = request.form.get("once", "")
    if not _ONCE.fullmatch(once):
        abort(422, "没有记上：页面太旧，请刷新。")
    return once


def _answer(tally: Tally, event: Event, occurrence: Occurrence) -> AnyResponse:
    if request.form.get("by") == "script":
        return jsonify(counts=dict(tally.counts))
    where = url_for("console.show_stall", event_id=event.event_id, day=occurrence.day)
    return redirect(where, 303)


def _add_photos(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/events/<event_id>/<day>/photo")
    @needs(*_AT_THE_STALL)
    def add_photo(event_id: str, day: str) -> AnyResponse:
        event, occurrence = find_occurrence(desk, event_id, day)
        file, once = request.files.get("photo"), _once()
        try:
            content = strip_metadata(file.read() if file else b"")
        except NotAPhoto:
            abort(422, "没有存上：只收 JPEG 照片（手机拍的一般都是）。")
        with desk.database.transaction() as connection:
            kept = stall.add_photo(
                connection,
                event.event_id,
                occurrence.day,
                content=content,
                once=once,
                staff_id=desk.visitor().staff.id,
                now=desk.now(),
            )
            tally = stall.find_tally(connection, event.event_id, occurrence.day)
            subject = f"{event.event_id} {occurrence.day}"
            if kept:
                desk.audit(connection, "event.photo", subject=subject)
        return _answer(tally, event, occurrence)

    @pages.get("/events/photo/<int:photo_id>.jpg")
    @needs()
    def show_photo(photo_id: int) -> Response:
        with desk.database.reading() as connection:
            content = stall.find_photo(connection, photo_id)
        if content is None:
            abort(404)
        return Response(content, mimetype="image/jpeg")

    @pages.post("/events/<event_id>/<day>/photo/<int:photo_id>/remove")
    @needs(*_AT_THE_STALL)
    def remove_photo(event_id: str, day: str, photo_id: int) -> AnyResponse:
        event, occurrence = find_occurrence(desk, event_id, day)
        with desk.database.transaction() as connection:
            if photo_id not in stall.list_photos(connection, event.event_id, occurrence.day):
                abort(404)
            stall.remove_photo(connection, photo_id)
            subject = f"{event.event_id} {occurrence.day}"
            desk.audit(connection, "event.photo-removed", subject=subject)
        desk.say("照片已删除。")
        return redirect(url_for("console.show_stall", event_id=event_id, day=occurrence.day), 303)


def _add_record(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/events/<event_id>/<day>/record")
    @needs()
    def show_record(event_id: str, day: str) -> str:
        event, occurrence = find_occurrence(desk, event_id, day)
        with desk.database.reading() as connection:
            tally = stall.find_tally(connection, event.event_id, occurrence.day)
            record = stall.find_record(connection, event.event_id, occurrence.day)
            photos = stall.list_photos(connection, event.event_id, occurrence.day)
        return render_template(
            "console/events/record.html",
            event=event,
            occurrence=occurrence,
            rows=_counted_rows(desk, occurrence, tally),
            fields=RECORD_FIELDS,
            record=record,
            photos=photos,
        )

    @pages.post("/events/<event_id>/<day>/record")
    @needs(*_AT_THE_STALL)
    def save_record(event_id: str, day: str) -> AnyResponse:
        event, occurrence = find_occurrence(desk, event_id, day)
        fields = {name: request.form.get(name, "").strip()[:MAX_FIELD] for name in RECORD_FIELDS}
        with desk.database.transaction() as connection:
            name = desk.visitor().staff.name
            stall.store_record(
                connection,
                event.event_id,
                occurrence.day,
                fields=fields,
                written_by=name,
                now=desk.now(),
            )
            subject = f"{event.event_id} {occurrence.day}"
            desk.audit(connection, "event.record", subject=subject)
        desk.say("记录已保存。")
        return redirect(url_for("console.show_record", event_id=event_id, day=occurrence.day), 303)

    @pages.get("/events/<event_id>/<day>/record.docx")
    @needs()
    def export_record(event_id: str, day: str) -> Response:
        event, occurrence = find_occurrence(desk, event_id, day)
        with desk.database.reading() as connection:
            tally = stall.find_tally(connection, event.event_id, occurrence.day)
            record = stall.find_record(connection, event.event_id, occurrence.day)
            numbers = stall.list_photos(connection, event.event_id, occurrence.day)
            photos = [stall.find_photo(connection, one) or b"" for one in numbers]
        rows = [*_counted_rows(desk, occurrence, tally)]
        written = record.fields if record else {}
        rows += [(label, written.get(name, "")) for name, label in RECORD_FIELDS.items()]
        office = desk.parts.live.settings.office.name or "司法所"
        by = f"记录人：{record.written_by}" if record else ""
        signature = f"{office}　{by}"
        content = write_record(f"{occurrence.name}活动记录", rows, photos, signature)
        name = quote(f"{occurrence.name}-{occurrence.day}.docx")
        disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(content, mimetype=DOCX, headers=disposition)


def _counted_rows(desk: Desk, occurrence: Occurrence, tally: Tally) -> Sequence[tuple[str, str]]:
    """Return what the record says without anybody writing it."""
    day: date = occurrence.day
    office = desk.parts.live.settings.office.name
    when = f"{day.year}年{day.month}月{day.day}日（{weekday(day)}，农历{occurrence.lunar}）"
    rows = [
        ("活动名称", occurrence.name),
        ("时间", f"{when}{hours(occurrence)}"),
        ("地点", occurrence.place),
        ("组织单位", office),
        ("到场群众", f"{tally.headcount} 人"),
        ("发放材料", _listed(tally.leaflets, "份", tally.of(LEAFLET))),
        ("解答咨询", _listed(tally.questions, "个", tally.of(TOPIC))),
    ]
    return [(name, text) for name, text in rows if text]


def _listed(total: int, unit: str, counts: Mapping[str, int]) -> str:
    parts = "、".join(f"{name} {count}" for name, count in counts.items() if count)
    return f"{total} {unit}" + (f"（{parts}）" if parts else "")
