"""A notice to those who asked for it: each hears it once, whatever becomes of the others."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.assistant.riding import add_riders
from bot.errors import SendError, UnknownOutcome
from bot.scheduler import jobs
from bot.scheduler.dispatch import Outgoing
from bot.scheduler.personal import AT_ONCE
from bot.storage import outbox, personal_notices, privacy, residents
from bot.storage.database import Database
from bot.storage.residents import Resident
from bot.wechat.errcodes import refusal
from tests.scheduler.conftest import EVENING_BEFORE, MARKET, RecordingSender, list_notices

MINUTE = timedelta(minutes=1)
LONG_AGO = EVENING_BEFORE - timedelta(days=5)


def add_resident(
    database: Database, openid: str, *, seen: datetime = EVENING_BEFORE, **change: bool
) -> None:
    known = Resident(openid, following=True, wants_reminder=True)
    with database.transaction() as connection:
        assert residents.move(connection, Resident(openid), replace(known, **change), seen)


@pytest.fixture
def market(outgoing: Outgoing, events: Path) -> Outgoing:
    """A market of which those are told who asked for it; five of them are known."""
    (events / "market.md").write_text(MARKET + "通知谁：要提醒的人\n", encoding="utf-8")
    for number in range(5):
        add_resident(outgoing.database, f"o{number}")
    return outgoing


def counts(outgoing: Outgoing) -> dict[str, int]:
    (notice,) = list_notices(outgoing.database)
    with outgoing.database.reading() as connection:
        return dict(outbox.count_deliveries(connection, notice))


def state(outgoing: Outgoing) -> str:
    (notice,) = list_notices(outgoing.database)
    return notice.state


def heard_by(sender: RecordingSender) -> list[str]:
    return sorted(openid for openid, _ in sender.sent)


def ride(outgoing: Outgoing, openid: str, now: datetime) -> str:
    with outgoing.database.transaction() as connection:
        rides = outbox.list_riding(connection, now)
        return add_riders(connection, "好的。", residents.get(connection, openid), rides, now)


def test_those_who_asked_hear_it_once(market: Outgoing, sender: RecordingSender) -> None:
    add_resident(market.database, "asked-nothing", wants_reminder=False)
    add_resident(market.database, "unfollowed", following=False)
    for later in range(3):
        jobs.run_due(market, EVENING_BEFORE + later * MINUTE)

    assert heard_by(sender) == [f"o{number}" for number in range(5)]
    assert (state(market), counts(market)) == ("sent", {"sent": 5})


def test_nobody_is_told_before_it_is_due(market: Outgoing, sender: RecordingSender) -> None:
    jobs.run_due(market, EVENING_BEFORE - MINUTE)
    assert (sender.sent, state(market)) == ([], "planned")


def test_beyond_48_hours_the_next_reply_carries_it(
    market: Outgoing, sender: RecordingSender
) -> None:
    add_resident(market.database, "silent", seen=LONG_AGO)
    jobs.run_due(market, EVENING_BEFORE)
    assert "silent" not in heard_by(sender)
    assert (state(market), counts(market)) == ("riding", {"sent": 5, "riding": 1})

    assert "集市" in ride(market, "silent", EVENING_BEFORE + MINUTE)
    assert ride(market, "silent", EVENING_BEFORE + MINUTE) == "好的。"
    assert ride(market, "o1", EVENING_BEFORE + MINUTE) == "好的。"
    assert ride(market, "a stranger", EVENING_BEFORE + MINUTE) == "好的。"
    assert counts(market) == {"sent": 6}


def test_an_account_that_may_start_nothing_lets_it_ride(
    market: Outgoing, unverified: Outgoing, sender: RecordingSender
) -> None:
    jobs.run_due(unverified, EVENING_BEFORE)

    assert sender.sent == []
    assert (state(market), counts(market)) == ("riding", {"riding": 5})
    assert "集市" in ride(market, "o3", EVENING_BEFORE)


def test_nobody_to_tell_is_told_to_nobody(market: Outgoing, sender: RecordingSender) -> None:
    with market.database.transaction() as connection:
        for number in range(5):
            privacy.forget_resident(connection, f"o{number}")
    jobs.run_due(market, EVENING_BEFORE)

    assert (sender.sent, state(market), counts(market)) == ([], "sent", {})


ONE_FAILS = {
    "not following": (refusal(43004, ""), {"sent": 4, "failed": 1}, "sent"),
    "no window": (refusal(45015, ""), {"sent": 4, "riding": 1}, "riding"),
    "unknown": (UnknownOutcome("没有回音"), {"sent": 4, "unknown": 1}, "sent"),
    "busy": (refusal(-1, ""), {"sent": 4, "waiting": 1}, "sending"),
}


@pytest.mark.parametrize("name", ONE_FAILS)
def test_one_failure_stops_nobody_else(
    market: Outgoing, sender: RecordingSender, name: str
) -> None:
    error, expected, then = ONE_FAILS[name]
    sender.refusals.append(error)
    jobs.run_due(market, EVENING_BEFORE)

    assert (counts(market), state(market)) == (expected, then)


def test_whoever_was_refused_for_now_is_told_later(
    market: Outgoing, sender: RecordingSender
) -> None:
    sender.refusals.append(refusal(-1, ""))
    jobs.run_due(market, EVENING_BEFORE)
    jobs.run_due(market, EVENING_BEFORE + MINUTE / 2)
    assert len(sender.sent) == 4
    jobs.run_due(market, EVENING_BEFORE + MINUTE)

    assert (len(heard_by(sender)), len(set(heard_by(sender)))) == (5, 5)
    assert state(market) == "sent"


@pytest.fixture
def many(market: Outgoing) -> Outgoing:
    """Twenty recipients: more than are called side by side."""
    for number in range(5, 20):
        add_resident(market.database, f"o{number}")
    return market


def test_too_frequent_calls_rest_a_minute(many: Outgoing, sender: RecordingSender) -> None:
    sender.refusals.append(refusal(45011, ""))
    jobs.run_due(many, EVENING_BEFORE)
    assert len(sender.sent) == AT_ONCE - 1
    jobs.run_due(many, EVENING_BEFORE + MINUTE / 2)
    assert len(sender.sent) == AT_ONCE - 1
    jobs.run_due(many, EVENING_BEFORE + MINUTE)
    assert len(set(heard_by(sender))) == len(sender.sent) == 20


def test_after_many_failures_in_a_row_it_rests(many: Outgoing, sender: RecordingSender) -> None:
    sender.refusals += [SendError("连不上", permanent=False) for _ in range(AT_ONCE)]
    jobs.run_due(many, EVENING_BEFORE)
    assert (sender.sent, counts(many)) == ([], {"waiting": 20})
    jobs.run_due(many, EVENING_BEFORE + MINUTE)
    assert len(set(heard_by(sender))) == len(sender.sent) == 20


def test_used_up_calls_leave_it_to_the_replies(many: Outgoing, sender: RecordingSender) -> None:
    sender.refusals += [refusal(45009, "") for _ in range(AT_ONCE)]
    jobs.run_due(many, EVENING_BEFORE)
    jobs.run_due(many, EVENING_BEFORE + MINUTE)
    assert (sender.sent, state(many)) == ([], "sending")

    late = EVENING_BEFORE + timedelta(hours=2, seconds=2)
    jobs.run_due(many, late)
    assert (sender.sent, state(many), counts(many)) == ([], "riding", {"riding": 20})


@pytest.mark.parametrize("code", [48001, 50002, 40164])
def test_a_right_we_have_not_leaves_it_to_the_replies(
    many: Outgoing, sender: RecordingSender, code: int
) -> None:
    sender.refusals += [refusal(code, "") for _ in range(AT_ONCE)]
    jobs.run_due(many, EVENING_BEFORE)

    assert (sender.sent, counts(many)) == ([], {"riding": 20})
    jobs.run_due(many, EVENING_BEFORE + MINUTE)
    (notice,) = list_notices(many.database)
    assert (notice.state, str(code) in notice.reason) == ("riding", True)


def test_a_code_nobody_knows_stops_nobody_else(many: Outgoing, sender: RecordingSender) -> None:
    sender.refusals.append(refusal(99999, ""))
    jobs.run_due(many, EVENING_BEFORE)
    assert (counts(many), state(many)) == ({"sent": 19, "riding": 1}, "riding")


def test_it_goes_on_where_it_stopped(market: Outgoing, sender: RecordingSender) -> None:
    """One ring has a few seconds only; the next goes on with the rest."""
    hurried = replace(market, send_seconds=0.0)
    jobs.run_due(hurried, EVENING_BEFORE)
    assert (state(market), counts(market)) == ("sending", {"waiting": 5})
    jobs.run_due(market, EVENING_BEFORE + MINUTE)
    assert len(set(heard_by(sender))) == 5


def test_who_unfollows_meanwhile_hears_nothing(many: Outgoing, sender: RecordingSender) -> None:
    def unfollow() -> None:
        sender.before_send = lambda: None
        with many.database.transaction() as connection:
            gone = residents.get(connection, "o19")
            residents.move(connection, gone, replace(gone, following=False), EVENING_BEFORE)

    sender.before_send = unfollow
    jobs.run_due(many, EVENING_BEFORE)

    assert "o19" not in heard_by(sender)
    assert (counts(many), state(many)) == ({"sent": 19, "dropped": 1}, "sent")


def test_a_dead_workers_calls_are_shown_and_not_repeated(
    many: Outgoing, sender: RecordingSender
) -> None:
    class Died(BaseException):
        pass

    def die() -> None:
        raise Died

    sender.before_send = die
    with pytest.raises(Died):
        jobs.run_due(many, EVENING_BEFORE)
    sender.before_send = lambda: None
    jobs.run_due(many, EVENING_BEFORE + MINUTE)
    assert (counts(many), state(many)) == ({"claimed": AT_ONCE, "sent": 20 - AT_ONCE}, "sending")
    jobs.run_due(many, EVENING_BEFORE + 5 * MINUTE)

    assert (counts(many), state(many)) == ({"unknown": AT_ONCE, "sent": 20 - AT_ONCE}, "sent")
    assert len(sender.sent) == 20 - AT_ONCE


def test_refused_after_the_end_it_waits_for_nothing(
    market: Outgoing, sender: RecordingSender
) -> None:
    """The event begins while WeChat is being asked."""
    begins = EVENING_BEFORE + timedelta(days=1)

    def end() -> None:
        with market.database.transaction() as connection:
            personal_notices.expire(connection, begins)

    sender.before_send = end
    sender.refusals += [refusal(-1, "") for _ in range(5)]
    jobs.run_due(market, EVENING_BEFORE)
    sender.before_send = lambda: None
    jobs.run_due(market, begins)
    assert (counts(market), state(market), sender.sent) == ({"expired": 5}, "ended", [])


def test_what_nobody_was_told_of_ends_with_the_event(
    market: Outgoing, unverified: Outgoing
) -> None:
    jobs.run_due(unverified, EVENING_BEFORE)
    jobs.run_due(unverified, EVENING_BEFORE + timedelta(days=1))

    assert (state(market), counts(market)) == ("ended", {"expired": 5})


def test_another_audience_later_tells_nobody_twice(
    market: Outgoing, sender: RecordingSender, events: Path
) -> None:
    jobs.run_due(market, EVENING_BEFORE)
    (events / "market.md").write_text(MARKET, encoding="utf-8")
    jobs.run_due(market, EVENING_BEFORE + MINUTE)

    assert len(sender.sent) == 5
    assert len(list_notices(market.database)) == 1
