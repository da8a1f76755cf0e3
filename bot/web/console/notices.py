"""The outbox: what waits for a yes, what is coming and by which way, what became of the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.events.audiences import tell_audience
from bot.scheduler.outlook import OPEN, Outlook, Quota, look_ahead, quota_at
from bot.scheduler.wording import tell_recipients, tell_state
from bot.storage import notice_decisions, options, outbox, revisions, staff
from bot.storage.database import Connection
from bot.storage.outbox import ALL_FOLLOWERS, Notice
from bot.storage.staff import Role
from bot.web.console.desk import Desk
from bot.web.console.guard import needs
from bot.web.console.settings import store

SHOWN_FOR = timedelta(days=60)
UNDER_WAY = ("claimed", "sending", "riding")


class Deed(Protocol):
    """What a person decides about a notice; False where it is too late for that."""

    def __call__(self, connection: Connection, notice: Notice, *, by: str, now: datetime) -> bool:
        """Write the decision down."""
        ...


@dataclass(frozen=True)
class Line:
    """One notice as the page shows it."""

    notice: Notice
    event_name: str
    state: str
    audience: str
    recipients: str
    outlook: Outlook | None
    may_approve: bool

    @property
    def is_blocked(self) -> bool:
        """Whether the way it would go is closed, so that nobody may approve it."""
        return bool(self.outlook and self.outlook.is_closed)


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the page of the outbox and what is done on it."""

    @pages.get("/notices")
    @needs()
    def show_notices() -> str:
        lines, quota = _list(desk)
        return render_template(
            "console/events/notices.html",
            waiting=[one for one in lines if one.notice.state in ("drafted", "held")],
            unknown=[one for one in lines if one.notice.state == "unknown"],
            coming=[one for one in lines if one.notice.state == "planned"],
            under_way=[one for one in lines if one.notice.state in UNDER_WAY],
            past=[
                one
                for one in reversed(lines)
                if one.notice.finished_at and one.notice.state not in (*UNDER_WAY, "unknown")
            ],
            quota=quota,
            approval=desk.parts.live.settings.notices.approval,
        )

    @pages.post("/notices/<int:notice_id>/<deed>")
    @needs(Role.REVIEWER)
    def decide_notice(notice_id: int, deed: str) -> Response:
        if deed not in DEEDS:
            abort(404)
        act, done = DEEDS[deed]
        line = next((one for one in _list(desk)[0] if one.notice.id == notice_id), None)
        if line is None:
            abort(404, "没有这条通知。")
        if deed == "approve":
            _demand_approvable(line)
        name, notice = desk.visitor().staff.name, line.notice
        with desk.database.transaction() as connection:
            if not act(connection, notice, by=name, now=desk.now()):
                abort(409, "别人刚刚先处理了这一条，请回到通知页再看一遍。")
            subject = f"{notice.event} {notice.occurrence} {notice.kind}"
            desk.audit(connection, f"notice.{deed}", subject=subject, detail=notice.text)
        desk.say(done)
        return redirect(url_for("console.show_notices"), 303)

    @pages.post("/notices/approval")
    @needs(Role.ADMIN)
    def save_approval() -> Response:
        wanted = request.form.get("approval") == "1"
        store(
            desk, options.NOTICES, {"approval": wanted}, f"通知要批准：{'是' if wanted else '否'}"
        )
        desk.say("已保存，几秒后生效。还没有发的通知也按新的办。")
        return redirect(url_for("console.show_notices"), 303)


DEEDS: Mapping[str, tuple[Deed, str]] = {
    "approve": (notice_decisions.approve, "已批准，到时间就发。"),
    "decline": (notice_decisions.decline, "已定为不发。"),
    "replies": (notice_decisions.leave_to_replies, "已改为只随回复带出，不占群发次数。"),
    "arrived": (partial(notice_decisions.settle, arrived=True), "已记下：这一条发出去了。"),
    "not-sent": (
        partial(notice_decisions.settle, arrived=False),
        "已记下：没有发出，改为随回复带出。",
    ),
}
"""What may be done with a notice, and what the page says then."""


def _demand_approvable(line: Line) -> None:
    if not line.may_approve:
        abort(403, "这个活动是您自己改的，通知要由另一位有审核角色的同事批准。")
    if line.is_blocked and line.outlook:
        abort(409, f"没有批准：{line.outlook.obstacle}。")


def _list(desk: Desk) -> tuple[Sequence[Line], Quota | None]:
    now, parts = desk.now(), desk.parts
    is_service = parts.settings.wechat.account == "service"
    capabilities = parts.outgoing.capabilities
    events = {one.event_id: one for one in parts.content.current.calendar.events}
    with desk.database.reading() as connection:
        found = [one for one in outbox.list_notices(connection) if one.due_at > now - SHOWN_FOR]
        ways = look_ahead(connection, found, capabilities, is_service=is_service, now=now)
        quota = quota_at(connection, now, is_service=is_service) if capabilities.mass_send else None
        alone = _is_alone(desk, connection)
        lines = []
        for notice in found:
            event = events.get(notice.event)
            path = parts.publisher.below(event.path) if event else ""
            told = notice.audience != ALL_FOLLOWERS and notice.state not in OPEN
            counts = outbox.count_deliveries(connection, notice) if told else {}
            lines.append(
                Line(
                    notice,
                    event.name if event else notice.event,
                    tell_state(notice),
                    tell_audience(notice.audience),
                    tell_recipients(counts) if told else "",
                    ways.get(notice.id),
                    alone or not _is_author(desk, connection, path),
                )
            )
    return lines, quota


def _is_author(desk: Desk, connection: Connection, path: str) -> bool:
    """Whether the visitor is who changed the event's file last."""
    newest = revisions.find_newest(connection, path) if path else None
    return newest is not None and newest.author.partition("（")[0] == desk.visitor().staff.name


def _is_alone(desk: Desk, connection: Connection) -> bool:
    me = desk.visitor().staff
    others = [one for one in staff.list_staff(connection) if one.id != me.id]
    return not any(one.may(Role.REVIEWER) for one in others)
