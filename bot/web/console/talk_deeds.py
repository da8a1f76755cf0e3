"""What a colleague does in a talk: hold it, answer, write a note, hand it back to the bot."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from bot.assistant.replying import HOLD_FOR, Written, reply
from bot.events.audiences import GROUP, GROUPS
from bot.storage import memberships, staff_replies, talks
from bot.storage.database import Connection
from bot.storage.staff import Role
from bot.web.console.desk import Desk
from bot.web.console.guard import needs
from bot.web.console.talks import MAX_NOTE, MAX_REPLY, find, may_send

SAID = {
    "sent": "已发给居民。",
    "waiting": "已存下，居民下一次说话时随回复带出。",
    "unknown": "发出去了，但微信没有回音，不知道居民收到没有。请不要重发，必要时打电话。",
    "repeated": "这一条刚才已经发过，没有再发。",
    "gone": "这位居民的数据已经删除，没有发。",
}


@dataclass(frozen=True)
class Deed:
    """One deed in one talk."""

    openid: str
    staff_id: int


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add what can be done in a talk."""
    _add_answering(pages, desk)
    _add_belonging(pages, desk)
    _add_holding(pages, desk)


def _add_answering(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/talks/<reference>/reply")
    @needs(Role.MEDIATOR)
    def reply_to_resident(reference: str) -> Response:
        text = request.form.get("text", "").replace("\r\n", "\n").strip()
        once = request.form.get("once", "")[:32]
        if not text or not once:
            desk.warn("还没有写要回复的话。")
            return _back(reference)
        if len(text) > MAX_REPLY:
            desk.warn(f"写了 {len(text)} 字，最多 {MAX_REPLY} 字，没有发。请分成两条。")
            return _back(reference)
        with desk.database.reading() as connection:
            openid = find(connection, reference)
        state = reply(
            desk.database,
            desk.parts.outgoing.sender,
            Written(openid, desk.visitor().staff.id, text, once),
            allowed=may_send(desk),
            now=desk.now(),
            note=lambda connection, rung: desk.audit(
                connection, "talks.reply", subject=talks.nickname(openid), detail=rung
            ),
        )
        (desk.say if state in ("sent", "waiting") else desk.warn)(SAID[state])
        return _back(reference)

    @pages.post("/talks/<reference>/withdraw")
    @needs(Role.MEDIATOR)
    def withdraw_reply(reference: str) -> Response:
        reply_id = request.form.get("reply", 0, type=int) or 0
        with desk.database.transaction() as connection:
            openid = find(connection, reference)
            taken = staff_replies.take_waiting(
                connection, reply_id, openid, state="withdrawn", now=desk.now()
            )
            if taken:
                desk.audit(connection, "talks.withdraw", subject=talks.nickname(openid))
        if taken:
            desk.say("已收回，居民不会看到。")
        else:
            desk.warn("收不回来了：它已经随回复发给居民。")
        return _back(reference)

    @pages.post("/talks/<reference>/note")
    @needs(Role.MEDIATOR)
    def add_talk_note(reference: str) -> Response:
        text = request.form.get("text", "").strip()[:MAX_NOTE]
        if text:
            _do(
                desk,
                reference,
                "talks.note",
                lambda connection, deed: talks.add_note(
                    connection, deed.openid, staff_id=deed.staff_id, text=text, now=desk.now()
                ),
            )
            desk.say("备注已记下，居民看不到。")
        else:
            desk.warn("备注还是空的。")
        return _back(reference)


def _add_belonging(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/talks/<reference>/belonging")
    @needs(Role.MEDIATOR)
    def save_belonging(reference: str) -> Response:
        """Put the resident in the office's groups, which hear of what others do not."""
        chosen = [one for one in GROUPS if one in request.form.getlist("groups")]

        def put(connection: Connection, deed: Deed) -> None:
            for name in GROUPS:
                if name in chosen:
                    memberships.join(connection, deed.openid, GROUP + name, desk.now())
                else:
                    memberships.leave(connection, deed.openid, GROUP + name)

        _do(desk, reference, "talks.groups", put)
        desk.say(f"已登记：{'、'.join(chosen) or '不在名单里'}。")
        return _back(reference)


def _add_holding(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/talks/<reference>/hold")
    @needs(Role.MEDIATOR)
    def hold_talk(reference: str) -> Response:
        _do(
            desk,
            reference,
            "talks.hold",
            lambda connection, deed: talks.hold(
                connection, deed.openid, staff_id=deed.staff_id, until=desk.now() + HOLD_FOR
            ),
        )
        desk.say("这段对话由您接着，机器人先不说话。")
        return _back(reference)

    @pages.post("/talks/<reference>/hand-back")
    @needs(Role.MEDIATOR)
    def hand_talk_back(reference: str) -> Response:
        _do(
            desk,
            reference,
            "talks.hand-back",
            lambda connection, deed: talks.hand_back(connection, deed.openid),
        )
        desk.say("已交还给机器人，居民再问由它回答。")
        return _back(reference)


def _do(
    desk: Desk, reference: str, action: str, deed: Callable[[Connection, Deed], object]
) -> None:
    """Do a deed and log it, in one transaction."""
    with desk.database.transaction() as connection:
        openid = find(connection, reference)
        deed(connection, Deed(openid, desk.visitor().staff.id))
        desk.audit(connection, action, subject=talks.nickname(openid))


def _back(reference: str) -> Response:
    return redirect(url_for("console.show_talk", reference=reference), 303)
