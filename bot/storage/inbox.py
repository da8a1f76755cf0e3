"""Every message once: whoever inserts its key first handles it, the row keeps the reply.

    claimed ──► answered        the reply was ready in time
       │  └───► failed          something of ours broke; a kind sentence was sent
       └──────► late            time was up; a kind sentence was sent, the answer follows

A claim whose owner died is taken over by the next delivery, by one conditional update.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.tables import inbox

ABANDONED_AFTER = timedelta(seconds=4.8)
"""A living owner has answered, or sent the kind sentence, before WeChat's five seconds are up."""


@dataclass(frozen=True)
class StoredReply:
    """What is known of a message that was seen before."""

    state: str
    reply: str | None
    claimed_at: datetime

    @property
    def settled(self) -> bool:
        """Whether the reply (or silence) is decided."""
        return self.state != "claimed"

    def abandoned(self, now: datetime) -> bool:
        """Whether its owner has had more time than a living one needs."""
        return not self.settled and self.claimed_at < now - ABANDONED_AFTER


@dataclass(frozen=True)
class Verdict:
    """How a message was answered, for the row and for the year's figures."""

    reply: str | None
    decision: str
    entry: str
    confidence: float


_ROW = {
    "key": bindparam("key"),
    "openid": bindparam("openid"),
    "kind": bindparam("kind"),
    "text": bindparam("text"),
    "state": "claimed",
    "claim": bindparam("claim"),
    "claimed_at": bindparam("claimed_at"),
}
_CLAIMS = {
    "sqlite": sqlite.insert(inbox).values(_ROW).on_conflict_do_nothing(index_elements=["key"]),
    "postgresql": postgresql.insert(inbox)
    .values(_ROW)
    .on_conflict_do_nothing(index_elements=["key"]),
}
_FIND = select(inbox.c.state, inbox.c.reply, inbox.c.claimed_at).where(
    inbox.c.key == bindparam("wanted")
)
_SETTLE = (
    update(inbox)
    .where(
        inbox.c.key == bindparam("wanted"),
        inbox.c.claim == bindparam("holder"),
        inbox.c.state == "claimed",
    )
    .values(
        state=bindparam("new_state"),
        reply=bindparam("new_reply"),
        decision=bindparam("new_decision"),
        entry=bindparam("new_entry"),
        confidence=bindparam("new_confidence"),
        answered_at=bindparam("now"),
    )
)
_TAKE_OVER = (
    update(inbox)
    .where(
        inbox.c.key == bindparam("wanted"),
        inbox.c.state == "claimed",
        inbox.c.claimed_at < bindparam("before"),
    )
    .values(claim=bindparam("holder"), claimed_at=bindparam("now"))
)


def claim(
    connection: Connection,
    *,
    key: str,
    openid: str,
    kind: str,
    text: str,
    claim: str,
    now: datetime,
) -> bool:
    """Insert the message; False when its key is there already."""
    row = {
        "key": key,
        "openid": openid,
        "kind": kind,
        "text": text,
        "claim": claim,
        "claimed_at": now,
    }
    return connection.execute(_CLAIMS[connection.dialect.name], row).rowcount == 1


def take_over(connection: Connection, *, key: str, claim: str, now: datetime) -> bool:
    """Become the owner of a message whose owner has not answered in time."""
    values = {"wanted": key, "holder": claim, "now": now, "before": now - ABANDONED_AFTER}
    return connection.execute(_TAKE_OVER, values).rowcount == 1


def find(connection: Connection, key: str) -> StoredReply | None:
    """Return what is known of the message with this key."""
    row = connection.execute(_FIND, {"wanted": key}).one_or_none()
    return StoredReply(row.state, row.reply, row.claimed_at) if row else None


def settle(
    connection: Connection,
    *,
    key: str,
    claim: str,
    state: str,
    verdict: Verdict,
    now: datetime,
) -> bool:
    """Write the reply; False when this owner is too late and somebody else has settled it."""
    values = {
        "wanted": key,
        "holder": claim,
        "new_state": state,
        "new_reply": verdict.reply,
        "new_decision": verdict.decision,
        "new_entry": verdict.entry,
        "new_confidence": verdict.confidence,
        "now": now,
    }
    return connection.execute(_SETTLE, values).rowcount == 1


def note_late_decision(connection: Connection, *, key: str, verdict: Verdict) -> bool:
    """Complete a row that was settled with the kind sentence; its reply stays as it was sent."""
    found = connection.execute(
        update(inbox)
        .where(inbox.c.key == key, inbox.c.state == "late", inbox.c.decision.is_(None))
        .values(decision=verdict.decision, entry=verdict.entry, confidence=verdict.confidence)
    )
    return found.rowcount == 1


def settle_late(connection: Connection, *, key: str, claim: str, reply: str) -> bool:
    """Write that the kind sentence was sent while the answer is still being looked for."""
    found = connection.execute(
        update(inbox)
        .where(inbox.c.key == key, inbox.c.claim == claim, inbox.c.state == "claimed")
        .values(state="late", reply=reply)
    )
    return found.rowcount == 1


def settle_failed(connection: Connection, *, key: str, reply: str, now: datetime) -> bool:
    """Write the apology for a message that broke us, unless it was answered meanwhile."""
    found = connection.execute(
        update(inbox)
        .where(inbox.c.key == key, inbox.c.state == "claimed")
        .values(state="failed", reply=reply, decision="failed", answered_at=now)
    )
    return found.rowcount == 1
