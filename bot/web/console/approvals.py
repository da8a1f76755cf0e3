"""Entries read beside their law and approved, a page of them or one; and taken out of use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from bot.assistant.publishing import Conflict
from bot.errors import ContentError
from bot.knowledge.approval import (
    LONGEST,
    REVIEW_AFTER,
    Approval,
    approve,
    fingerprint,
    read_order,
)
from bot.knowledge.entries import Entry, EntryStatus
from bot.knowledge.rendering import display_citation, entry_html
from bot.knowledge.statutes import Article
from bot.storage.staff import Role
from bot.web.console.desk import Desk
from bot.web.console.entries import problems_of
from bot.web.console.guard import needs
from bot.web.console.today import is_due
from bot.web.console.words import STATUS_TAGS

A_PAGE = 10

DEEDS = {
    "approve": EntryStatus.APPROVED,
    "withdraw": EntryStatus.PENDING,
    "retire": EntryStatus.RETIRED,
}
DONE = {
    EntryStatus.APPROVED: "审核通过",
    EntryStatus.PENDING: "改回待审核",
    EntryStatus.RETIRED: "停用",
}


@dataclass(frozen=True)
class Shown:
    """One entry as a reviewer reads it; `mark` stands for exactly this text."""

    entry: Entry
    mark: str
    articles: Sequence[tuple[str, Article | None]]
    full_answer: Markup
    warnings: Sequence[str]


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the pages of approval."""
    _add_reading(pages, desk)
    _add_deeds(pages, desk)


def _add_reading(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/approvals")
    @needs(Role.REVIEWER)
    def show_approvals() -> str:
        entries = desk.parts.content.current.library.entries.values()
        pending = [one for one in entries if one.status is EntryStatus.PENDING]
        return _show_list(desk, in_order(desk, pending), "approvals")

    @pages.get("/due")
    @needs(Role.REVIEWER)
    def show_due() -> str:
        entries = desk.parts.content.current.library.entries.values()
        today = desk.now().date()
        due = [one for one in entries if is_due(one, today)]
        return _show_list(desk, sorted(due, key=lambda one: one.review_by or today), "due")

    @pages.get("/approvals/<code>")
    @needs(Role.REVIEWER)
    def show_approval(code: str) -> str:
        entry = desk.parts.content.current.library.entries.get(code)
        if entry is None:
            abort(404, f"没有编号 {code} 的问答。")
        return render_template(
            "console/knowledge/approval.html",
            shown=_read(desk, entry),
            tag=STATUS_TAGS[entry.status],
            **_dates(desk),
        )


def _add_deeds(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/approvals")
    @needs(Role.REVIEWER)
    def save_approvals() -> Response:
        back = redirect(_way_back(), 303)
        status = DEEDS.get(request.form.get("deed", ""))
        codes = request.form.getlist("code")
        if status is None or not codes:
            desk.warn("请先在读过的问答上打勾。")
            return back
        approval = _approval(desk, status)
        if approval is None:
            desk.warn("复核期限要填今天以后、三年以内的日期，没有保存。")
            return back
        _save(desk, codes, approval)
        return back


def in_order(desk: Desk, entries: Iterable[Entry]) -> Sequence[Entry]:
    """Sort by how often people ask, as `review-first.md` has it; the rest by code."""
    order = read_order(desk.parts.settings.knowledge.path / "review-first.md")
    rank = {code: place for place, code in enumerate(order)}
    return sorted(entries, key=lambda one: (rank.get(one.code, len(rank)), len(one.code), one.code))


def _approval(desk: Desk, status: EntryStatus) -> Approval | None:
    if status is not EntryStatus.APPROVED:
        return Approval(status)
    today = desk.now().date()
    try:
        review_by = date.fromisoformat(request.form.get("review_by", ""))
    except ValueError:
        return None
    if not today < review_by <= today + LONGEST:
        return None
    return Approval(status, desk.visitor().staff.name, today, review_by)


def _save(desk: Desk, codes: Sequence[str], approval: Approval) -> None:
    """Set the approval of what was read, in all its files at once; tell what was not done."""
    publisher, entries = desk.parts.publisher, desk.parts.content.current.library.entries
    marks = dict(zip(request.form.getlist("known"), request.form.getlist("mark"), strict=False))
    files: dict[str, tuple[bytes, str, bytes]] = {}
    done: list[str] = []
    for code in dict.fromkeys(codes):
        entry = entries.get(code)
        if entry is None:
            desk.warn(f"没有编号 {code} 的问答，没有改。")
            continue
        path = publisher.below(entry.path)
        here, base_hash, changed = files.get(path) or (*publisher.read(path), b"")
        try:
            if fingerprint(here, code) != marks.get(code):
                desk.warn(f"{code} 在您读的时候被别人改过，没有改。请再读一遍。")
                continue
            files[path] = here, base_hash, approve(changed or here, code, approval)
        except ContentError as error:
            desk.warn(f"{code} 没有改：{error}。")
            continue
        done.append(code)
    if done and _publish(desk, files, done, approval):
        desk.say(
            f"{len(done)} 条已{DONE[approval.status]}：{'、'.join(done)}。几秒后居民就能看到。"
        )


def _publish(
    desk: Desk,
    files: dict[str, tuple[bytes, str, bytes]],
    codes: Sequence[str],
    approval: Approval,
) -> bool:
    publisher, name = desk.parts.publisher, desk.visitor().staff.name
    comment = f"{DONE[approval.status]} {'、'.join(codes)}"
    with desk.database.transaction() as connection:
        for path, (_, base_hash, changed) in files.items():
            saved = publisher.save_checked(
                connection, path, changed, base_hash, author=name, comment=comment
            )
            if isinstance(saved, Conflict):
                # The exception undoes what was saved of the other files.
                abort(409, f"{path} 正好被别人改了，一条都没有保存。请返回再看一遍。")
        detail = f"{DONE[approval.status]}，{approval.review_by or '不限期'}前复核"
        for code in codes:
            desk.audit(connection, "knowledge.approve", subject=code, detail=detail)
    publisher.lay_new()
    desk.parts.content.reload_if_changed()
    return True


def _show_list(desk: Desk, entries: Sequence[Entry], tab: str) -> str:
    page = max(1, request.args.get("page", 1, type=int) or 1)
    shown = entries[(page - 1) * A_PAGE : page * A_PAGE]
    return render_template(
        "console/knowledge/approvals.html",
        found=[_read(desk, entry) for entry in shown],
        total=len(entries),
        page=page,
        last_page=max(1, -(-len(entries) // A_PAGE)),
        tab=tab,
        here_endpoint=f"console.show_{tab}",
        **_dates(desk),
    )


def _dates(desk: Desk) -> dict[str, date]:
    today = desk.now().date()
    return {"review_by": today + REVIEW_AFTER, "latest": today + LONGEST}


def _read(desk: Desk, entry: Entry) -> Shown:
    library, problems = desk.parts.content.current.library, desk.parts.content.problems
    content, _ = desk.parts.publisher.read(desk.parts.publisher.below(entry.path))
    try:
        mark = fingerprint(content, entry.code)
    except ContentError:
        mark = ""
    return Shown(
        entry,
        mark,
        [(display_citation(one), library.statutes.find(one)) for one in entry.citations],
        Markup(entry_html(entry)),  # made by markdown-it with HTML switched off
        [one.text for one in problems_of(entry, library, problems)],
    )


def _way_back() -> str:
    place = request.form.get("back", "")
    if place in ("due", "approvals"):
        return url_for(f"console.show_{place}")
    return (
        url_for("console.show_entry", code=place[:8])
        if place
        else url_for("console.show_approvals")
    )
