"""The assistant itself: one message's way, within the time WeChat gives."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
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
from bot.assistant.riding import Rides, add_riders, add_words_of_staff
from bot.clock import Clock, monotonic
from bot.conversation import router
from bot.conversation.dialogue import load_dialogue
from bot.conversation.turn import Content, Decision, Outcome, Rules, Turn
from bot.errors import StorageError, trace
from bot.messages import Inbound, Reply
from bot.storage import residents
from bot.storage.database import Connection, Database
from bot.storage.outbox import Notice
from bot.storage.residents import Resident

log = logging.getLogger(__name__)

Work = tuple[Ticket, "Future[str | None]"]

BUDGET_SECONDS = 4.0
THREADS = 24


class Assistant:
    """Answers messages; every part it needs is given to it."""

    def __init__(
        self,
        *,
        database: Database,
        content: Callable[[], Content],
        rules: Callable[[], Rules],
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
        self._lock = threading.RLock()
        self._under_way: dict[str, Work] = {}
        self._pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="answer")

    def answer(self, inbound: Inbound) -> str | None:
        """Return the text to send, None for silence; the same for every repeat of the message."""
        if not inbound.openid:
            return None  # nobody to answer, nothing to remember
        deadline = monotonic() + self._budget
        ticket, work = self._start_or_join(Ticket(inbound, fingerprint(inbound.key)))
        if ticket.is_late:
            return STILL_THINKING
        try:
            return work.result(timeout=deadline - monotonic())
        except FutureTimeoutError:
            return self._call_late(ticket, work)

    def apologise(self, inbound: Inbound, error: BaseException) -> str:
        """Keep a kind sentence as the reply of a message that broke us; tell staff once."""
        ticket = Ticket(inbound, fingerprint(inbound.key))
        stored = self._pool.submit(self._deliveries.note_failure, ticket, type(error).__name__)
        try:
            stored.result(timeout=0.4)
        except (FutureTimeoutError, StorageError):
            # The database itself may be what broke; the resident still gets the sentence.
            log.error("apology not stored", extra={"action": "apology-not-stored"})
        return APOLOGY

    def close(self) -> None:
        """Stop taking messages."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _start_or_join(self, ticket: Ticket) -> Work:
        """Handle the message, or wait with those who asked before: it is thought about once."""
        with self._lock:
            under_way = self._under_way.get(ticket.key)
            if under_way is None:
                under_way = ticket, self._pool.submit(self._process, ticket)
                self._under_way[ticket.key] = under_way
                under_way[1].add_done_callback(lambda done: self._forget(ticket.key))
            return under_way

    def _forget(self, key: str) -> None:
        with self._lock:
            self._under_way.pop(key, None)

    def _process(self, ticket: Ticket) -> str | None:
        """Decide and write; again with fresh state if another message came in between."""
        while True:
            known, resident = self._deliveries.look_up(ticket)
            if known is not None and not ticket.is_late:
                return known.reply
            now = self._clock()
            outcome = self._decide(
                Turn(
                    message=ticket.inbound,
                    dialogue=load_dialogue(resident.dialogue),
                    now=now,
                    content=self._content(),
                    rules=self._rules(),
                    held=resident.is_held(now),
                )
            )
            rides = self._rides.list(now) if outcome.reply else ()
            try:
                sent = self._database.write(self._writing(ticket, resident, outcome, rides, now))
            except OvertakenError:
                known, _ = self._deliveries.look_up(ticket)
                return known.reply if known else STILL_THINKING
            if sent is not _CROSSED:
                return sent.text

    def _writing(
        self,
        ticket: Ticket,
        resident: Resident,
        outcome: Outcome,
        rides: Sequence[Notice],
        now: datetime,
    ) -> Callable[[Connection], "_Sent"]:
        """Prepare the writing of reply, dialogue and effects; it returns what is sent."""
        changed = changed_resident(resident, outcome, ticket.inbound, now)
        rendered = self._render(outcome.reply) if outcome.reply else None
        takes_riders = outcome.reply is not None and outcome.reply.takes_riders

        def write(connection: Connection) -> _Sent:
            if not residents.move(connection, resident, changed, now):
                return _CROSSED
            text = rendered
            if text is not None and takes_riders:
                text = add_riders(connection, text, resident, rides, now)
            if outcome.decision is Decision.HELD:
                text = add_words_of_staff(connection, "", resident, now) or None
            sent = self._deliveries.settle(
                connection, ticket, outcome, text, village=changed.village, now=now
            )
            for effect in outcome.effects:
                apply_effect(connection, effect, ticket, village=changed.village, now=now)
            return _Sent(sent)

        return write

    def _call_late(self, ticket: Ticket, work: "Future[str | None]") -> str | None:
        """Time is up: send the kind sentence, and write that down if the database lets us."""
        if not ticket.settle_as("late"):
            try:
                return work.result(timeout=0.3)
            except FutureTimeoutError:
                return STILL_THINKING
        if not ticket.is_first_to_tell():
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


@dataclass(frozen=True)
class _Sent:
    """What was written as the reply; no text means silence."""

    text: str | None


_CROSSED = _Sent(None)
"""Another message of the same resident was written while this one was decided."""
