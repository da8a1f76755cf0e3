"""The outbox at the console: quota, approval by a second person, what nobody knew the end of."""

from datetime import datetime, timedelta

import pytest

from bot.events.event import SHANGHAI
from bot.scheduler.outlook import look_ahead, quota_at
from bot.storage import audit, notice_decisions, outbox
from bot.storage.outbox import Plan
from bot.storage.staff import Role
from tests.web.clerk import Clerk, sign_in
from tests.web.conftest import Builder, Office

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=SHANGHAI)
DAY = timedelta(days=1)


def plan(number: int, due_at: datetime, audience: str = "all") -> Plan:
    day = (due_at + DAY).date().isoformat()
    until = due_at + timedelta(hours=2)
    return Plan(
        f"ji-{number}", day, "前一天", audience, f"通知{number}", due_at, until, due_at + DAY
    )


class Outbox:
    """What the pages are about."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def plan(self, *plans: Plan, drafted: bool = True) -> None:
        with self.office.parts.database.transaction() as connection:
            outbox.synchronise(connection, plans, NOW, needs_approval=drafted)

    def states(self) -> dict[str, str]:
        with self.office.parts.database.reading() as connection:
            return {one.text: one.state for one in outbox.list_notices(connection)}

    def number(self, text: str) -> int:
        with self.office.parts.database.reading() as connection:
            return next(one.id for one in outbox.list_notices(connection) if one.text == text)

    def send(self, text: str, outcome: str) -> None:
        with self.office.parts.database.transaction() as connection:
            notice = next(one for one in outbox.list_notices(connection) if one.text == text)
            attempt = outbox.claim_mass_send(connection, notice, holder="t", now=NOW)
            assert attempt
            outbox.finish(connection, attempt, outcome=outcome, now=NOW, reference="77")


@pytest.fixture
def office(build: Builder) -> Office:
    return build(now=lambda: NOW, account="subscription", verified=True)


@pytest.fixture
def box(office: Office) -> Outbox:
    return Outbox(office)


@pytest.fixture
def reviewer(office: Office) -> Clerk:
    return sign_in(office.app, office.parts, "王审核", Role.REVIEWER)


def test_the_quota_and_what_waits_are_on_the_page(reviewer: Clerk, box: Outbox) -> None:
    box.plan(plan(1, NOW + DAY))
    page = reviewer.get("/console/notices").text
    assert '11月27日还能群发 <span class="count">1</span> 次' in page
    assert "通知1" in page
    assert "批准</button>" in page
    assert "条通知等人批准或决定" in reviewer.get("/console/").text


@pytest.mark.parametrize(
    ("deed", "state"), [("approve", "planned"), ("decline", "declined"), ("replies", "riding")]
)
def test_a_person_decides(
    reviewer: Clerk, box: Outbox, office: Office, deed: str, state: str
) -> None:
    box.plan(plan(1, NOW + DAY))
    number = box.number("通知1")
    reviewer.submit(f"/console/notices/{number}/{deed}")

    assert box.states() == {"通知1": state}
    assert reviewer.post(f"/console/notices/{number}/approve").status_code in (409,)
    with office.parts.database.reading() as connection:
        deeds = audit.list_deeds(connection, action=f"notice.{deed}")
    assert [one.name for one in deeds] == ["王审核"]


def test_a_second_mass_send_of_the_day_cannot_be_approved(reviewer: Clerk, box: Outbox) -> None:
    box.plan(plan(1, NOW + DAY), plan(2, NOW + DAY + timedelta(hours=1)), plan(3, NOW + 3 * DAY))
    page = reviewer.get("/console/notices").text
    assert page.count("公众号每天只能群发 1 次，11月28日已经用掉或排满") == 1
    answer = reviewer.post(f"/console/notices/{box.number('通知2')}/approve")
    assert answer.status_code == 409
    assert "可以只随回复带出" in answer.text

    reviewer.submit(f"/console/notices/{box.number('通知1')}/replies")
    reviewer.submit(f"/console/notices/{box.number('通知2')}/approve")
    assert box.states() == {"通知1": "riding", "通知2": "planned", "通知3": "drafted"}


@pytest.mark.parametrize(("deed", "state"), [("arrived", "sent"), ("not-sent", "riding")])
def test_what_nobody_knew_is_settled(reviewer: Clerk, box: Outbox, deed: str, state: str) -> None:
    box.plan(plan(1, NOW), drafted=False)
    box.send("通知1", "unknown")
    assert "条通知不知道发出去没有" in reviewer.get("/console/").text
    reviewer.submit(f"/console/notices/{box.number('通知1')}/{deed}")
    assert box.states() == {"通知1": state}


def test_what_is_still_handed_out_is_not_among_the_past(reviewer: Clerk, box: Outbox) -> None:
    box.plan(plan(1, NOW), drafted=False)
    box.send("通知1", "unknown")
    assert reviewer.get("/console/notices").text.count("通知1") == 1
    reviewer.submit(f"/console/notices/{box.number('通知1')}/not-sent")
    assert reviewer.get("/console/notices").text.count("通知1") == 1


def test_who_changed_the_event_does_not_approve_its_notice(build: Builder) -> None:
    office = build(now=lambda: NOW, account="subscription", verified=True)
    folder = office.parts.settings.knowledge.path / "events"
    folder.mkdir(exist_ok=True)
    text = "## 集\n编号：ji-1\n规则：每周三\n"
    clerk = sign_in(office.app, office.parts, "王审核", Role.REVIEWER, Role.EDITOR)
    office.parts.publisher.save("events/a.md", text.encode(), "", author="王审核", comment="")
    office.parts.content.reload_if_changed()
    box = Outbox(office)
    box.plan(plan(1, NOW + DAY))
    path = f"/console/notices/{box.number('通知1')}/approve"

    other = sign_in(office.app, office.parts, "赵审核", Role.REVIEWER)
    assert "要由另一位有审核角色的同事批准" in clerk.get("/console/notices").text
    assert clerk.post(path).status_code == 403
    other.submit(path)
    assert box.states() == {"通知1": "planned"}


def test_an_account_that_may_not_send_says_what_is_left(build: Builder) -> None:
    office = build(now=lambda: NOW)
    box = Outbox(office)
    box.plan(plan(1, NOW + DAY), plan(2, NOW + DAY, "subscribers"))
    page = sign_in(office.app, office.parts, "王审核", Role.REVIEWER).get("/console/notices").text
    assert "这个公众号没有认证，不能群发" in page
    assert "请同时用喇叭稿和海报" in page
    assert "批准</button>" in page


def test_approval_is_switched_by_the_administrator(office: Office) -> None:
    admin = sign_in(office.app, office.parts, "管理员", Role.ADMIN)
    assert not office.parts.outgoing.needs_approval()
    admin.submit("/console/notices/approval", {"approval": "1"})
    assert office.parts.outgoing.needs_approval()
    admin.submit("/console/notices/approval", {"approval": "0"})
    assert not office.parts.outgoing.needs_approval()


def test_what_waits_for_a_confirmation_is_on_the_first_page(reviewer: Clerk, box: Outbox) -> None:
    box.plan(plan(1, NOW), drafted=False)
    box.send("通知1", "sent")
    with box.office.parts.database.transaction() as connection:
        (notice,) = notice_decisions.list_unheard(connection, NOW)
        notice_decisions.ask_again(connection, notice, at=NOW, reason="请看管理员的手机")
    assert "请看管理员的手机" in reviewer.get("/console/").text
    assert "已交给微信，等结果" in reviewer.get("/console/notices").text


def test_a_service_account_counts_by_the_month(office: Office, box: Outbox) -> None:
    box.plan(*(plan(number, NOW) for number in range(5)), drafted=False)
    for number in range(3):
        box.send(f"通知{number}", "sent" if number else "unknown")
    with office.parts.database.reading() as connection:
        quota = quota_at(connection, NOW, is_service=True)
        ways = look_ahead(
            connection,
            outbox.list_notices(connection),
            office.parts.outgoing.capabilities,
            is_service=True,
            now=NOW,
        )
    assert (quota.period, quota.left) == ("11月", 1)
    assert [bool(way.obstacle) for way in ways.values()] == [False, True]
