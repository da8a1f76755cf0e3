"""The assistant itself: one message's way, within the time WeChat gives."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime

from bot.assistant.deliveries import (
    APOLOGY,
    STILL_THINKING,
    Deliveries,
    OvertakenError,
    Ticket,
    fingerprint,
)
from bot.assistant.effects import apply_effect, changed_resident
from bot.assistant.riding import Rides, add_riders
from bot.clock import Clock, monotonic
from bot.conversation import router
from bot.conversation.dialogue import load_dialogue
from bot.conversation.turn import Content, Outcome, Rules, Turn
from bot.errors import StorageError, trace
from bot.messages import Inbound, Reply
from bot.storage import inbox, residents
from bot.storage.database import Connection, Database
from bot.storage.outbox import Notice
from bot.storage.residents import Resident

log = logging.getLogger(__name__)

BUDGET_SECONDS = 4.0
THREADS = 24


class Assistant:
    """Answers messages; every part it needs is given to it."""

    def __init__(
        self,
        *,
        database: Database,
        content: Callable[[], Content],
        rules: Rules,
        render: Callable[[Reply], str],
        clock: Clock,
        budget_seconds: float = BUDGET_SECONDS,
        decide: Callable[[Turn], Outcome] = router.decide,
    ) -> None:
        self._database = database
        self._content = content
        self._rules = rules
        self._render = render
        self._clock = clock
        self._budget = budget_seconds
        self._decide = decide
        self._deliveries = Deliveries(database, clock)
        self._rides = Rides(database)
        self._pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="answer")

    def answer(self, inbound: Inbound) -> str | None:
        """Return the text to send, None for silence; the same for every repeat of the message."""
        if not inbound.openid:
            return None  # nobody to answer, nothing to remember
        ticket = Ticket(inbound, fingerprint(inbound.key))
        started = monotonic()
        work = self._pool.submit(self._process, ticket, started + self._budget)
        try:
            return work.result(timeout=self._budget)
        except FutureTimeoutError:
            return self._call_late(ticket, work)

    def apologise(self, inbound: Inbound, error: BaseException) -> str:
        """Keep a kind sentence as the reply of a message that broke us; tell staff once."""
        kind = type(error).__name__
        stored = self._pool.submit(self._deliveries.note_failure, fingerprint(inbound.key), kind)
        try:
            stored.result(timeout=0.4)
        except (FutureTimeoutError, StorageError):
            # The database itself may be what broke; the resident still gets the sentence.
            log.error("apology not stored", extra={"action": "apology-not-stored"})
        return APOLOGY

    def close(self) -> None:
        """Stop taking messages."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _process(self, ticket: Ticket, deadline: float) -> str | None:
        resident = self._deliveries.claim(ticket)
        # Past the deadline nobody waits here any more, but if the owner died this may have been
        # WeChat's last delivery: whoever promised an answer stays until it can be taken over.
        give_up = deadline + inbox.ABANDONED_AFTER.total_seconds()
        while resident is None:
            known = self._deliveries.known_reply(ticket)
            if known is not None and known.settled:
                return known.reply
            resident = self._deliveries.take_over(ticket)
            if resident is None:
                if monotonic() > give_up:
                    return STILL_THINKING
                time.sleep(0.02)
        return self._handle(ticket, resident)

    def _handle(self, ticket: Ticket, resident: Resident) -> str | None:
        """Decide and write; again with fresh state if another message came in between."""
        while True:
            now = self._clock()
            outcome = self._decide(
                Turn(
                    message=ticket.inbound,
                    dialogue=load_dialogue(resident.dialogue),
                    now=now,
                    content=self._content(),
                    rules=self._rules,
                )
            )
            rides = self._rides.list(now) if outcome.reply else ()
            try:
                with self._database.transaction() as connection:
                    return self._write(connection, ticket, resident, outcome, rides, now)
            except _CrossedError:
                with self._database.reading() as connection:
                    resident = residents.get(connection, ticket.inbound.openid)
            except OvertakenError:
                known = self._deliveries.known_reply(ticket)
                return known.reply if known else STILL_THINKING

    def _write(
        self,
        connection: Connection,
        ticket: Ticket,
        resident: Resident,
        outcome: Outcome,
        rides: Sequence[Notice],
        now: datetime,
    ) -> str | None:
        """Write reply, dialogue and effects in the caller's transaction; return what is sent."""
        changed = changed_resident(resident, outcome, ticket.inbound, now)
        if not residents.move(connection, resident, changed, now):
            raise _CrossedError
        text = self._render(outcome.reply) if outcome.reply else None
        if text is not None and outcome.reply and outcome.reply.takes_riders:
            text = add_riders(connection, text, resident, rides, now)
        sent = self._deliveries.settle(connection, ticket, outcome, text, now)
        for effect in outcome.effects:
            apply_effect(connection, effect, ticket, now)
        return sent

    def _call_late(self, ticket: Ticket, work: "Future[str | None]") -> str | None:
        """Time is up: send the kind sentence, and write that down if the database lets us."""
        if not ticket.settle_as("late"):
            try:
                return work.result(timeout=0.3)
            except FutureTimeoutError:
                return STILL_THINKING
        work.add_done_callback(lambda done: self._report_late_failure(ticket, done))
        noted = self._pool.submit(self._deliveries.note_late, ticket)
        try:
            noted.result(timeout=0.3)
        except FutureTimeoutError:
            log.warning("late reply not stored yet", extra={"action": "late-not-stored"})
        return STILL_THINKING

    def _report_late_failure(self, ticket: Ticket, work: "Future[str | None]") -> None:
        """Tell staff what broke after its time, and owe the resident an apology for an answer."""
        error = None if work.cancelled() else work.exception()
        if error is None:
            return
        log.error("late answer broke: %s", trace(error), extra={"action": "late-answer-failed"})
        self._deliveries.owe_apology(ticket, error)


class _CrossedError(Exception):
    """Another message of the same resident was written while this one was decided."""
