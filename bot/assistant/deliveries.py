"""One message's deliveries: handled once, and every repeat gets the reply that was stored."""

import hashlib
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.clock import Clock
from bot.consultation.masking import mask_personal_numbers
from bot.conversation.turn import Outcome
from bot.messages import Inbound
from bot.storage import faults, inbox, late_answers, residents
from bot.storage.database import Connection, Database, UndoneError
from bot.storage.inbox import Received, StoredReply, Verdict
from bot.storage.residents import Resident

STILL_THINKING = "这个问题我还在查，请稍等片刻再发一句话（比如“好”），我就把答案给您。"
APOLOGY = (
    "实在抱歉，刚才出了点小毛病，没能答上来。请过一会儿再问一遍；急事请直接打12348问法律热线。"
)
STORED_TEXT_LIMIT = 2000


@dataclass
class Ticket:
    """One message under way: either it is answered in time, or it is called late; never both."""

    inbound: Inbound
    key: str
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _fate: str = ""
    _told: bool = False

    def settle_as(self, fate: str) -> bool:
        """Fix the fate once; True when it is (or already was) this one."""
        with self._lock:
            self._fate = self._fate or fate
            return self._fate == fate

    def is_first_to_tell(self) -> bool:
        """Tell the first caller, and nobody else, to see to what follows a late ticket."""
        with self._lock:
            first, self._told = not self._told, True
            return first

    @property
    def is_late(self) -> bool:
        """Whether the kind sentence was sent for it."""
        return self._fate == "late"

    def received(self, village: str = "") -> Received:
        """Return what is kept of the message; the village is the resident's, where it is known."""
        inbound = self.inbound
        text = mask_personal_numbers(inbound.text[:STORED_TEXT_LIMIT])
        return Received(self.key, inbound.openid, inbound.kind.value, text, village)


class OvertakenError(UndoneError):
    """Another process has answered this very message."""


def fingerprint(key: str) -> str:
    """Hash a redelivery key: it holds an openid, which must not outlive a deletion."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


class Deliveries:
    """What is stored of a message, and what every repeat of it is answered."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def look_up(self, ticket: Ticket) -> tuple[StoredReply | None, Resident]:
        """Return the reply of a message seen before, and whom it is from."""
        with self._database.reading() as connection:
            known = inbox.find(connection, ticket.key)
            return known, residents.get(connection, ticket.inbound.openid)

    def settle(
        self,
        connection: Connection,
        ticket: Ticket,
        outcome: Outcome,
        text: str | None,
        *,
        village: str,
        now: datetime,
    ) -> str | None:
        """Write the reply if there is still time, else owe it; OvertakenError if it has one."""
        verdict = Verdict(text, outcome.decision.value, outcome.entry, outcome.confidence)
        message = ticket.received(village)
        if ticket.settle_as("answered"):
            if not inbox.add(connection, message, verdict, state="answered", now=now):
                raise OvertakenError
            return text
        late = replace(verdict, reply=STILL_THINKING)
        added = inbox.add(connection, message, late, state="late", now=now)
        if not added and not inbox.note_late_decision(connection, key=ticket.key, verdict=late):
            raise OvertakenError
        if text:
            late_answers.keep(connection, openid=message.openid, text=text, now=now)
        return STILL_THINKING

    def note_late(self, ticket: Ticket) -> None:
        """Write that the kind sentence went out."""
        sent = Verdict(STILL_THINKING)
        with self._database.transaction() as connection:
            inbox.add(connection, ticket.received(), sent, state="late", now=self._clock())

    def note_failure(self, ticket: Ticket, kind: str) -> None:
        """Write the apology as the reply, and count the fault."""
        now = self._clock()
        sent = Verdict(APOLOGY, "failed")
        with self._database.transaction() as connection:
            inbox.add(connection, ticket.received(), sent, state="failed", now=now)
            faults.record(connection, kind=f"answer:{kind}", text=kind, now=now)

    def owe_apology(self, ticket: Ticket, error: BaseException) -> None:
        """Count what broke after its time; the resident was promised an answer."""
        kind, now = type(error).__name__, self._clock()
        openid = ticket.inbound.openid
        with self._database.transaction() as connection:
            faults.record(connection, kind=f"answer:{kind}", text=kind, now=now)
            if residents.get(connection, openid).version:
                late_answers.keep(connection, openid=openid, text=APOLOGY, now=now)
