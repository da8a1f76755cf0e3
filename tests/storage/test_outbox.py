"""A notice has one row, is claimed by one process, and is never resent blindly."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.errors import StorageError
from bot.storage import outbox
from bot.storage.database import Database
from bot.storage.outbox import Attempt, Notice, Plan

HOUR = timedelta(hours=1)


@pytest.fixture
def plan(now: datetime) -> Plan:
    return Plan(
        "market",
        "2026-11-24T08:00",
        "前一天",
        "all",
        "明天赶集",
        now,
        now + 2 * HOUR,
        now + 15 * HOUR,
    )


def synchronise(database: Database, plans: Sequence[Plan], now: datetime) -> int:
    with database.transaction() as connection:
        return outbox.synchronise(connection, plans, now)


def the_notice(database: Database) -> Notice:
    with database.reading() as connection:
        (notice,) = outbox.list_notices(connection)
    return notice


def claim(database: Database, notice: Notice, holder: str, now: datetime) -> Attempt | None:
    with database.transaction() as connection:
        return outbox.claim_mass_send(connection, notice, holder=holder, now=now)


def test_it_plans_a_notice_once(database: Database, plan: Plan, now: datetime) -> None:
    assert synchronise(database, [plan], now) == 1
    assert synchronise(database, [plan], now) == 0
    assert the_notice(database).text == "明天赶集"


def test_it_follows_an_edited_text_until_it_is_sent(
    database: Database, plan: Plan, now: datetime
) -> None:
    synchronise(database, [plan], now)
    synchronise(database, [replace(plan, text="改在村委")], now)
    notice = the_notice(database)
    assert notice.text == "改在村委"

    assert claim(database, notice, "a", now)
    synchronise(database, [replace(plan, text="又改了")], now)
    assert the_notice(database).text == "改在村委"


def test_it_withdraws_a_cancelled_event_and_takes_it_back(
    database: Database, plan: Plan, now: datetime
) -> None:
    synchronise(database, [plan], now)
    synchronise(database, [], now)
    assert the_notice(database).state == "withdrawn"

    synchronise(database, [plan], now)
    assert the_notice(database).state == "planned"


def test_it_lets_one_worker_claim(database: Database, plan: Plan, now: datetime) -> None:
    synchronise(database, [plan], now)
    notice = the_notice(database)

    assert claim(database, notice, "a", now)
    assert claim(database, notice, "b", now) is None


def test_it_records_a_sent_notice(database: Database, plan: Plan, now: datetime) -> None:
    synchronise(database, [plan], now)
    attempt = claim(database, the_notice(database), "a", now)
    assert attempt
    with database.transaction() as connection:
        outbox.finish(connection, attempt, outcome="sent", now=now, reference="34182")
        assert outbox.count_deliveries(connection, attempt.notice) == {"sent": 1}
        assert outbox.list_due(connection, now) == []

    assert the_notice(database).state == "sent"


def test_it_tries_again_after_a_refusal_for_now(
    database: Database, plan: Plan, now: datetime
) -> None:
    synchronise(database, [plan], now)
    attempt = claim(database, the_notice(database), "a", now)
    assert attempt
    with database.transaction() as connection:
        outbox.finish(
            connection,
            attempt,
            outcome="refused",
            now=now,
            code=45011,
            next_state="planned",
            next_try_at=now + HOUR,
        )
        assert outbox.list_due(connection, now) == []
        (again,) = outbox.list_due(connection, now + HOUR)

    assert claim(database, again, "a", now + HOUR)


def test_it_calls_an_abandoned_attempt_unknown(
    database: Database, plan: Plan, now: datetime
) -> None:
    """Killed between the call and its record: shown to staff, never resent."""
    synchronise(database, [plan], now)
    claim(database, the_notice(database), "killed", now)
    with database.transaction() as connection:
        early = outbox.surrender_abandoned(connection, before=now, now=now)
        late = outbox.surrender_abandoned(connection, before=now + HOUR, now=now + HOUR)
        assert (early, late) == (0, 1)
        assert outbox.list_due(connection, now + 2 * HOUR) == []

    notice = the_notice(database)
    with database.reading() as connection:
        assert outbox.count_deliveries(connection, notice) == {"unknown": 1}
    assert notice.state == "unknown"
    assert "公众号后台" in notice.reason


def test_it_expires_what_is_too_late(database: Database, plan: Plan, now: datetime) -> None:
    synchronise(database, [plan], now)
    with database.transaction() as connection:
        assert outbox.expire(connection, plan.expires_at) == 1

    assert the_notice(database).state == "expired"


def test_it_rides_once_with_each_resident(database: Database, plan: Plan, now: datetime) -> None:
    synchronise(database, [plan], now)
    with database.transaction() as connection:
        assert outbox.start_riding(connection, the_notice(database), reason="账号不能群发")
    with database.transaction() as connection:
        (notice,) = outbox.list_riding(connection, now)
        outbox.ride(connection, notice, "o1", now=now)
        assert not outbox.may_ride(connection, notice, "o1")
        assert outbox.may_ride(connection, notice, "o2")
    with pytest.raises(StorageError), database.transaction() as connection:
        outbox.ride(connection, notice, "o1", now=now)


def test_it_stops_riding_when_the_event_begins(
    database: Database, plan: Plan, now: datetime
) -> None:
    synchronise(database, [plan], now)
    with database.transaction() as connection:
        outbox.start_riding(connection, the_notice(database), reason="")
        outbox.expire(connection, plan.expires_at)
        assert outbox.list_riding(connection, now) == []

    assert the_notice(database).state == "ended"
