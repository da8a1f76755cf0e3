"""One message from arrival to reply.

web.webhook               verify | decrypt | parse           → Inbound
  | storage.inbox         first time, or a repeat?           → known reply | go on
  | storage.residents     what were we talking about?        → Dialogue
  | conversation.router   decide(turn)                       → Outcome(reply, dialogue, effects)
  | assistant.write       reply + dialogue + effects         one transaction
  | wechat.replies        render | encrypt                   → XML

WeChat waits five seconds. After four, the resident gets a kind sentence; the real answer is kept
and rides on their next message (or goes by customer-service message where the account may).
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import uuid4

from bot.clock import Clock, monotonic
from bot.consultation.masking import mask_personal_numbers
from bot.conversation import router
from bot.conversation.dialogue import dump_dialogue, load_dialogue
from bot.conversation.turn import (
    Content,
    DeleteData,
    Effect,
    HandOff,
    Outcome,
    RaiseAlarm,
    RecordMiss,
    Rules,
    SetFollowing,
    SetReminder,
    Turn,
)
from bot.errors import StorageError, trace
from bot.messages import MAX_REPLY_BYTES, Inbound, InboundKind, Reply
from bot.storage import faults, inbox, late_answers, outbox, privacy, residents, waiting
from bot.storage.database import Connection, Database
from bot.storage.inbox import Verdict
from bot.storage.outbox import Notice
from bot.storage.residents import Resident

log = logging.getLogger(__name__)

BUDGET_SECONDS = 4.0
STILL_THINKING = "这个问题我还在查，请稍等片刻再发一句话（比如“好”），我就把答案给您。"
APOLOGY = (
    "实在抱歉，刚才出了点小毛病，没能答上来。请过一会儿再问一遍；急事请直接打12348问法律热线。"
)
STORED_TEXT_LIMIT = 2000
RIDES_KNOWN_FOR_SECONDS = 2.0
NOT_SAID_BY_RESIDENTS = frozenset(
    [
        InboundKind.UNFOLLOW,
        InboundKind.REVOCATION,
        InboundKind.MASS_SEND_FINISHED,
        InboundKind.OTHER,
    ]
)
"""What proves nothing of its openid following us; whoever writes, follows."""

RIDER = "\n\n———\n"


@dataclass
class Ticket:
    """One delivery under way: either it is answered in time, or it is called late; never both."""

    inbound: Inbound
    key: str
    claim: str = field(default_factory=lambda: uuid4().hex)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _fate: str = ""

    def settle_as(self, fate: str) -> bool:
        """Fix the fate once; True when it is (or already was) this one."""
        with self._lock:
            self._fate = self._fate or fate
            return self._fate == fate


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
        self._pool = ThreadPoolExecutor(max_workers=24, thread_name_prefix="answer")
        self._rides: tuple[float, tuple[Notice, ...]] = (float("-inf"), ())

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
        stored = self._pool.submit(self._store_apology, fingerprint(inbound.key), kind)
        try:
            stored.result(timeout=0.4)
        except (FutureTimeoutError, StorageError):
            # The database itself may be what broke; the resident still gets the sentence.
            log.error("apology not stored", extra={"action": "apology-not-stored"})
        return APOLOGY

    def _store_apology(self, key: str, kind: str) -> None:
        now = self._clock()
        with self._database.transaction() as connection:
            inbox.settle_failed(connection, key=key, reply=APOLOGY, now=now)
            faults.record(connection, kind=f"answer:{kind}", text=kind, now=now)

    def close(self) -> None:
        """Stop taking messages."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    # ------------------------------------------------------------------ one message's way

    def _process(self, ticket: Ticket, deadline: float) -> str | None:
        resident = self._claim(ticket)
        # Past the deadline nobody waits here any more, but if the owner died this may have been
        # WeChat's last delivery: whoever promised an answer stays until it can be taken over.
        give_up = deadline + inbox.ABANDONED_AFTER.total_seconds()
        while resident is None:
            known = self._known_reply(ticket)
            if known is not None and known.settled:
                return known.reply
            resident = self._take_over(ticket)
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
            rides = self._riding(now) if outcome.reply else ()
            try:
                with self._database.transaction() as connection:
                    return self._write(connection, ticket, resident, outcome, rides, now)
            except _CrossedError:
                with self._database.reading() as connection:
                    resident = residents.get(connection, ticket.inbound.openid)
            except _OvertakenError:
                known = self._known_reply(ticket)
                return known.reply if known else STILL_THINKING

    def _write(
        self,
        connection: Connection,
        ticket: Ticket,
        resident: Resident,
        outcome: Outcome,
        rides: tuple[Notice, ...],
        now: datetime,
    ) -> str | None:
        """Write reply, dialogue and effects in the caller's transaction; return what is sent."""
        changed = _changed(resident, outcome, ticket.inbound, now)
        if not residents.move(connection, resident, changed, now):
            raise _CrossedError
        text = self._compose(connection, outcome.reply, resident, rides, now)
        sent = self._settle(connection, ticket, outcome, text, now)
        for effect in outcome.effects:
            apply_effect(connection, effect, ticket, now)
        return sent

    def _settle(
        self,
        connection: Connection,
        ticket: Ticket,
        outcome: Outcome,
        text: str | None,
        now: datetime,
    ) -> str | None:
        """Write the reply if there is still time; else owe it to the resident."""
        verdict = Verdict(text, outcome.decision.value, outcome.entry, outcome.confidence)
        if ticket.settle_as("answered") and inbox.settle(
            connection,
            key=ticket.key,
            claim=ticket.claim,
            state="answered",
            verdict=verdict,
            now=now,
        ):
            return text
        late = replace(verdict, reply=STILL_THINKING)
        noted = inbox.settle(
            connection, key=ticket.key, claim=ticket.claim, state="late", verdict=late, now=now
        ) or inbox.note_late_decision(connection, key=ticket.key, verdict=late)
        if not noted:
            # Another process took the message over and has answered it: undo everything.
            raise _OvertakenError
        if text:
            openid = ticket.inbound.openid
            late_answers.keep(connection, openid=openid, text=text, now=now)
        return STILL_THINKING

    # ------------------------------------------------------------------ claims and repeats

    def _claim(self, ticket: Ticket) -> Resident | None:
        inbound = ticket.inbound
        with self._database.transaction(durable=False) as connection:
            first = inbox.claim(
                connection,
                key=ticket.key,
                openid=inbound.openid,
                kind=inbound.kind.value,
                text=mask_personal_numbers(inbound.text[:STORED_TEXT_LIMIT]),
                claim=ticket.claim,
                now=self._clock(),
            )
            return residents.get(connection, inbound.openid) if first else None

    def _known_reply(self, ticket: Ticket) -> inbox.StoredReply | None:
        with self._database.reading() as connection:
            return inbox.find(connection, ticket.key)

    def _take_over(self, ticket: Ticket) -> Resident | None:
        now = self._clock()
        with self._database.reading() as connection:
            known = inbox.find(connection, ticket.key)
            if known and not known.abandoned(now):
                return None
        with self._database.transaction(durable=False) as connection:
            taken = inbox.take_over(connection, key=ticket.key, claim=ticket.claim, now=now)
            return residents.get(connection, ticket.inbound.openid) if taken else None

    def _call_late(self, ticket: Ticket, work: "Future[str | None]") -> str | None:
        """Time is up: send the kind sentence, and write that down if the database lets us."""
        if not ticket.settle_as("late"):
            try:
                return work.result(timeout=0.3)
            except FutureTimeoutError:
                return STILL_THINKING
        work.add_done_callback(lambda done: self._report_late_failure(ticket, done))
        noted = self._pool.submit(self._note_late, ticket)
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
        kind, now = type(error).__name__, self._clock()
        openid = ticket.inbound.openid
        with self._database.transaction() as connection:
            faults.record(connection, kind=f"answer:{kind}", text=kind, now=now)
            if residents.get(connection, openid).version:
                late_answers.keep(connection, openid=openid, text=APOLOGY, now=now)

    def _note_late(self, ticket: Ticket) -> None:
        with self._database.transaction() as connection:
            inbox.settle_late(connection, key=ticket.key, claim=ticket.claim, reply=STILL_THINKING)

    # ------------------------------------------------------------------ what rides along

    def _riding(self, now: datetime) -> tuple[Notice, ...]:
        known_at, rides = self._rides
        if monotonic() - known_at > RIDES_KNOWN_FOR_SECONDS:
            with self._database.reading() as connection:
                rides = tuple(outbox.list_riding(connection, now))
            self._rides = (monotonic(), rides)
        return tuple(notice for notice in rides if notice.expires_at > now)

    def _compose(
        self,
        connection: Connection,
        reply: Reply | None,
        resident: Resident,
        rides: tuple[Notice, ...],
        now: datetime,
    ) -> str | None:
        """Render the reply and let late answers, then notices, ride as far as there is room."""
        if reply is None:
            return None
        text = self._render(reply)
        if not reply.takes_riders:
            return text
        if resident.has_waiting:
            for owed in late_answers.list_waiting(connection, resident.openid):
                longer = f"{text}{RIDER}您刚才问的，答案在这里：\n{owed.text}"
                if _fits(longer) and late_answers.claim(connection, owed, state="sent", now=now):
                    text = longer
        for notice in rides:
            longer = f"{text}{RIDER}{notice.text}"
            if _fits(longer) and not outbox.has_received(connection, notice, resident.openid):
                outbox.ride(connection, notice, resident.openid, now=now)
                text = longer
        return text


class _CrossedError(Exception):
    """Another message of the same resident was written while this one was decided."""


class _OvertakenError(Exception):
    """Another process has answered this very message."""


def fingerprint(key: str) -> str:
    """Hash a redelivery key: it holds an openid, which must not outlive a deletion."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _fits(text: str) -> bool:
    return len(text.encode("utf-8", "replace")) <= MAX_REPLY_BYTES


def _changed(resident: Resident, outcome: Outcome, inbound: Inbound, now: datetime) -> Resident:
    """Return the resident's row after this turn."""
    wants_reminder = resident.wants_reminder
    for effect in outcome.effects:
        if isinstance(effect, SetReminder):
            wants_reminder = effect.wanted
    # A clock that runs ahead must not make everything after it late.
    moments = [resident.heard_at, inbound.sent_at and min(inbound.sent_at, now)]
    return replace(
        resident,
        following=_is_following(resident, outcome, inbound),
        wants_reminder=wants_reminder,
        dialogue=dump_dialogue(outcome.dialogue),
        heard_at=max((moment for moment in moments if moment), default=None),
    )


def _is_following(resident: Resident, outcome: Outcome, inbound: Inbound) -> bool:
    """Tell whether the resident follows: retries bring following and leaving in any order."""
    if resident.heard_at and inbound.sent_at and inbound.sent_at < resident.heard_at:
        return resident.following
    for effect in outcome.effects:
        if isinstance(effect, SetFollowing):
            return effect.following
    return resident.following or inbound.kind not in NOT_SAID_BY_RESIDENTS


def apply_effect(connection: Connection, effect: Effect, ticket: Ticket, now: datetime) -> None:
    """Turn one effect into rows."""
    openid = ticket.inbound.openid
    match effect:
        case RecordMiss():
            waiting.record_miss(
                connection,
                openid=openid,
                text=mask_personal_numbers(effect.text[:STORED_TEXT_LIMIT]),
                reason=effect.reason,
                entry=effect.entry,
                now=now,
            )
        case HandOff():
            waiting.record_handoff(
                connection,
                openid=openid,
                kind=effect.kind,
                text=effect.text,
                village=effect.village,
                phone=effect.phone,
                media_id=effect.media_id,
                now=now,
            )
        case RaiseAlarm():
            waiting.raise_alarm(
                connection, openid=openid, sign=effect.sign, text=effect.text, now=now
            )
        case DeleteData():
            privacy.forget_resident(connection, openid, keep_key=ticket.key)
        case SetFollowing() | SetReminder():
            pass  # part of the resident's own row, see _changed
        case _:
            assert_never(effect)
