"""Where the office wants it, nothing goes out before a second person has said yes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import UnknownOutcome
from bot.scheduler import jobs
from bot.scheduler.dispatch import Outgoing
from bot.storage import notice_decisions
from bot.storage.database import Connection
from bot.storage.outbox import Notice
from tests.scheduler.conftest import EVENING_BEFORE, MARKET, RecordingSender, list_notices

HOUR = timedelta(hours=1)
TWO_DAYS_BEFORE = EVENING_BEFORE - timedelta(days=1)


@pytest.fixture
def careful(outgoing: Outgoing) -> Outgoing:
    return replace(outgoing, needs_approval=lambda: True)


def only(outgoing: Outgoing) -> Notice:
    (notice,) = list_notices(outgoing.database)
    return notice


def approve(outgoing: Outgoing, now: datetime) -> bool:
    notice = only(outgoing)
    with outgoing.database.transaction() as connection:
        return notice_decisions.approve(connection, notice, by="王五", now=now)


def test_what_nobody_approved_never_goes_out(careful: Outgoing, sender: RecordingSender) -> None:
    for hour in range(-2, 16):
        jobs.run_due(careful, EVENING_BEFORE + hour * HOUR)

    assert sender.sent == []
    assert only(careful).state == "expired"
    assert "没有人批准" in only(careful).reason


def test_an_approved_one_goes_out_at_its_hour(careful: Outgoing, sender: RecordingSender) -> None:
    jobs.run_due(careful, TWO_DAYS_BEFORE)
    assert only(careful).state == "drafted"
    assert approve(careful, TWO_DAYS_BEFORE)
    assert not approve(careful, TWO_DAYS_BEFORE)
    jobs.run_due(careful, TWO_DAYS_BEFORE + HOUR)
    assert (only(careful).state, sender.sent) == ("planned", [])

    jobs.run_due(careful, EVENING_BEFORE)
    assert (only(careful).state, only(careful).approved_by) == ("sent", "王五")


@pytest.mark.parametrize(
    ("before", "after"), [("地点：集市", "地点：村部"), ("前一天 17:00", "前一天 16:00")]
)
def test_what_changed_after_its_approval_must_be_approved_again(
    careful: Outgoing, sender: RecordingSender, events: Path, before: str, after: str
) -> None:
    jobs.run_due(careful, TWO_DAYS_BEFORE)
    approve(careful, TWO_DAYS_BEFORE)
    (events / "market.md").write_text(MARKET.replace(before, after), encoding="utf-8")
    jobs.run_due(careful, EVENING_BEFORE)

    assert (only(careful).state, only(careful).approved_by, sender.sent) == ("drafted", "", [])
    assert "重新批准" in only(careful).reason


def test_what_was_called_off_and_comes_back_must_be_approved_again(
    careful: Outgoing, events: Path
) -> None:
    jobs.run_due(careful, TWO_DAYS_BEFORE)
    approve(careful, TWO_DAYS_BEFORE)
    file = events / "market.md"
    file.write_text(MARKET.replace("状态：已核对", "状态：暂停"), encoding="utf-8")
    jobs.run_due(careful, TWO_DAYS_BEFORE + HOUR)
    assert only(careful).state == "withdrawn"

    file.write_text(MARKET, encoding="utf-8")
    jobs.run_due(careful, TWO_DAYS_BEFORE + HOUR)
    assert (only(careful).state, only(careful).approved_by) == ("drafted", "")


def test_what_was_planned_waits_once_the_office_wants_a_second_person(
    outgoing: Outgoing, careful: Outgoing, sender: RecordingSender
) -> None:
    jobs.run_due(outgoing, TWO_DAYS_BEFORE)
    assert only(outgoing).state == "planned"
    jobs.run_due(careful, TWO_DAYS_BEFORE)
    assert only(careful).state == "drafted"
    jobs.run_due(careful, EVENING_BEFORE)
    assert sender.sent == []


def test_what_was_drafted_goes_out_once_nobody_is_asked(
    outgoing: Outgoing, careful: Outgoing, sender: RecordingSender
) -> None:
    jobs.run_due(careful, TWO_DAYS_BEFORE)
    jobs.run_due(outgoing, TWO_DAYS_BEFORE)
    assert only(outgoing).state == "planned"
    jobs.run_due(outgoing, EVENING_BEFORE)
    assert len(sender.sent) == 1


def late(events: Path, then: str) -> None:
    text = MARKET.replace("提前通知", f"错过时间：半小时内补发，再晚{then}\n提前通知")
    (events / "market.md").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("then", "state"), [("问人", "held"), ("不发", "expired"), ("随回复带出", "riding")]
)
def test_a_late_one_goes_the_way_its_event_says(
    outgoing: Outgoing, sender: RecordingSender, events: Path, then: str, state: str
) -> None:
    late(events, then)
    jobs.run_due(outgoing, EVENING_BEFORE + HOUR)
    jobs.run_due(outgoing, EVENING_BEFORE + HOUR)

    assert (only(outgoing).state, sender.sent) == (state, [])


def test_a_little_late_is_sent(outgoing: Outgoing, sender: RecordingSender, events: Path) -> None:
    late(events, "问人")
    jobs.run_due(outgoing, EVENING_BEFORE + timedelta(minutes=25))

    assert len(sender.sent) == 1


def test_a_late_one_goes_out_when_a_person_says_so(
    outgoing: Outgoing, sender: RecordingSender, events: Path
) -> None:
    late(events, "问人")
    jobs.run_due(outgoing, EVENING_BEFORE + HOUR)
    assert approve(outgoing, EVENING_BEFORE + 2 * HOUR)
    jobs.run_due(outgoing, EVENING_BEFORE + 2 * HOUR)
    jobs.run_due(outgoing, EVENING_BEFORE + 3 * HOUR)

    assert len(sender.sent) == 1
    assert only(outgoing).state == "sent"


def test_a_late_one_approved_at_night_waits_for_the_morning(
    outgoing: Outgoing, sender: RecordingSender, events: Path
) -> None:
    late(events, "问人")
    jobs.run_due(outgoing, EVENING_BEFORE + HOUR)
    approve(outgoing, EVENING_BEFORE + 5 * HOUR)
    jobs.run_due(outgoing, EVENING_BEFORE + 5 * HOUR)
    assert sender.sent == []

    jobs.run_due(outgoing, EVENING_BEFORE + 14 * HOUR + timedelta(minutes=1))
    assert len(sender.sent) == 1


Decide = Callable[[Connection, Notice], bool]


@pytest.mark.parametrize(
    ("decide", "state"),
    [
        (
            lambda connection, notice: notice_decisions.decline(
                connection, notice, by="王五", now=TWO_DAYS_BEFORE
            ),
            "declined",
        ),
        (
            lambda connection, notice: notice_decisions.leave_to_replies(
                connection, notice, by="王五", now=TWO_DAYS_BEFORE
            ),
            "riding",
        ),
    ],
)
def test_a_person_may_decide_otherwise(
    careful: Outgoing, sender: RecordingSender, decide: Decide, state: str
) -> None:
    jobs.run_due(careful, TWO_DAYS_BEFORE)
    with careful.database.transaction() as connection:
        assert decide(connection, only(careful))
    jobs.run_due(careful, EVENING_BEFORE)

    assert (only(careful).state, sender.sent) == (state, [])


@pytest.mark.parametrize(("arrived", "state"), [(True, "sent"), (False, "riding")])
def test_a_person_settles_what_nobody_knew(
    outgoing: Outgoing, sender: RecordingSender, arrived: bool, state: str
) -> None:
    sender.refusals.append(UnknownOutcome("超时"))
    jobs.run_due(outgoing, EVENING_BEFORE)
    assert only(outgoing).state == "unknown"
    with outgoing.database.transaction() as connection:
        notice_decisions.settle(
            connection, only(outgoing), arrived=arrived, by="王五", now=EVENING_BEFORE
        )
    jobs.run_due(outgoing, EVENING_BEFORE + HOUR)

    assert (only(outgoing).state, sender.sent) == (state, [])


def test_it_counts_what_used_up_a_mass_send(outgoing: Outgoing, sender: RecordingSender) -> None:
    sender.refusals.append(UnknownOutcome("超时"))
    jobs.run_due(outgoing, EVENING_BEFORE)
    with outgoing.database.reading() as connection:
        used = notice_decisions.count_mass_sends(
            connection, EVENING_BEFORE - HOUR, EVENING_BEFORE + HOUR
        )

    assert used == 1
