"""The e-mail about danger signs, handed to a real SMTP server on loopback."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller

from bot.config import MailSettings
from bot.scheduler import jobs
from bot.scheduler.dispatch import Outgoing
from bot.storage import faults, waiting
from tests.scheduler.conftest import EVENING_BEFORE

NOW = EVENING_BEFORE
SECRET = "他拿刀砍我，我电话13800138000"


@dataclass
class Mailbox:
    """What the server took; `answer` is what it says to each mail."""

    taken: list[EmailMessage] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            self.taken.append(cast(EmailMessage, mail))
        return self.answer


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    with socket.socket() as probe:  # the controller wants to know its port beforehand
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def mailing(outgoing: Outgoing, mailbox: tuple[Mailbox, int]) -> Outgoing:
    mail = MailSettings(
        host="127.0.0.1",
        port=mailbox[1],
        security="none",
        sender="bot@example.cn",
        recipients=("a@example.cn", "b@example.cn"),
    )
    return replace(outgoing, mail=mail, console_url="https://fs.example.cn/console/")


def alarm(outgoing: Outgoing, text: str = SECRET) -> None:
    with outgoing.database.transaction() as connection:
        waiting.raise_alarm(connection, openid="oR", sign="暴力", text=text, now=NOW)


def test_it_tells_of_every_alarm_once_and_of_no_text(
    mailing: Outgoing, mailbox: tuple[Mailbox, int]
) -> None:
    alarm(mailing)
    alarm(mailing)
    jobs.mail_alarms(mailing, NOW)
    jobs.mail_alarms(mailing, NOW + timedelta(seconds=5))

    (mail,) = mailbox[0].taken
    assert mail["To"] == "a@example.cn, b@example.cn"
    assert "有 2 条" in mail["Subject"]
    body = mail.get_content()
    assert "暴力" in body
    assert "https://fs.example.cn/console/" in body
    assert "13800138000" not in body
    assert "刀" not in body


def test_it_tries_again_a_minute_later(mailing: Outgoing, mailbox: tuple[Mailbox, int]) -> None:
    box = mailbox[0]
    box.answer = "451 later"
    alarm(mailing)
    jobs.mail_alarms(mailing, NOW)
    with mailing.database.reading() as connection:
        assert faults.find(connection, jobs.MAIL_FAULT) is not None

    box.answer = "250 OK"
    jobs.mail_alarms(mailing, NOW + timedelta(seconds=30))
    assert box.taken == []
    jobs.mail_alarms(mailing, NOW + timedelta(seconds=61))
    assert len(box.taken) == 1


def test_a_server_that_is_gone_stops_no_other_job(mailing: Outgoing) -> None:
    alarm(mailing)
    gone = replace(mailing, mail=mailing.mail.model_copy(update={"port": 1}))
    jobs.run_due(gone, NOW)

    with gone.database.reading() as connection:
        (fault,) = faults.list_faults(connection)
    assert fault.kind == jobs.MAIL_FAULT


def test_it_sends_nothing_of_yesterday_or_of_what_was_seen(
    mailing: Outgoing, mailbox: tuple[Mailbox, int]
) -> None:
    alarm(mailing)
    jobs.mail_alarms(mailing, NOW + timedelta(days=2))

    assert mailbox[0].taken == []


def test_without_a_server_it_sends_none(outgoing: Outgoing) -> None:
    alarm(outgoing)
    jobs.mail_alarms(outgoing, NOW)

    with outgoing.database.reading() as connection:
        assert len(waiting.list_unmailed_alarms(connection, since=NOW)) == 1
