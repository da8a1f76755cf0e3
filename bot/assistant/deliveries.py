"""Deliveries of one message: the first claims it, repeats wait for its reply, late ones are told.

A claim is committed without waiting for the disk; the reply is not. See `storage.inbox`.
"""

import hashlib
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from bot.clock import Clock
from bot.consultation.masking import mask_personal_numbers
from bot.conversation.turn import Outcome
from bot.messages import Inbound
from bot.storage import faults, inbox, late_answers, residents
from bot.storage.database import Connection, Database
from bot.storage.inbox import StoredReply, Verdict
from bot.storage.residents import Resident

STILL_THINKING = "这个问题我还在查，请稍等片刻再发一句话（比如“好”），我就把答案给您。"
APOLOGY = (
    "实在抱歉，刚才出了点小毛病，没能答上来。请过一会儿再问一遍；急事请直接打12348问法律热线。"
)
STORED_TEXT_LIMIT = 2000


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


class OvertakenError(Exception):
    """Another process has answered this very message."""


def fingerprint(key: str) -> str:
    """Hash a redelivery key: it holds an openid, which must not outlive a deletion."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


class Deliveries:
    """Who handles a message, and what every repeat of it is answered."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def claim(self, ticket: Ticket) -> Resident | None:
        """Insert the message; return whom it is from, None when somebody else has it."""
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

    def known_reply(self, ticket: Ticket) -> StoredReply | None:
        """Return what is known of the message by now."""
        with self._database.reading() as connection:
            return inbox.find(connection, ticket.key)

    def take_over(self, ticket: Ticket) -> Resident | None:
        """Become the owner of a message whose owner died; None while it may live."""
        now = self._clock()
        with self._database.reading() as connection:
            known = inbox.find(connection, ticket.key)
            if known and not known.abandoned(now):
                return None
        with self._database.transaction(durable=False) as connection:
            taken = inbox.take_over(connection, key=ticket.key, claim=ticket.claim, now=now)
            return residents.get(connection, ticket.inbound.openid) if taken else None

    def settle(
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
            raise OvertakenError
        if text:
            openid = ticket.inbound.openid
            late_answers.keep(connection, openid=openid, text=text, now=now)
        return STILL_THINKING

    def note_late(self, ticket: Ticket) -> None:
        """Write that the kind sentence went out."""
        with self._database.transaction() as connection:
            inbox.settle_late(connection, key=ticket.key, claim=ticket.claim, reply=STILL_THINKING)

    def note_failure(self, key: str, kind: str) -> None:
        """Write the apology as the reply, and count the fault."""
        now = self._clock()
        with self._database.transaction() as connection:
            inbox.settle_failed(connection, key=key, reply=APOLOGY, now=now)
            faults.record(connection, kind=f"answer:{kind}", text=kind, now=now)

    def owe_apology(self, ticket: Ticket, error: BaseException) -> None:
        """Count what broke after its time; the resident was promised an answer."""
        kind, now = type(error).__name__, self._clock()
        openid = ticket.inbound.openid
        with self._database.transaction() as connection:
            faults.record(connection, kind=f"answer:{kind}", text=kind, now=now)
            if residents.get(connection, openid).version:
                late_answers.keep(connection, openid=openid, text=APOLOGY, now=now)
