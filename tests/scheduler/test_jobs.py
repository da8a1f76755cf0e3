"""A notice is planned, claimed, sent and recorded once; restarts lose and repeat nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import SendError, UnknownOutcome
from bot.scheduler import jobs
from bot.scheduler.dispatch import Outgoing
from bot.storage import faults, late_answers, outbox, residents
from bot.storage.database import Database
from bot.storage.residents import Resident
from tests.scheduler.conftest import (
    EVENING_BEFORE,
    MARKET,
    RecordingSender,
    list_notices,
    list_states,
)

MINUTE = timedelta(minutes=1)


def test_it_sends_a_notice_once_when_it_is_due(outgoing: Outgoing, sender: RecordingSender) -> None:
    for minute in range(-2, 5):
        jobs.run_due(outgoing, EVENING_BEFORE + minute * MINUTE)

    assert len(sender.sent) == 1
    assert "赶集" in sender.sent[0][1]
    (notice,) = list_notices(outgoing.database)
    assert (notice.state, notice.finished_at) == ("sent", EVENING_BEFORE)


def test_it_shows_what_is_planned_before_it_is_due(outgoing: Outgoing) -> None:
    jobs.run_due(outgoing, EVENING_BEFORE - timedelta(days=3))

    assert list_states(outgoing.database) == ["planned"]


def test_two_workers_send_once(
    outgoing: Outgoing, database: Database, sender: RecordingSender
) -> None:
    workers = [
        replace(outgoing, database=Database(database.url), holder=str(number))
        for number in range(2)
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: jobs.run_due(workers[n % 2], EVENING_BEFORE), range(8)))
    for worker in workers:
        worker.database.close()

    assert len(sender.sent) == 1
    with database.reading() as connection:
        assert faults.list_faults(connection) == []


def test_a_restart_loses_nothing(outgoing: Outgoing, sender: RecordingSender) -> None:
    """Nobody was running at five; at six the notice still goes."""
    jobs.run_due(outgoing, EVENING_BEFORE + timedelta(hours=1))

    assert len(sender.sent) == 1


def test_too_late_it_rides_instead(outgoing: Outgoing, sender: RecordingSender) -> None:
    jobs.run_due(outgoing, EVENING_BEFORE + timedelta(hours=3))

    assert sender.sent == []
    assert list_states(outgoing.database) == ["riding"]


def test_an_account_that_may_not_send_lets_it_ride(unverified: Outgoing) -> None:
    jobs.run_due(unverified, EVENING_BEFORE)

    assert list_states(unverified.database) == ["riding"]


def test_it_tries_again_what_was_refused_for_now(
    outgoing: Outgoing, sender: RecordingSender
) -> None:
    sender.refusals.append(SendError("太频繁", code=45011, permanent=False))
    jobs.run_due(outgoing, EVENING_BEFORE)
    assert list_states(outgoing.database) == ["planned"]

    jobs.run_due(outgoing, EVENING_BEFORE + 2 * MINUTE)
    assert (list_states(outgoing.database), len(sender.sent)) == (["sent"], 1)


def test_it_never_resends_what_may_have_arrived(
    outgoing: Outgoing, sender: RecordingSender
) -> None:
    sender.refusals.append(UnknownOutcome("超时"))
    for minute in range(10):
        jobs.run_due(outgoing, EVENING_BEFORE + minute * MINUTE)

    assert sender.sent == []
    assert list_states(outgoing.database) == ["unknown"]


def test_it_rides_when_wechat_refuses_for_good(outgoing: Outgoing, sender: RecordingSender) -> None:
    sender.refusals.append(SendError("本月群发次数已用完", code=45028, permanent=True))
    jobs.run_due(outgoing, EVENING_BEFORE)

    (notice,) = list_notices(outgoing.database)
    assert (notice.state, notice.reason) == ("riding", "本月群发次数已用完")


def test_a_worker_killed_in_the_call_leaves_it_unknown(
    outgoing: Outgoing, sender: RecordingSender
) -> None:
    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    sender.before_send = die
    with pytest.raises(Killed):
        jobs.run_due(outgoing, EVENING_BEFORE)
    sender.before_send = lambda: None
    for minute in range(1, 6):
        jobs.run_due(outgoing, EVENING_BEFORE + minute * MINUTE)

    assert sender.sent == []
    assert list_states(outgoing.database) == ["unknown"]


def test_a_cancelled_market_sends_nothing(
    outgoing: Outgoing, events: Path, sender: RecordingSender
) -> None:
    jobs.run_due(outgoing, EVENING_BEFORE - timedelta(days=1))
    (events / "market.md").write_text(
        MARKET.replace("状态：已核对", "状态：暂停"), encoding="utf-8"
    )
    jobs.run_due(outgoing, EVENING_BEFORE)

    assert sender.sent == []
    assert list_states(outgoing.database) == ["withdrawn"]


def test_an_event_nobody_verified_sends_nothing(
    outgoing: Outgoing, events: Path, sender: RecordingSender
) -> None:
    (events / "market.md").write_text(
        MARKET.replace("状态：已核对", "状态：待核对"), encoding="utf-8"
    )
    jobs.run_due(outgoing, EVENING_BEFORE)

    assert sender.sent == []
    assert list_states(outgoing.database) == []


def test_one_failing_job_does_not_stop_the_others(
    outgoing: Outgoing, sender: RecordingSender
) -> None:
    jobs.run_due(outgoing, EVENING_BEFORE - MINUTE)

    def break_down() -> object:
        raise RuntimeError("内容读不出来")

    broken = replace(outgoing, content=break_down)
    jobs.run_due(broken, EVENING_BEFORE)

    assert len(sender.sent) == 1
    with outgoing.database.reading() as connection:
        (fault,) = faults.list_faults(connection)
    assert fault.kind == "job:plan_notices:RuntimeError"


def test_it_jumps_to_the_next_notice_for_the_simulator(
    outgoing: Outgoing, sender: RecordingSender
) -> None:
    told = jobs.send_next_notice(outgoing, EVENING_BEFORE - timedelta(days=1))

    assert "已发出" in told
    assert len(sender.sent) == 1
    assert "没有要发" in jobs.send_next_notice(outgoing, EVENING_BEFORE - timedelta(days=1))


def owe_an_answer(outgoing: Outgoing) -> None:
    with outgoing.database.transaction() as connection:
        residents.move(connection, Resident("o1"), Resident("o1"), EVENING_BEFORE)
        late_answers.keep(connection, openid="o1", text="答案", now=EVENING_BEFORE)


@pytest.mark.parametrize(
    ("refusal", "sent", "left"),
    [
        (None, [("o1", "答案")], 0),
        (UnknownOutcome("超时"), [], 0),
        (SendError("窗口已关", code=45015, permanent=True), [], 1),
    ],
)
def test_it_sends_a_late_answer_once_where_it_may(
    outgoing: Outgoing,
    sender: RecordingSender,
    refusal: Exception | None,
    sent: list[tuple[str, str]],
    left: int,
) -> None:
    owe_an_answer(outgoing)
    if refusal:
        sender.refusals.append(refusal)
    jobs.send_late_answers(outgoing, EVENING_BEFORE)
    jobs.send_late_answers(outgoing, EVENING_BEFORE + MINUTE)
    with outgoing.database.reading() as connection:
        assert len(late_answers.list_waiting(connection, "o1")) == left

    assert sender.sent == sent


def test_it_leaves_late_answers_to_ride_where_it_may_not_send(
    unverified: Outgoing, sender: RecordingSender
) -> None:
    owe_an_answer(unverified)
    jobs.run_due(unverified, EVENING_BEFORE)

    assert sender.sent == []


def test_the_night_forgets_old_messages(outgoing: Outgoing) -> None:
    jobs.run_nightly(outgoing, EVENING_BEFORE)
    with outgoing.database.reading() as connection:
        assert faults.list_faults(connection) == []
        assert outbox.list_notices(connection) == []


def test_a_change_after_the_notice_is_told_once(
    outgoing: Outgoing, sender: RecordingSender, events: Path
) -> None:
    jobs.run_due(outgoing, EVENING_BEFORE)
    off = MARKET + "改动：2026-11-24 取消（下雨）\n"
    (events / "market.md").write_text(off, encoding="utf-8")
    for minute in range(3):
        jobs.run_due(outgoing, EVENING_BEFORE + timedelta(hours=1, minutes=minute))

    assert [text for _, text in sender.sent][1:] == [
        "【赶集普法】原定11月24日周二08:00–11:00的赶集普法取消（下雨）。"
    ]


def test_a_change_at_night_is_told_in_the_morning(
    outgoing: Outgoing, sender: RecordingSender, events: Path
) -> None:
    jobs.run_due(outgoing, EVENING_BEFORE)
    off = MARKET + "改动：2026-11-24 改地点：村部\n"
    (events / "market.md").write_text(off, encoding="utf-8")
    jobs.run_due(outgoing, EVENING_BEFORE + timedelta(hours=6))
    assert len(sender.sent) == 1
    jobs.run_due(outgoing, EVENING_BEFORE + timedelta(hours=14, minutes=1))

    assert [text for _, text in sender.sent][1:] == [
        "【赶集普法】11月24日周二的赶集普法，地点改为村部。"
    ]


def test_a_change_instead_of_the_notice_waits_for_its_hour(
    outgoing: Outgoing, sender: RecordingSender, events: Path
) -> None:
    off = MARKET + "改动：2026-11-24 取消\n"
    (events / "market.md").write_text(off, encoding="utf-8")
    jobs.run_due(outgoing, EVENING_BEFORE - timedelta(days=2))
    assert sender.sent == []
    jobs.run_due(outgoing, EVENING_BEFORE)
    assert [text for _, text in sender.sent] == [
        "【赶集普法】原定11月24日周二08:00–11:00的赶集普法取消。"
    ]
