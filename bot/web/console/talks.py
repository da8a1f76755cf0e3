"""Talks with residents: looked for, read, and answered by a person; every reading is logged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, render_template, request

from bot.assistant.replying import HOLD_FOR, look_at
from bot.conversation.canned_replies import read_canned_replies
from bot.events.audiences import GROUP, GROUPS
from bot.storage import memberships, options, staff, staff_replies, talks, waiting
from bot.storage.database import Connection
from bot.storage.staff import Role, Staff
from bot.storage.staff_replies import StaffReply
from bot.storage.talks import Spoken, Wanted
from bot.web.console.desk import Desk
from bot.web.console.guard import needs, new_form_number
from bot.web.console.words import DECISIONS, HANDOFF_KINDS, REPLY_STATES, decision_label

A_PAGE = 30
SHOWN = 100
MAX_REPLY = 500
MAX_NOTE = 1000

SPOKEN_KINDS = {
    "voice": "（语音）",
    "image": "（图片）",
    "video": "（视频）",
    "location": "（位置）",
    "link": "（链接）",
    "follow": "（关注了公众号）",
    "unfollow": "（取消了关注）",
    "scan": "（扫了二维码）",
    "menu-click": "（按了菜单）",
}
"""What a message without words was."""


@dataclass(frozen=True)
class Line:
    """One thing said, by the resident, the bot or a colleague."""

    at: datetime
    who: str
    """`resident`, `bot` or `staff`."""
    by: str
    text: str
    hint: str = ""
    reply: StaffReply | None = None


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the list of talks and the page of one."""

    @pages.get("/talks")
    @needs(Role.MEDIATOR)
    def show_talks() -> str:
        wanted = Wanted(
            request.args.get("q", "").strip()[:50],
            request.args.get("decision", ""),
            request.args.get("village", "").strip()[:64],
        )
        before = request.args.get("before", type=int)
        page = max(1, request.args.get("page", 1, type=int) or 1)
        with desk.database.reading() as connection:
            found = talks.list_talks(
                connection, wanted, before=before, offset=(page - 1) * A_PAGE, limit=A_PAGE
            )
        if wanted.words:
            with desk.database.transaction() as connection:
                desk.audit(connection, "talks.search", detail=wanted.words)
        return render_template(
            "console/talks/list.html",
            found=found,
            wanted=wanted,
            before=before,
            page=page,
            window=talks.WINDOW,
            decisions=DECISIONS,
            decision_label=decision_label,
            kinds=SPOKEN_KINDS,
            villages=[one.name for one in desk.parts.content.current.library.villages],
        )

    @pages.get("/talks/<reference>")
    @needs(Role.MEDIATOR)
    def show_talk(reference: str) -> str:
        with desk.database.transaction() as connection:
            openid = find(connection, reference)
            desk.audit(connection, "talks.read", subject=talks.nickname(openid))
            return _show(desk, connection, reference, openid)


def find(connection: Connection, reference: str) -> str:
    """Return whose talk it is, or answer that there is none."""
    openid = talks.find_openid(connection, reference)
    if openid is None:
        abort(404, "没有这段对话，可能已经过了保存期限，或者居民删除了自己的数据。")
    return openid


def may_send(desk: Desk) -> bool:
    """Whether the account may send a message of its own accord."""
    return desk.parts.outgoing.capabilities.customer_service


def list_colleagues(connection: Connection) -> Sequence[Staff]:
    """List who may talk to residents."""
    return [one for one in staff.list_staff(connection) if one.active and one.may(Role.MEDIATOR)]


def _show(desk: Desk, connection: Connection, reference: str, openid: str) -> str:
    now = desk.now()
    before = request.args.get("before", type=int)
    standing, reach = look_at(connection, openid, allowed=may_send(desk), now=now)
    spoken = talks.list_spoken(connection, openid, before=before, limit=SHOWN)
    replies = staff_replies.list_of(connection, openid)
    canned = read_canned_replies(desk.parts.live.options.get(options.CANNED_REPLIES))
    chosen = request.args.get("use", type=int)
    is_chosen = chosen is not None and 0 <= chosen < len(canned)
    return render_template(
        "console/talks/talk.html",
        reference=reference,
        name=talks.nickname(openid),
        standing=standing,
        held=standing.is_held(now),
        mine=standing.held_by == desk.visitor().staff.id,
        reach=reach,
        lines=_lines(spoken, replies if before is None else ()),
        older=spoken[0].id if len(spoken) == SHOWN else None,
        handoffs=waiting.list_handoffs_of(connection, openid),
        handoff_kinds=HANDOFF_KINDS,
        canned=canned,
        draft=canned[chosen].text if is_chosen and chosen is not None else "",
        once=new_form_number(),
        max_reply=MAX_REPLY,
        max_note=MAX_NOTE,
        hold_hours=HOLD_FOR.seconds // 3600,
        states=REPLY_STATES,
        groups=GROUPS,
        in_groups=[one.removeprefix(GROUP) for one in memberships.list_names(connection, openid)],
    )


def _lines(spoken: Sequence[Spoken], replies: Sequence[StaffReply]) -> Sequence[Line]:
    lines: list[Line] = []
    for one in spoken:
        said = one.text or SPOKEN_KINDS.get(one.kind, f"（{one.kind}）")
        lines.append(Line(one.at, "resident", "居民", said))
        if one.reply:
            hint = decision_label(one.decision) + (f" {one.entry}" if one.entry else "")
            lines.append(Line(one.at, "bot", "机器人", one.reply, hint))
    for reply in replies:
        state = REPLY_STATES.get(reply.state, reply.state)
        hint = f"{state}{'：' if reply.reason else ''}{reply.reason}"
        lines.append(Line(reply.created_at, "staff", reply.by, reply.text, hint, reply))
    return sorted(lines, key=lambda line: line.at)
