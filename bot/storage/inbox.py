"""Every message once: its row is inserted together with the reply, and the unique key decides.

    (nothing) ──► answered      the reply was ready in time
        ├───────► failed        something of ours broke; a kind sentence was sent
        └───────► late          time was up; a kind sentence was sent, the answer follows

Whoever inserts the key writes dialogue and effects in the same transaction; whoever comes second
undoes everything and gives the stored reply. A process that dies leaves nothing behind, so that
WeChat's next delivery is simply handled.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from bot.storage.tables import inbox
from bot.storage.upserts import InsertOnce


@dataclass(frozen=True)
class StoredReply:
    """What a message seen before was answered; no reply means silence."""

    state: str
    reply: str | None


@dataclass(frozen=True)
class Verdict:
    """How a message was answered, for the row and for the year's figures."""

    reply: str | None
    decision: str | None = None
    """None while the answer of a late message is still being looked for."""
    entry: str = ""
    confidence: float = 0.0


@dataclass(frozen=True)
class Received:
    """What is kept of the message itself; personal numbers are masked in its text."""

    key: str
    openid: str
    kind: str
    text: str
    village: str = ""


_ADD = InsertOnce(inbox, "key")
_FIND = select(inbox.c.state, inbox.c.reply).where(inbox.c.key == bindparam("wanted"))


def find(connection: Connection, key: str) -> StoredReply | None:
    """Return what the message with this key was answered."""
    row = connection.execute(_FIND, {"wanted": key}).one_or_none()
    return StoredReply(row.state, row.reply) if row else None


def add(
    connection: Connection, message: Received, verdict: Verdict, *, state: str, now: datetime
) -> bool:
    """Insert the message with its reply; False when somebody else has."""
    row = {
        "key": message.key,
        "openid": message.openid,
        "kind": message.kind,
        "text": message.text,
        "state": state,
        "received_at": now,
        "reply": verdict.reply,
        "decision": verdict.decision,
        "entry": verdict.entry,
        "confidence": verdict.confidence,
        "village": message.village,
    }
    return _ADD(connection, row)


def note_late_decision(connection: Connection, *, key: str, verdict: Verdict) -> bool:
    """Complete a late row, once; its reply stays as it was sent."""
    found = connection.execute(
        update(inbox)
        .where(inbox.c.key == key, inbox.c.state == "late", inbox.c.decision.is_(None))
        .values(decision=verdict.decision, entry=verdict.entry, confidence=verdict.confidence)
    )
    return found.rowcount == 1
