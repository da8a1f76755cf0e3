"""What became of a mass send: WeChat takes it first, and says later whether it went out.

Mostly a push says so (MASSSENDJOBFINISH). A push may be lost, or come before our own row knows
the number it speaks of; so WeChat is asked, too. Where the account's 群发保护 is on, nothing goes
out until the administrator confirms on the phone within thirty minutes: staff are warned in time.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from bot.errors import SendError
from bot.scheduler import alarm_mail
from bot.scheduler.dispatch import MassResult, Outgoing
from bot.storage import faults, notice_decisions
from bot.storage.outbox import Notice

log = logging.getLogger(__name__)

OFTEN_FOR = timedelta(minutes=40)
"""WeChat gives the administrator thirty minutes."""
OFTEN, SELDOM = timedelta(minutes=1), timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(days=1)
WARN_AFTER = timedelta(minutes=2)
"""A text to all is out within seconds, unless somebody must confirm it."""
WARNING = (
    "群发已交给微信，还没有发出。如果公众号开了“API 群发保护”，管理员的微信会收到确认请求，"
    "30 分钟内不点确认就作废；请马上看管理员的手机"
)
NOT_SENT = "微信没有发出（多半是管理员没有确认，或内容没有通过），改为随回复带出"
MAIL_FAULT = "mail:confirm"


def follow(outgoing: Outgoing, now: datetime) -> None:
    """Ask what came of every mass send that nobody has told of."""
    with outgoing.database.reading() as connection:
        unheard = notice_decisions.list_unheard(connection, now)
    for notice in unheard:
        _ask(outgoing, notice, now)


def _ask(outgoing: Outgoing, notice: Notice, now: datetime) -> None:
    reference, waited = notice.reference or "", now - (notice.finished_at or now)
    try:
        result = outgoing.sender.mass_result(reference)
    except SendError as error:
        log.warning("mass result: %s", error.reason, extra={"action": "mass-result-refused"})
        result = MassResult.UNDER_WAY
    warns = result is MassResult.UNDER_WAY and waited >= WARN_AFTER and not notice.reason
    with outgoing.database.transaction() as connection:
        if result is MassResult.ARRIVED:
            notice_decisions.note_arrived(connection, reference, reached=None)
        elif result is MassResult.FAILED:
            notice_decisions.note_failed(connection, reference, reason=NOT_SENT, now=now)
        elif waited > GIVE_UP_AFTER:
            notice_decisions.give_up_asking(connection, notice)
        else:
            again = now + (OFTEN if waited < OFTEN_FOR else SELDOM)
            reason = WARNING if warns or notice.reason else ""
            notice_decisions.ask_again(connection, notice, at=again, reason=reason)
    if warns:
        _mail_staff(outgoing, now)


def _mail_staff(outgoing: Outgoing, now: datetime) -> None:
    if not outgoing.mail.host:
        return
    message = alarm_mail.write_confirmation_mail(outgoing.mail, WARNING, outgoing.console_url)
    try:
        alarm_mail.send(outgoing.mail, message)
    except (OSError, SMTPException) as error:
        log.error("mail failed: %s", type(error).__name__, extra={"action": "mail-failed"})
        with outgoing.database.transaction() as connection:
            faults.record(connection, kind=MAIL_FAULT, text=type(error).__name__, now=now)
