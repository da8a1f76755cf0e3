"""A person answers a resident: the words are on disk before WeChat is called, and go out once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.conversation.holding import SAID
from bot.conversation.reach import Reach, find_reach
from bot.errors import SendError, UnknownOutcome
from bot.storage import staff_replies, talks
from bot.storage.database import Connection, Database
from bot.storage.staff_replies import AT_ONCE, WITH_NEXT, StaffReply
from bot.storage.talks import Standing

HOLD_FOR = timedelta(hours=4)
"""After the last deed of whoever holds a talk; then the bot answers again."""

KINDS_SAID = tuple(kind.value for kind in SAID)


class Sender(Protocol):
    """What can send one customer-service message; raises SendError or UnknownOutcome."""

    def send_to(self, openid: str, text: str) -> None:
        """Send it."""
        ...


@dataclass(frozen=True)
class Written:
    """What a member of staff wrote, and the one form it came with."""

    openid: str
    staff_id: int
    text: str
    once: str


def look_at(
    connection: Connection, openid: str, *, allowed: bool, now: datetime
) -> tuple[Standing, Reach]:
    """Return how it stands with a resident, and how words can get there."""
    standing = talks.find_standing(connection, openid, KINDS_SAID)
    heard = standing.last_said_at
    sent = staff_replies.count_sent_since(connection, openid, heard) if heard else 0
    reach = find_reach(
        allowed=allowed, following=standing.following, heard_at=heard, sent_since=sent, now=now
    )
    return standing, reach


def reply(
    database: Database,
    sender: Sender,
    written: Written,
    *,
    allowed: bool,
    now: datetime,
    note: Callable[[Connection, str], None],
) -> str:
    """Send at once where WeChat allows it, else with the next reply; return the state it came to.

    Whoever replies holds the talk. `note` writes the deed into the log in the same transaction.
    The same form twice gives `repeated` and sends nothing; a resident who is gone gives `gone`.
    """
    with database.transaction() as connection:
        if not talks.hold(
            connection, written.openid, staff_id=written.staff_id, until=now + HOLD_FOR
        ):
            return "gone"
        _, reach = look_at(connection, written.openid, allowed=allowed, now=now)
        kept = staff_replies.add(
            connection,
            openid=written.openid,
            staff_id=written.staff_id,
            once=written.once,
            text=written.text,
            rung=AT_ONCE if reach.at_once else WITH_NEXT,
            now=now,
        )
        if kept is None:
            return "repeated"
        talks.note_answered(connection, written.openid)
        note(connection, kept.rung)
    return _send(database, sender, kept, now) if kept.state == "claimed" else kept.state


def _send(database: Database, sender: Sender, kept: StaffReply, now: datetime) -> str:
    state, reason = "sent", ""
    try:
        sender.send_to(kept.openid, kept.text)
    except UnknownOutcome as error:
        state, reason = "unknown", error.reason
    except SendError as error:
        # Refused for certain: it rides on the next reply instead, and doubles nothing.
        state, reason = "waiting", error.reason
    with database.transaction() as connection:
        staff_replies.finish(connection, kept, state=state, reason=reason, now=now)
    return state
