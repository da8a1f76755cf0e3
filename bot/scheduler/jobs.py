"""What the bell sets going; each job is a plain function of the time it is given."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from smtplib import SMTPException

from bot.errors import trace
from bot.events.notices import PlannedNotice, due_notices
from bot.scheduler import alarm_mail, mass_results, personal
from bot.scheduler.dispatch import Outgoing, dispatch_notice, send_late_answer
from bot.storage import (
    faults,
    figures,
    late_answers,
    memberships,
    outbox,
    personal_notices,
    privacy,
    staff_replies,
    waiting,
)
from bot.storage.outbox import Notice, Plan

log = logging.getLogger(__name__)

PLAN_AHEAD = timedelta(days=14)
"""How far ahead notices stand in the outbox for staff to see."""

PLAN_BEHIND = timedelta(days=40)
"""How far back a worker that was away looks for what it missed."""

ABANDONED_AFTER = timedelta(minutes=3)
"""Longer than one call with all its time-outs and retries."""

MAIL_FAULT = "mail:alarm"
MAIL_WITHIN = timedelta(days=1)
"""Older ones are seen at the console; a mail about them would only frighten."""
MAIL_AGAIN_AFTER = timedelta(minutes=1)


def run_due(outgoing: Outgoing, now: datetime) -> None:
    """Do everything that is due at `now`; one failing job does not stop the others."""
    for job in (
        mail_alarms,
        plan_notices,
        surrender_abandoned,
        send_notices,
        mass_results.follow,
        send_late_answers,
        personal.send,
    ):
        _run(job, outgoing, now)


def run_nightly(outgoing: Outgoing, now: datetime) -> None:
    """Do what is enough once a night."""
    _run(count_days, outgoing, now)
    _run(forget_old, outgoing, now)


def count_finished_days(outgoing: Outgoing, now: datetime) -> None:
    """Count the days that are over; a failure is told and does no harm."""
    _run(count_days, outgoing, now)


def mail_alarms(outgoing: Outgoing, now: datetime) -> None:
    """Tell staff of new danger signs by e-mail, where that is set; one mail for all of them.

    A mail that fails is tried again a minute later and shown at the console. One that was handed
    over while this process died is sent again: told twice is better than not at all.
    """
    if not outgoing.mail.host:
        return
    with outgoing.database.reading() as connection:
        alarms = waiting.list_unmailed_alarms(connection, since=now - MAIL_WITHIN)
        failed = faults.find(connection, MAIL_FAULT)
    if not alarms or (failed and now - failed.last_at < MAIL_AGAIN_AFTER):
        return
    try:
        alarm_mail.send(
            outgoing.mail, alarm_mail.write_mail(outgoing.mail, alarms, outgoing.console_url)
        )
    except (OSError, SMTPException) as error:
        log.error("alarm mail failed: %s", type(error).__name__, extra={"action": "mail-failed"})
        with outgoing.database.transaction() as connection:
            faults.record(connection, kind=MAIL_FAULT, text=type(error).__name__, now=now)
        return
    with outgoing.database.transaction() as connection:
        waiting.note_mailed(connection, alarms, now)


def plan_notices(outgoing: Outgoing, now: datetime) -> None:
    """Write what the calendar says is coming into the outbox; doing it twice changes nothing."""
    with outgoing.database.reading() as connection:
        leads = memberships.list_lead_days(connection)
    planned = due_notices(
        outgoing.content().calendar,
        now - PLAN_BEHIND,
        now + PLAN_AHEAD,
        outgoing.late_after,
        quiet_from=outgoing.quiet_from,
        quiet_until=outgoing.quiet_until,
        include_unverified=outgoing.plan_unverified,
        leads=leads,
    )
    plans = [_plan(one) for one in planned if one.useful_until > now]
    with outgoing.database.transaction() as connection:
        outbox.synchronise(connection, plans, now, needs_approval=outgoing.needs_approval())
        personal_notices.expire(connection, now)
        outbox.expire(connection, now)


def _plan(one: PlannedNotice) -> Plan:
    event, occurrence, kind, audience = one.key
    return Plan(
        event=event,
        occurrence=occurrence,
        kind=kind,
        audience=audience,
        text=one.text,
        due_at=one.due_at,
        send_until=one.expires_at,
        expires_at=one.useful_until,
        if_late=one.if_late.value,
    )


def surrender_abandoned(outgoing: Outgoing, now: datetime) -> None:
    """Show what a killed process left in the middle of a call."""
    with outgoing.database.transaction() as connection:
        outbox.surrender_abandoned(connection, before=now - ABANDONED_AFTER, now=now)
        personal_notices.surrender_abandoned(connection, before=now - ABANDONED_AFTER, now=now)
        staff_replies.surrender_abandoned(connection, before=now - ABANDONED_AFTER, now=now)


def send_notices(outgoing: Outgoing, now: datetime) -> None:
    """Send every notice that is due."""
    with outgoing.database.reading() as connection:
        due = outbox.list_due(connection, now)
    for notice in due:
        # What tells of a change may be due at any hour; it waits until nobody is disturbed.
        if now > notice.send_until or not outgoing.quiet.contains(now):
            _start(outgoing, notice, now)


def _start(outgoing: Outgoing, notice: Notice, now: datetime) -> None:
    if notice.audience == outbox.ALL_FOLLOWERS:
        dispatch_notice(outgoing, notice, now)
    else:
        personal.begin(outgoing, notice, now)


def send_next_notice(outgoing: Outgoing, now: datetime) -> str:
    """Do now what would be due at the next notice, for showing it; say in Chinese what it was."""
    plan_notices(outgoing, now)
    with outgoing.database.reading() as connection:
        planned = outbox.list_notices(connection, states=("planned",))
    if not planned:
        return "今后两周没有要发的通知。请看 knowledge/events/ 里的活动。"
    then = max(now, planned[0].due_at)
    _start(outgoing, planned[0], then)
    personal.send(outgoing, then)
    with outgoing.database.reading() as connection:
        sent = next(one for one in outbox.list_notices(connection) if one.id == planned[0].id)
    if sent.state == "sent":
        return f"已发出原定 {sent.due_at:%m月%d日%H:%M} 的通知。"
    return f"原定 {sent.due_at:%m月%d日%H:%M} 的通知没有直接发出：{sent.reason or sent.state}"


def send_late_answers(outgoing: Outgoing, now: datetime) -> None:
    """Send owed answers where the account may; elsewhere they ride on the next message."""
    if not outgoing.capabilities.customer_service:
        return
    with outgoing.database.reading() as connection:
        owed = late_answers.list_untried(connection)
    for answer in owed:
        send_late_answer(outgoing, answer, now)


def count_days(outgoing: Outgoing, now: datetime) -> None:
    """Count the days that are over, so that the page of a year is quick."""
    with outgoing.database.transaction() as connection:
        figures.count_finished(connection, date.min, now.date() - timedelta(days=1))


def forget_old(outgoing: Outgoing, now: datetime) -> None:
    """Delete what has been kept long enough."""
    with outgoing.database.transaction() as connection:
        removed = privacy.forget_old_messages(connection, now=now, keep_days=outgoing.keep_days)
    log.info("old messages deleted: %d", removed, extra={"action": "messages-forgotten"})


def _run(job: Callable[[Outgoing, datetime], None], outgoing: Outgoing, now: datetime) -> None:
    try:
        job(outgoing, now)
    except Exception as error:
        action = {"action": "job-failed"}
        log.error("job failed: %s: %s", job.__name__, trace(error), extra=action)
        kind = f"job:{job.__name__}:{type(error).__name__}"
        with outgoing.database.transaction() as connection:
            faults.record(connection, kind=kind, text=type(error).__name__, now=now)
