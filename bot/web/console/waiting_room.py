"""Who waits for a person: danger signs first, then talks held, then who asked for somebody."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.errors import SendError
from bot.storage import talks, waiting
from bot.storage.staff import Role
from bot.web.console.desk import Desk
from bot.web.console.guard import needs
from bot.web.console.talks import find, list_colleagues
from bot.web.console.words import HANDOFF_KINDS


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the page of who waits, and what is done there."""
    _add_reading(pages, desk)
    _add_deeds(pages, desk)


def _add_reading(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/waiting")
    @needs(Role.MEDIATOR)
    def show_waiting() -> str:
        with desk.database.transaction() as connection:
            alarms = waiting.list_alarms(connection)
            handoffs = waiting.list_handoffs(connection)
            unanswered = talks.list_unanswered(connection)
            colleagues = list_colleagues(connection)
            if alarms or handoffs:
                detail = f"{len(alarms)} 个危险信号，{len(handoffs)} 位居民的登记"
                desk.audit(connection, "talks.waiting", detail=detail)
        return render_template(
            "console/talks/waiting.html",
            alarms=alarms,
            handoffs=handoffs,
            unanswered=unanswered,
            colleagues=colleagues,
            kinds=HANDOFF_KINDS,
            now=desk.now(),
            may_download=desk.parts.outgoing.capabilities.download_media,
        )

    @pages.get("/waiting/<int:handoff_id>/voice")
    @needs(Role.MEDIATOR)
    def hear_voice(handoff_id: int) -> Response:
        with desk.database.transaction() as connection:
            one = waiting.find_handoff(connection, handoff_id)
            if one is None or not one.media_id:
                abort(404, "没有这条语音，可能已经办完。")
            desk.audit(connection, "talks.voice", subject=f"登记 {handoff_id}")
        try:
            sound = desk.parts.client.download_media(one.media_id)
        except SendError as error:
            abort(404, f"语音取不下来：{error.reason}。微信只保存三天。")
        name = {"Content-Disposition": f"attachment; filename=voice-{handoff_id}.amr"}
        return Response(sound, mimetype="audio/amr", headers=name)


def _add_deeds(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/waiting/<int:handoff_id>/assign")
    @needs(Role.MEDIATOR)
    def assign_handoff(handoff_id: int) -> AnyResponse:
        me = desk.visitor().staff
        chosen = request.form.get("to", me.id, type=int)
        with desk.database.transaction() as connection:
            to = next((one for one in list_colleagues(connection) if one.id == chosen), None)
            done = to is not None and waiting.assign_handoff(
                connection, handoff_id, staff_id=to.id, now=desk.now()
            )
            if to and done:
                desk.audit(connection, "talks.assign", subject=f"登记 {handoff_id}", detail=to.name)
        if to and done:
            desk.say("由您来办。" if to.id == me.id else f"已交给{to.name}。")
        else:
            desk.warn("没有交出去：这件事已经办完，或者这位同事不能接待居民。")
        return redirect(url_for("console.show_waiting"), 303)

    @pages.post("/waiting/<int:handoff_id>/close")
    @needs(Role.MEDIATOR)
    def close_handoff(handoff_id: int) -> AnyResponse:
        with desk.database.transaction() as connection:
            done = waiting.close_handoff(
                connection, handoff_id, by=desk.visitor().staff.id, now=desk.now()
            )
            if done:
                desk.audit(connection, "talks.close", subject=f"登记 {handoff_id}")
        (desk.say if done else desk.warn)("已办完。" if done else "别人已经办完了。")
        return redirect(url_for("console.show_waiting"), 303)

    @pages.post("/alarms/<int:alarm_id>/seen")
    @needs(Role.MEDIATOR)
    def see_alarm(alarm_id: int) -> AnyResponse:
        with desk.database.transaction() as connection:
            openid = find(connection, f"a{alarm_id}")
            done = waiting.see_alarm(
                connection, alarm_id, by=desk.visitor().staff.id, now=desk.now()
            )
            if done:
                desk.audit(
                    connection, "talks.alarm", subject=talks.nickname(openid), detail="已处理"
                )
        (desk.say if done else desk.warn)("已记下您处理过。" if done else "别人已经处理过了。")
        return redirect(url_for("console.show_waiting"), 303)
