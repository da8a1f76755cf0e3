"""A notice to some reaches those it is meant for, and nobody who left."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.scheduler import jobs
from bot.scheduler.dispatch import Outgoing
from bot.storage import memberships, outbox, personal_notices, privacy, residents
from bot.storage.residents import Resident
from tests.scheduler.conftest import EVENING_BEFORE, MARKET, RecordingSender, list_notices

DAY = timedelta(days=1)


def add(outgoing: Outgoing, openid: str, *names: str, **change: object) -> None:
    known = replace(Resident(openid, following=True), **change)  # type: ignore[arg-type]
    with outgoing.database.transaction() as connection:
        assert residents.move(connection, Resident(openid), known, EVENING_BEFORE)
        for name in names:
            memberships.join(connection, openid, name, EVENING_BEFORE)


@pytest.fixture
def village(outgoing: Outgoing) -> Outgoing:
    """One resident of every sort; 走 left, 删 had everything deleted."""
    add(outgoing, "东", village="东村")
    add(outgoing, "西", village="西村")
    add(outgoing, "婚", "topic:婚姻家庭")
    add(outgoing, "明", "group:法律明白人", "topic:防骗")
    add(outgoing, "工", "group:工作人员")
    add(outgoing, "醒", wants_reminder=True)
    add(outgoing, "早", wants_reminder=True, reminder_days=3)
    add(outgoing, "走", "topic:婚姻家庭", "group:法律明白人", village="东村", following=False)
    add(outgoing, "删", "topic:婚姻家庭", "group:法律明白人", village="东村", wants_reminder=True)
    with outgoing.database.transaction() as connection:
        privacy.forget_resident(connection, "删")
    return outgoing


@pytest.mark.parametrize(
    ("who", "heard"),
    [
        ("村：东村", ["东"]),
        ("村：东村、西村", ["东", "西"]),
        ("主题：婚姻家庭", ["婚"]),
        ("主题：婚姻家庭、防骗", ["婚", "明"]),
        ("法律明白人", ["明"]),
        ("工作人员", ["工"]),
        ("要提醒的人", ["醒"]),
        ("村：没有的村", []),
    ],
)
def test_those_it_is_meant_for_hear_it(
    village: Outgoing, sender: RecordingSender, events: Path, who: str, heard: list[str]
) -> None:
    (events / "market.md").write_text(MARKET + f"通知谁：{who}\n", encoding="utf-8")
    jobs.run_due(village, EVENING_BEFORE)
    jobs.run_due(village, EVENING_BEFORE + DAY / 24)

    assert sorted(openid for openid, _ in sender.sent) == sorted(heard)


def test_who_wants_it_earlier_hears_it_then_and_only_then(
    village: Outgoing, sender: RecordingSender, events: Path
) -> None:
    (events / "market.md").write_text(MARKET + "通知谁：要提醒的人\n", encoding="utf-8")
    jobs.run_due(village, EVENING_BEFORE - 2 * DAY)
    assert [openid for openid, _ in sender.sent] == ["早"]

    jobs.run_due(village, EVENING_BEFORE)
    assert [openid for openid, _ in sender.sent] == ["早", "醒"]
    kinds = {one.kind: one.audience for one in list_notices(village.database)}
    assert kinds == {"提醒-前3天": "lead:3", "前一天": "subscribers"}


def test_beside_a_mass_send_those_who_want_it_earlier_are_reminded(
    village: Outgoing, sender: RecordingSender
) -> None:
    jobs.run_due(village, EVENING_BEFORE - 2 * DAY)
    jobs.run_due(village, EVENING_BEFORE)
    assert [openid for openid, _ in sender.sent] == ["早", "*"]


def test_who_wants_no_more_reminders_gets_none_that_waits(village: Outgoing, events: Path) -> None:
    (events / "market.md").write_text(MARKET + "通知谁：要提醒的人\n", encoding="utf-8")
    unverified = replace(
        village, capabilities=replace(village.capabilities, customer_service=False)
    )
    jobs.run_due(unverified, EVENING_BEFORE)
    with village.database.transaction() as connection:
        (notice,) = [one for one in outbox.list_notices(connection) if one.kind == "前一天"]
        assert outbox.may_ride(connection, notice, "醒")
        personal_notices.let_go(connection, "醒")
        assert not outbox.may_ride(connection, notice, "醒")
        assert dict(outbox.count_deliveries(connection, notice)) == {"dropped": 1}
