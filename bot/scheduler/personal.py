"""Sending a notice to some residents: each is claimed, and the claim on disk, before their call.

    due ──► begin: a delivery a recipient ──► send, a few seconds a ring ──► riding, sent

Calls go out `AT_ONCE` at a time; how they ended is written together with the next claims.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from bot.clock import SHANGHAI, monotonic
from bot.errors import Action, SendError, UnknownOutcome
from bot.scheduler.dispatch import RETRY_AFTER, Outgoing, decide_late
from bot.storage import personal_notices
from bot.storage.database import Connection
from bot.storage.outbox import Notice
from bot.storage.personal_notices import Call

log = logging.getLogger(__name__)

WINDOW = timedelta(hours=47)
"""WeChat takes a message within 48 hours of the resident's own; a queue needs an hour."""
AT_ONCE = 8
"""Calls side by side; as many are unknown at most when the process is killed."""
PATIENCE = 5
"""After so many failures in a row nobody else is tried for a minute."""

_NOT_THEM = frozenset({Action.MARK_INACTIVE, Action.SKIP_RECIPIENT})
"""Refused because of who it is for, for good."""
_NOBODY_NOW = frozenset({Action.WAIT, Action.WAIT_A_DAY})
_NOT_NOW = frozenset({Action.QUEUE_FOR_NEXT_MESSAGE, Action.SHOW_STAFF})
"""Refused for this recipient; what is not understood may be about nobody else either."""


@dataclass(frozen=True)
class Ended:
    """How one call ended."""

    call: Call
    outcome: str
    state: str
    code: int | None = None
    reason: str = ""
    next_try_at: datetime | None = None
    pause_until: datetime | None = None
    """Until then nobody else is tried either."""
    gives_up: bool = False
    """WeChat takes no message of ours at all."""


def begin(outgoing: Outgoing, notice: Notice, now: datetime) -> None:
    """Give everybody who is to hear a due notice a delivery of their own."""
    if now > notice.send_until and decide_late(outgoing, notice, now):
        return
    may_start = outgoing.capabilities.customer_service and now <= notice.send_until
    with outgoing.database.transaction() as connection:
        personal_notices.queue(
            connection, notice, heard_since=now - WINDOW if may_start else None, now=now
        )
        personal_notices.close(connection, notice, now)  # where nobody can be sent to


def send(outgoing: Outgoing, now: datetime) -> None:
    """Go on with every notice that is being sent, for `outgoing.send_seconds` at most."""
    deadline = monotonic() + outgoing.send_seconds
    with outgoing.database.reading() as connection:
        sending = personal_notices.list_sending(connection, now)
    if not sending:
        return
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="notice") as pool:
        for notice in sending:
            if now > notice.send_until:
                with outgoing.database.transaction() as connection:
                    reason = "错过了发送时间，其余的随回复带出"
                    personal_notices.leave_to_replies(connection, notice, reason=reason)
            elif outgoing.quiet.contains(now):
                continue
            _Run(outgoing, notice, now, deadline, pool).go()


class _Run:
    """One notice, as far as the time allows."""

    def __init__(
        self,
        outgoing: Outgoing,
        notice: Notice,
        now: datetime,
        deadline: float,
        pool: ThreadPoolExecutor,
    ) -> None:
        self._outgoing = outgoing
        self._notice = notice
        self._now = now
        self._deadline = deadline
        self._pool = pool
        self._failures = 0

    def go(self) -> None:
        """Tell a few at a time, until nobody waits or something says to stop."""
        ended: Sequence[Ended] = ()
        while True:
            with self._outgoing.database.transaction() as connection:
                calls = self._claim(connection) if self._write(connection, ended) else ()
            if not calls:
                break
            ended = [self._judge(*one) for one in self._pool.map(self._call, calls)]
        with self._outgoing.database.transaction() as connection:
            personal_notices.drop_gone(connection, self._notice)
            if personal_notices.close(connection, self._notice, self._now):
                log.info("notice told", extra={"action": "notice-told", "notice": self._notice.id})

    def _claim(self, connection: Connection) -> Sequence[Call]:
        if monotonic() >= self._deadline:
            return ()
        return personal_notices.claim(connection, self._notice, now=self._now, limit=AT_ONCE)

    def _call(self, call: Call) -> tuple[Call, SendError | None]:
        try:
            self._outgoing.sender.send_to(call.openid, self._notice.text)
        except SendError as error:
            return call, error
        return call, None

    def _judge(self, call: Call, error: SendError | None) -> Ended:
        if error is None:
            self._failures = 0
            return Ended(call, "sent", "sent")
        log.warning("notice not told: %s", error.reason, extra={"action": "notice-not-told"})
        self._failures = 0 if error.action in _NOT_THEM else self._failures + 1
        ended = judge(call, error, self._notice, self._now)
        if self._failures < PATIENCE or ended.pause_until:
            return ended
        return replace(ended, pause_until=self._now + RETRY_AFTER)

    def _write(self, connection: Connection, ended: Sequence[Ended]) -> bool:
        """Write how calls ended; False when nobody else is to be told now."""
        for one in ended:
            personal_notices.finish(
                connection,
                one.call,
                outcome=one.outcome,
                state=one.state,
                now=self._now,
                code=one.code,
                reason=one.reason,
                next_try_at=one.next_try_at,
            )
        hopeless = next((one for one in ended if one.gives_up), None)
        if hopeless:
            personal_notices.leave_to_replies(connection, self._notice, reason=hopeless.reason)
        until, reason = max(
            ((one.pause_until, one.reason) for one in ended if one.pause_until), default=(None, "")
        )
        if until:
            personal_notices.rest(connection, self._notice, until=until, reason=reason)
        return not (hopeless or until)


def judge(call: Call, error: SendError, notice: Notice, now: datetime) -> Ended:
    """Decide what a failed call means for its recipient, and for those after them."""
    code, reason, action = error.code, error.reason, error.action
    if isinstance(error, UnknownOutcome):
        return Ended(call, "unknown", "unknown", code, reason)
    if action in _NOT_NOW and error.permanent:
        return Ended(call, "refused", "riding", code, reason)
    if action in _NOT_THEM:
        return Ended(call, "refused", "failed", code, reason)
    if error.permanent:
        return Ended(call, "refused", "riding", code, reason, gives_up=True)
    again = now + RETRY_AFTER
    if action not in _NOBODY_NOW:
        return Ended(call, "refused", "waiting", code, reason, next_try_at=again)
    if action is Action.WAIT_A_DAY:
        midnight = datetime.combine(now.astimezone(SHANGHAI) + timedelta(days=1), time(), SHANGHAI)
        # A second after it is too late the replies take over.
        again = min(midnight, notice.send_until + timedelta(seconds=1))
    return Ended(call, "refused", "waiting", code, reason, pause_until=again)
