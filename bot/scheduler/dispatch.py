"""Sending one notice: the claim and the attempt are on disk before WeChat is called."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Protocol

from bot.config import MailSettings
from bot.conversation.turn import Capabilities, Content
from bot.errors import SendError, UnknownOutcome
from bot.events.event import IfLate
from bot.events.notices import QuietHours
from bot.storage import late_answers, outbox
from bot.storage.database import Database
from bot.storage.late_answers import LateAnswer
from bot.storage.outbox import Attempt, Notice

log = logging.getLogger(__name__)

RETRY_AFTER = timedelta(minutes=1)
"""WeChat's shortest wait (45066); a notice has hours."""


class MassResult(StrEnum):
    """What WeChat says of a mass send it took."""

    UNDER_WAY = "under-way"
    ARRIVED = "arrived"
    FAILED = "failed"


class Sender(Protocol):
    """What can start a message of ours; raises SendError or UnknownOutcome."""

    def send_to_all(self, text: str, client_id: str) -> str:
        """Mass-send to every follower; return WeChat's msg_id."""
        ...

    def mass_result(self, reference: str) -> MassResult:
        """Ask what came of a mass send."""
        ...

    def send_to(self, openid: str, text: str) -> None:
        """Send one customer-service message."""
        ...


@dataclass(frozen=True)
class Outgoing:
    """Everything the scheduler works with."""

    database: Database
    content: Callable[[], Content]
    sender: Sender
    capabilities: Capabilities
    holder: str
    late_after: timedelta
    quiet_from: time
    quiet_until: time
    keep_days: int
    mail: MailSettings = field(default_factory=MailSettings)
    console_url: str = ""
    send_seconds: float = 3.0
    """How long one ring may go on telling residents, so that the next one is not kept waiting."""
    needs_approval: Callable[[], bool] = lambda: False
    """Whether a second person must approve a notice before it goes out."""
    plan_unverified: bool = False
    """Only the simulator plans notices of events that nobody has verified yet."""

    @property
    def quiet(self) -> QuietHours:
        """When nobody is disturbed."""
        return QuietHours(self.quiet_from, self.quiet_until)


def dispatch_notice(outgoing: Outgoing, notice: Notice, now: datetime) -> None:
    """Send one due notice by the best means the account has."""
    if now > notice.send_until and decide_late(outgoing, notice, now):
        return
    if not outgoing.capabilities.mass_send:
        with outgoing.database.transaction() as connection:
            outbox.start_riding(connection, notice, reason="账号不能群发，随回复带出")
        return
    if now > notice.send_until:
        with outgoing.database.transaction() as connection:
            outbox.start_riding(connection, notice, reason="错过了发送时间，改为随回复带出")
        return
    with outgoing.database.transaction() as connection:
        attempt = outbox.claim_mass_send(connection, notice, holder=outgoing.holder, now=now)
    if attempt:
        _mass_send(outgoing, attempt, now)


def decide_late(outgoing: Outgoing, notice: Notice, now: datetime) -> bool:
    """Do with a notice that missed its time what its event says; False where replies take it."""
    if notice.if_late == IfLate.ASK:
        changes: dict[str, Any] = {"state": "held", "reason": "错过了发送时间，等人决定发不发"}
    elif notice.if_late == IfLate.DROP:
        changes = {"state": "expired", "reason": "错过了发送时间，按规定不再发", "finished_at": now}
    else:
        return False
    with outgoing.database.transaction() as connection:
        outbox.move(connection, notice.id, ("planned",), **changes)
    return True


def _mass_send(outgoing: Outgoing, attempt: Attempt, now: datetime) -> None:
    notice = attempt.notice
    try:
        reference = outgoing.sender.send_to_all(notice.text, notice.client_id)
    except UnknownOutcome as error:
        _finish(outgoing, attempt, now, outcome="unknown", error=error)
    except SendError as error:
        # Refused for certain: nobody has it, so another try or another rung doubles nothing.
        state = "riding" if error.permanent else "planned"
        _finish(outgoing, attempt, now, outcome="refused", error=error, next_state=state)
    else:
        with outgoing.database.transaction() as connection:
            outbox.finish(
                connection,
                attempt,
                outcome="sent",
                now=now,
                reference=reference,
                next_try_at=now + RETRY_AFTER,
            )
        log.info("notice sent", extra={"action": "notice-sent", "notice": notice.id})


def _finish(
    outgoing: Outgoing,
    attempt: Attempt,
    now: datetime,
    *,
    outcome: str,
    error: SendError,
    next_state: str | None = None,
) -> None:
    with outgoing.database.transaction() as connection:
        outbox.finish(
            connection,
            attempt,
            outcome=outcome,
            now=now,
            code=error.code,
            reason=error.reason,
            next_state=next_state,
            next_try_at=now + RETRY_AFTER,
        )
    log.warning(
        "notice %s: %s",
        outcome,
        error.reason,
        extra={"action": f"notice-{outcome}", "notice": attempt.notice.id},
    )


def send_late_answer(outgoing: Outgoing, answer: LateAnswer, now: datetime) -> None:
    """Send an answer that came too late for its message; a refused one rides instead."""
    with outgoing.database.transaction() as connection:
        if not late_answers.claim(connection, answer, state="claimed", now=now):
            return
    try:
        outgoing.sender.send_to(answer.openid, answer.text)
        state = "sent"
    except UnknownOutcome:
        state = "unknown"
    except SendError:
        state = "waiting"
    with outgoing.database.transaction() as connection:
        late_answers.finish(connection, answer, state=state)
