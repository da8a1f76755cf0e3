"""The first page: what needs a person now, worst first, each one click from the doing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, current_app, render_template, url_for

from bot.errors import list_errors
from bot.knowledge.entries import Entry, EntryStatus
from bot.storage import notice_decisions, waiting
from bot.storage.staff import Role, Staff
from bot.web.console.desk import Desk
from bot.web.console.guard import needs
from bot.web.console.warnings import list_warnings

DUE_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Task:
    """One line of the page; `count` 0 means there is nothing to do.

    `meanwhile` says what to do for whoever has no page to do it on.
    """

    title: str
    count: int
    endpoint: str
    hint: str = ""
    meanwhile: str = ""
    urgent: bool = False
    roles: Sequence[Role] = ()
    """Who is told of it."""
    opens_for: Sequence[Role] = ()
    """Who may do it, where more are told."""

    def url(self, staff: Staff) -> str:
        """Where it is done; empty where there is no page for it, or not for this colleague."""
        is_there = self.endpoint in current_app.view_functions
        return url_for(self.endpoint) if is_there and staff.may(*self.opens_for) else ""


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the first page."""

    @pages.get("/")
    @needs()
    def show_today() -> str:
        staff = desk.visitor().staff
        tasks = [task for task in list_tasks(desk) if staff.may(*task.roles)]
        return render_template(
            "console/today.html",
            urgent=[task for task in tasks if task.urgent and task.count],
            waiting=[task for task in tasks if not task.urgent and task.count],
            warnings=list_warnings(desk),
            today=desk.now(),
        )


def list_tasks(desk: Desk) -> Sequence[Task]:
    """Count everything that waits for a person."""
    with desk.database.reading() as connection:
        counts = waiting.count_waiting(connection)
        undecided, unknown = notice_decisions.count_waiting(connection)
    content = desk.parts.content
    errors = len(list_errors(content.problems))
    entries = content.current.library.entries.values()
    due = count_due(entries, desk.now().date())
    pending = sum(entry.status is EntryStatus.PENDING for entry in entries)
    talk, edit, review = (Role.MEDIATOR,), (Role.EDITOR,), (Role.REVIEWER,)
    return [
        Task(
            "个危险信号没人看过",
            counts.alarms,
            "console.show_waiting",
            "有人可能正在危险中",
            urgent=True,
            opens_for=talk,
            meanwhile="请马上告诉调解员或管理员",
        ),
        Task(
            "位居民正等着接对话的人回话",
            counts.unanswered,
            "console.show_waiting",
            roles=talk,
            urgent=True,
        ),
        Task("位居民登记了，等工作人员联系", counts.handoffs, "console.show_waiting", roles=talk),
        Task("条通知不知道发出去没有", unknown, "console.show_notices", "请到公众号后台核实"),
        Task("条通知等人批准或决定", undecided, "console.show_notices", roles=review),
        Task(
            "个问题没有答上来或被说不对",
            counts.misses,
            "console.show_misses",
        ),
        Task("处问答文件有错误，改过的内容没有生效", errors, "console.show_problems", roles=edit),
        Task("份修改等第二个人审核", counts.drafts, "console.show_drafts", roles=review),
        Task("条问答到了或快到复核期限", due, "console.show_due", roles=review),
        Task("条问答还没有审核", pending, "console.show_approvals", roles=review),
    ]


def count_due(entries: Iterable[Entry], today: date) -> int:
    """Count entries in use whose review is due within a month."""
    return sum(is_due(entry, today) for entry in entries)


def is_due(entry: Entry, today: date) -> bool:
    """Whether an entry in use must be read again within a month."""
    return (
        entry.status is EntryStatus.APPROVED
        and entry.review_by is not None
        and entry.review_by <= today + DUE_SOON
    )
