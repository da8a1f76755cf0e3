"""A change on its way: the diff looked at, handed in, published by a second person, or returned."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.assistant.publishing import Conflict, Merged, Publisher
from bot.errors import Problem, list_errors
from bot.knowledge.diff import show_diff
from bot.storage import drafts, revisions, staff
from bot.storage.drafts import Draft
from bot.storage.staff import Role, Staff
from bot.web.console.desk import Desk
from bot.web.console.guard import needs

MAX_COMMENT = 500

STATES = {
    "open": "还没有提交",
    "waiting": "等第二个人审核",
    "published": "已发布",
    "returned": "被退回",
    "withdrawn": "已撤回",
}


@dataclass(frozen=True)
class Rights:
    """What the visitor may do with a draft."""

    submit: bool = False
    publish: bool = False
    send_back: bool = False
    withdraw: bool = False


def offer(desk: Desk, path: str, content: bytes, base_hash: str, comment: str) -> Response:
    """Keep a file's new content as a draft and lead to its diff; nothing is published yet."""
    desk.parts.publisher.check_for_show(path, content)  # the page it leads to shows the result
    with desk.database.transaction() as connection:
        drafts.forget_old(connection, desk.now())
        draft_id = drafts.add(
            connection,
            path=path,
            base_hash=base_hash,
            content=content,
            author_id=desk.visitor().staff.id,
            comment=comment[:MAX_COMMENT],
            now=desk.now(),
        )
    return redirect(url_for("console.show_draft", draft_id=draft_id), 303)


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the pages of changes."""
    _add_reading(pages, desk)
    _add_deeds(pages, desk)


def _add_reading(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/drafts")
    @needs(Role.EDITOR, Role.REVIEWER)
    def show_drafts() -> str:
        me = desk.visitor().staff
        with desk.database.reading() as connection:
            found = drafts.list_drafts(connection, author_id=me.id)
        return render_template(
            "console/knowledge/drafts.html",
            waiting=[one for one in found if one.state == "waiting"],
            mine=[one for one in found if one.state != "waiting"],
            states=STATES,
            me=me,
        )

    @pages.get("/drafts/<int:draft_id>")
    @needs(Role.EDITOR, Role.REVIEWER)
    def show_draft(draft_id: int) -> str:
        draft = _find(desk, draft_id)
        return _show(desk, draft, desk.parts.publisher.check_for_show(draft.path, draft.content))


def _add_deeds(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/drafts/<int:draft_id>/submit")
    @needs(Role.EDITOR, Role.REVIEWER)
    def submit_draft(draft_id: int) -> Response | tuple[str, int]:
        draft = _find(desk, draft_id)
        _demand(rights_of(desk, draft).submit)
        problems = desk.parts.publisher.check(draft.path, draft.content)
        if list_errors(problems):
            return _show(desk, draft, problems), 422
        _move(desk, draft, "waiting", "submit", comment=_given("comment"))
        desk.say("已提交，等另一位有审核角色的同事发布。")
        return redirect(url_for("console.show_drafts"), 303)

    @pages.post("/drafts/<int:draft_id>/publish")
    @needs(Role.EDITOR, Role.REVIEWER)
    def publish_draft(draft_id: int) -> Response | tuple[str, int]:
        draft = _find(desk, draft_id)
        _demand(rights_of(desk, draft).publish)
        merged = desk.parts.publisher.merge(draft.path, draft.content, draft.base_hash)
        if merged is None:
            desk.warn("这个文件在这期间被别人改过同一处，没有发布。请对照下面的两份，重新改一次。")
            return redirect(url_for("console.show_draft", draft_id=draft.id), 303)
        problems = desk.parts.publisher.check(draft.path, merged.content)
        if list_errors(problems):
            return _show(desk, draft, problems), 422
        if _publish(desk, draft, merged):
            desk.say("已发布，几秒后居民就能看到。")
        else:
            desk.warn("别人刚刚先动了这一份，没有发布。请再看一遍。")
        return redirect(url_for("console.show_draft", draft_id=draft.id), 303)

    @pages.post("/drafts/<int:draft_id>/return")
    @needs(Role.REVIEWER)
    def return_draft(draft_id: int) -> Response:
        draft = _find(desk, draft_id)
        _demand(rights_of(desk, draft).send_back)
        answer = _given("answer")
        if not answer:
            desk.warn("请写一句为什么退回，让对方知道改哪里。")
            return redirect(url_for("console.show_draft", draft_id=draft.id), 303)
        _move(desk, draft, "returned", "return", answer=answer)
        desk.say(f"已退回给{draft.author}。")
        return redirect(url_for("console.show_drafts"), 303)

    @pages.post("/drafts/<int:draft_id>/withdraw")
    @needs(Role.EDITOR, Role.REVIEWER)
    def withdraw_draft(draft_id: int) -> Response:
        draft = _find(desk, draft_id)
        _demand(rights_of(desk, draft).withdraw)
        _move(desk, draft, "withdrawn", "withdraw")
        desk.say("已撤回，文件没有变。")
        return redirect(url_for("console.show_drafts"), 303)


def rights_of(desk: Desk, draft: Draft) -> Rights:
    """Return what the visitor may do with a draft as it stands."""
    me = desk.visitor().staff
    mine = draft.author_id == me.id
    if draft.state in ("open", "returned"):
        alone = mine and _may_publish_alone(desk, me)
        return Rights(submit=mine and not alone, publish=alone, withdraw=mine)
    if draft.state != "waiting":
        return Rights()
    second = me.may(Role.REVIEWER) and not mine
    return Rights(
        publish=second or (mine and _may_publish_alone(desk, me)),
        send_back=second,
        withdraw=mine,
    )


def _may_publish_alone(desk: Desk, me: Staff) -> bool:
    """Whether no second person is asked for, or there is none in the whole office."""
    if not desk.parts.settings.knowledge.second_person:
        return True
    with desk.database.reading() as connection:
        others = [one for one in staff.list_staff(connection) if one.id != me.id]
    return me.may(Role.REVIEWER) and not any(one.may(Role.REVIEWER) for one in others)


def _find(desk: Desk, draft_id: int) -> Draft:
    with desk.database.reading() as connection:
        draft = drafts.find(connection, draft_id)
    if draft is None:
        abort(404, "没有这份修改，可能放得太久已经清掉。")
    me = desk.visitor().staff
    if draft.state in ("open", "returned") and draft.author_id != me.id:
        abort(403, "这份修改还没有提交，只有写的人能看。")
    return draft


def _demand(right: bool) -> None:
    if not right:
        abort(403, "这份修改现在不能这样做：可能已经有人处理过，或者要由另一个人来审核。")


def _show(desk: Desk, draft: Draft, problems: list[Problem]) -> str:
    publisher = desk.parts.publisher
    here, here_hash = publisher.read(draft.path)
    changed = draft.state in ("open", "waiting", "returned") and here_hash != draft.base_hash
    merged = publisher.merge(draft.path, draft.content, draft.base_hash) if changed else None
    before = _base_of(desk, draft, here, here_hash)
    return render_template(
        "console/knowledge/draft.html",
        draft=draft,
        state=STATES[draft.state],
        rows=show_diff(before, draft.content),
        problems=problems,
        has_errors=bool(list_errors(problems)),
        rights=rights_of(desk, draft),
        changed=changed,
        conflict=changed and merged is None,
        their_rows=show_diff(before, here) if changed else [],
    )


def _base_of(desk: Desk, draft: Draft, here: bytes, here_hash: str) -> bytes:
    if here_hash == draft.base_hash:
        return here
    with desk.database.reading() as connection:
        return revisions.find_content(connection, draft.path, draft.base_hash) or b""


def _publish(desk: Desk, draft: Draft, merged: Merged) -> bool:
    """Publish and mark as published in one transaction; False when something came in between."""
    publisher: Publisher = desk.parts.publisher
    me = desk.visitor().staff
    reviewed = draft.author_id != me.id
    with desk.database.transaction() as connection:
        by = f"{draft.author}（{me.name}审核）" if reviewed else draft.author
        saved = publisher.save_checked(
            connection,
            draft.path,
            merged.content,
            merged.base_hash,
            author=by,
            comment=draft.comment,
        )
        if isinstance(saved, Conflict):
            return False
        if not drafts.move(
            connection, draft, "published", now=desk.now(), decided_by=me.id, answer=""
        ):
            # The exception undoes the revision with the rest.
            abort(409, "别人刚刚先处理了这份修改，没有重复发布。")
        detail = f"{draft.author}改，{me.name}发布" if reviewed else "一人改并发布"
        desk.audit(connection, "knowledge.publish", subject=draft.path, detail=detail)
    publisher.lay_new()
    return True


def _move(desk: Desk, draft: Draft, state: str, deed: str, **more: str) -> None:
    me = desk.visitor().staff
    decided_by = me.id if state == "returned" else None
    with desk.database.transaction() as connection:
        comment = more.get("comment") or draft.comment
        if not drafts.move(
            connection,
            draft,
            state,
            now=desk.now(),
            decided_by=decided_by,
            answer=more.get("answer", draft.answer),
            comment=comment,
        ):
            abort(409, "别人刚刚先处理了这份修改，请再看一遍。")
        desk.audit(
            connection, f"knowledge.{deed}", subject=draft.path, detail=more.get("answer", "")
        )


def _given(name: str) -> str:
    return request.form.get(name, "").strip()[:MAX_COMMENT]
