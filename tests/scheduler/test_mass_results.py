"""A mass send that WeChat took is followed until it is known what came of it."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from bot.config import MailSettings
from bot.errors import SendError
from bot.scheduler import alarm_mail, jobs
from bot.scheduler.dispatch import MassResult, Outgoing
from bot.storage import notice_decisions
from bot.storage.outbox import Notice
from tests.scheduler.conftest import EVENING_BEFORE, RecordingSender, list_notices

MINUTE = timedelta(minutes=1)


def ring(outgoing: Outgoing, *minutes: int) -> Notice:
    for minute in minutes:
        jobs.run_due(outgoing, EVENING_BEFORE + minute * MINUTE)
    (notice,) = list_notices(outgoing.database)
    return notice


def test_it_asks_a_minute_later_and_then_no_more(
    outgoing: Outgoing, sender: RecordingSender
) -> None:
    sender.results = [MassResult.ARRIVED]

    assert ring(outgoing, 0).result == ""
    notice = ring(outgoing, 1, 2, 3)

    assert (notice.state, notice.result, notice.reason) == ("sent", "arrived", "")
    assert sender.asked == ["34182"]


def test_what_wechat_did_not_send_rides_and_is_not_sent_again(
    outgoing: Outgoing, sender: RecordingSender
) -> None:
    sender.results = [MassResult.UNDER_WAY, MassResult.FAILED]
    notice = ring(outgoing, 0, 1, 2, 3, 4)

    assert (notice.state, notice.result) == ("riding", "failed")
    assert "管理员没有确认" in notice.reason
    assert len(sender.sent) == 1


def test_staff_are_warned_while_the_administrator_can_still_confirm(
    outgoing: Outgoing, sender: RecordingSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails: list[EmailMessage] = []
    monkeypatch.setattr(alarm_mail, "send", lambda _, message: mails.append(message))
    mail = MailSettings(host="mail.example", sender="a@example", recipients=("b@example",))
    outgoing = replace(outgoing, mail=mail)

    assert ring(outgoing, 0, 1).reason == ""
    assert "30 分钟内" in ring(outgoing, 2, 3, 4, 5).reason
    assert len(mails) == 1
    assert "确认" in str(mails[0]["Subject"])

    sender.results = [MassResult.ARRIVED]
    assert ring(outgoing, 6).reason == ""


def test_a_day_of_silence_is_shown_and_not_taken_for_success(
    outgoing: Outgoing, sender: RecordingSender
) -> None:
    ring(outgoing, 0)
    notice = ring(outgoing, *range(30, 26 * 60, 30))

    assert (notice.state, notice.result) == ("sent", "unheard")
    assert "请到公众号后台核实" in notice.reason


def test_a_refused_question_is_asked_again(outgoing: Outgoing, sender: RecordingSender) -> None:
    ring(outgoing, 0)
    sender.mass_result = _refuse  # type: ignore[method-assign]

    assert ring(outgoing, 1).result == ""


def _refuse(reference: str) -> MassResult:
    raise SendError("系统繁忙", code=-1, permanent=False)


@pytest.mark.parametrize("arrived", [True, False])
def test_the_push_is_believed_once(outgoing: Outgoing, arrived: bool) -> None:
    ring(outgoing, 0)
    for reference in ("9999", "34182", "34182"):
        with outgoing.database.transaction() as connection:
            if arrived:
                notice_decisions.note_arrived(connection, reference, reached=801)
            else:
                notice_decisions.note_failed(
                    connection, reference, reason="err(40001)", now=EVENING_BEFORE
                )
    (notice,) = list_notices(outgoing.database)

    expected = ("sent", "arrived", 801) if arrived else ("riding", "failed", None)
    assert (notice.state, notice.result, notice.reached) == expected
