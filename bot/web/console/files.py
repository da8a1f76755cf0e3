"""Content files whole: edited as markdown, their history, and what was changed by hand."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.assistant.publishing import Conflict, Refused
from bot.errors import Problem
from bot.knowledge.approval import find_unread_approvals
from bot.knowledge.content_paths import PathError
from bot.knowledge.diff import show_diff
from bot.knowledge.editing import EditError, keep_line_ends
from bot.storage import drafts, revisions
from bot.storage.drafts import Draft
from bot.storage.staff import Role
from bot.web.console.changes import offer
from bot.web.console.desk import Desk
from bot.web.console.guard import needs


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the pages of whole files."""
    _add_editing(pages, desk)
    _add_history(pages, desk)
    _add_unpublished(pages, desk)


def _add_editing(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/files")
    @needs()
    def show_files() -> str:
        return render_template(
            "console/knowledge/files.html", paths=desk.parts.publisher.list_paths()
        )

    @pages.get("/file")
    @needs(Role.EDITOR)
    def show_file() -> str:
        path = request.args.get("path", "")
        content, base_hash = _read(desk, path)
        draft = _own_draft(desk, request.args.get("draft", 0, type=int), path)
        if draft is not None:
            content, base_hash = draft.content, draft.base_hash
        line = request.args.get("line", 0, type=int)
        return _show_file(path, content.decode("utf-8-sig", "replace"), base_hash, line=line)

    @pages.post("/file")
    @needs(Role.EDITOR)
    def save_file() -> Response | str | tuple[str, int]:
        path, typed = request.form.get("path", ""), request.form.get("text", "")
        base_hash = request.form.get("base", "")
        base = _base(desk, path, base_hash)
        try:
            content = keep_line_ends(base, typed)
        except EditError:
            content = typed.encode()
        problems = find_unread_approvals(base, content, path) if path.startswith("faq/") else []
        if request.form.get("deed") == "check":
            problems += desk.parts.publisher.check(path, content)
            return _show_file(path, typed, base_hash, problems=problems, checked=True)
        if problems:
            return _show_file(path, typed, base_hash, problems=problems), 422
        return offer(desk, path, content, base_hash, "")


def _add_history(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/history")
    @needs()
    def show_history() -> str:
        path = request.args.get("path", "")
        _read(desk, path)
        with desk.database.reading() as connection:
            found = revisions.list_history(connection, path)
        return render_template("console/knowledge/history.html", path=path, found=found)

    @pages.get("/history/<int:revision_id>")
    @needs()
    def show_revision(revision_id: int) -> str:
        with desk.database.reading() as connection:
            found = revisions.find(connection, revision_id)
            if found is None:
                abort(404)
            before = revisions.find_before(connection, found[0])
        return render_template(
            "console/knowledge/revision.html",
            revision=found[0],
            rows=show_diff(before, found[1]),
            is_current=found[1] == _read(desk, found[0].path)[0],
        )

    @pages.post("/history/<int:revision_id>/roll-back")
    @needs(Role.EDITOR)
    def roll_back(revision_id: int) -> Response:
        with desk.database.reading() as connection:
            found = revisions.find(connection, revision_id)
        if found is None:
            abort(404)
        revision, content = found
        _, base_hash = _read(desk, revision.path)
        comment = f"恢复到 {revision.created_at:%Y-%m-%d %H:%M} 的样子"
        return offer(desk, revision.path, content, base_hash, comment)


def _add_unpublished(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/unpublished")
    @needs(Role.EDITOR, Role.REVIEWER)
    def show_unpublished() -> str:
        found = desk.parts.publisher.list_unpublished()
        return render_template(
            "console/knowledge/unpublished.html",
            found=[(one, show_diff(one.published, one.here)) for one in found],
        )

    @pages.post("/unpublished")
    @needs(Role.REVIEWER)
    def publish_file() -> Response:
        path = request.form.get("path", "")
        _read(desk, path)
        result = desk.parts.publisher.publish(path, author=desk.visitor().staff.name)
        if isinstance(result, Refused):
            first = result.problems[0]
            desk.warn(f"没有发布：第 {first.line} 行，{first.text}")
        elif isinstance(result, Conflict):
            desk.warn("没有发布：这个文件正好又变了，请再看一遍。")
        else:
            with desk.database.transaction() as connection:
                desk.audit(connection, "knowledge.publish", subject=path, detail="直接改的文件")
            desk.say(f"{path} 已发布。")
        return redirect(url_for("console.show_unpublished"), 303)


def _read(desk: Desk, path: str) -> tuple[bytes, str]:
    try:
        return desk.parts.publisher.read(path)
    except PathError as error:
        abort(404, f"{error}。")


def _own_draft(desk: Desk, draft_id: int, path: str) -> Draft | None:
    """Return the visitor's own draft of the file, to go on from."""
    with desk.database.reading() as connection:
        draft = drafts.find(connection, draft_id) if draft_id else None
    mine = draft and draft.author_id == desk.visitor().staff.id and draft.path == path
    return draft if mine else None


def _base(desk: Desk, path: str, base_hash: str) -> bytes:
    """Return the bytes that the form was made from, as far as anybody still has them."""
    here, here_hash = _read(desk, path)
    if here_hash == base_hash:
        return here
    with desk.database.reading() as connection:
        return revisions.find_content(connection, path, base_hash) or here


def _show_file(
    path: str,
    text: str,
    base_hash: str,
    *,
    line: int = 0,
    problems: list[Problem] | None = None,
    checked: bool = False,
) -> str:
    return render_template(
        "console/knowledge/file.html",
        path=path,
        text=text,
        base_hash=base_hash,
        line=line,
        problems=problems or [],
        checked=checked,
    )
