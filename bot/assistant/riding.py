"""What rides along with a reply: a person's words first, then late answers, then notices, as far
as there is room; what finds none waits for the reply after."""

from collections.abc import Sequence
from datetime import datetime

from bot.clock import monotonic
from bot.messages import MAX_REPLY_BYTES
from bot.storage import late_answers, outbox, staff_replies
from bot.storage.database import Connection, Database
from bot.storage.outbox import Notice
from bot.storage.residents import Resident

RIDES_KNOWN_FOR_SECONDS = 2.0
RIDER = "\n\n———\n"
STAFF_SAYS = "工作人员回复您：\n"


class Rides:
    """The notices that ride at this moment, looked up every few seconds at most."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: tuple[float, Sequence[Notice]] = (float("-inf"), ())

    def list(self, now: datetime) -> Sequence[Notice]:
        """List the notices that are still of use, soonest due first."""
        known_at, rides = self._known
        if monotonic() - known_at > RIDES_KNOWN_FOR_SECONDS:
            with self._database.reading() as connection:
                rides = outbox.list_riding(connection, now)
            self._known = (monotonic(), rides)
        return [notice for notice in rides if notice.expires_at > now]


def add_words_of_staff(connection: Connection, text: str, resident: Resident, now: datetime) -> str:
    """Append what staff wrote to the resident, and write that it went out.

    Where the bot itself is silent (`text` is empty) the words are the reply.
    """
    if resident.has_waiting:
        for reply in staff_replies.list_waiting(connection, resident.openid):
            longer = f"{text}{RIDER if text else ''}{STAFF_SAYS}{reply.text}"
            if _fits(longer) and staff_replies.take_waiting(
                connection, reply.id, resident.openid, state="sent", now=now
            ):
                text = longer
    return text


def add_riders(
    connection: Connection, text: str, resident: Resident, rides: Sequence[Notice], now: datetime
) -> str:
    """Append what is owed to the resident, and write that it went out."""
    text = add_words_of_staff(connection, text, resident, now)
    if resident.has_waiting:
        for owed in late_answers.list_waiting(connection, resident.openid):
            longer = f"{text}{RIDER}您刚才问的，答案在这里：\n{owed.text}"
            if _fits(longer) and late_answers.claim(connection, owed, state="sent", now=now):
                text = longer
    for notice in rides:
        longer = f"{text}{RIDER}{notice.text}"
        if _fits(longer) and outbox.may_ride(connection, notice, resident.openid):
            outbox.ride(connection, notice, resident.openid, now=now)
            text = longer
    return text


def _fits(text: str) -> bool:
    return len(text.encode("utf-8", "replace")) <= MAX_REPLY_BYTES
