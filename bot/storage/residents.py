"""One row a resident: following or not, and where their dialogue stands."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, or_, select, update

from bot.storage.tables import late_answers, residents, staff_replies
from bot.storage.upserts import InsertOnce


@dataclass(frozen=True)
class Resident:
    """What is kept of one resident; `version` 0 means nobody has seen them yet."""

    openid: str
    following: bool = False
    wants_reminder: bool = False
    has_waiting: bool = False
    dialogue: str = ""
    version: int = 0
    heard_at: datetime | None = None
    held_until: datetime | None = None
    """Until then a person holds the talk, and the bot keeps silent."""
    unanswered_at: datetime | None = None
    """When the resident first said something that this person has not answered."""
    village: str = ""
    """The one they named last: for counting questions by village, and notices to a village."""
    reminder_days: int | None = None
    """How many days before they want to be reminded; None where the event decides."""

    def is_held(self, now: datetime) -> bool:
        """Whether a person holds the talk at this moment."""
        return self.held_until is not None and now < self.held_until


_FIND = select(
    residents.c.following,
    residents.c.wants_reminder,
    residents.c.has_waiting,
    residents.c.dialogue,
    residents.c.version,
    residents.c.heard_at,
    residents.c.held_until,
    residents.c.unanswered_at,
    residents.c.village,
    residents.c.reminder_days,
).where(residents.c.openid == bindparam("wanted"))
_ADD = InsertOnce(residents, "openid")
_MOVE = (
    update(residents)
    .where(residents.c.openid == bindparam("wanted"), residents.c.version == bindparam("known"))
    .values(
        following=bindparam("new_following"),
        heard_at=bindparam("new_heard_at"),
        wants_reminder=bindparam("new_wants_reminder"),
        dialogue=bindparam("new_dialogue"),
        unanswered_at=bindparam("new_unanswered_at"),
        village=bindparam("new_village"),
        reminder_days=bindparam("new_reminder_days"),
        version=bindparam("new_version"),
        last_seen_at=bindparam("now"),
    )
)


def get(connection: Connection, openid: str) -> Resident:
    """Return what is kept of the resident; a stranger's blank row where there is nothing."""
    row = connection.execute(_FIND, {"wanted": openid}).one_or_none()
    return Resident(openid, **row._mapping) if row else Resident(openid)


def hear(known: Resident, sent_at: datetime | None, now: datetime, *, following: bool) -> Resident:
    """Return the row after a push: retries come in any order, and the newest one counts."""
    late = known.heard_at and sent_at and sent_at < known.heard_at
    # A clock that runs ahead must not make everything after it late.
    moments = [moment for moment in (known.heard_at, sent_at and min(sent_at, now)) if moment]
    return replace(
        known,
        following=known.following if late else following,
        heard_at=max(moments, default=None),
    )


def move(connection: Connection, known: Resident, changed: Resident, now: datetime) -> bool:
    """Write the changed row; False when another message of the resident came in between."""
    if known.version == 0:
        return _add(connection, changed, now)
    values = {
        "wanted": known.openid,
        "known": known.version,
        "new_following": changed.following,
        "new_heard_at": changed.heard_at,
        "new_wants_reminder": changed.wants_reminder,
        "new_dialogue": changed.dialogue,
        "new_unanswered_at": changed.unanswered_at,
        "new_village": changed.village,
        "new_reminder_days": changed.reminder_days,
        "new_version": known.version + 1,
        "now": now,
    }
    return connection.execute(_MOVE, values).rowcount == 1


def _add(connection: Connection, resident: Resident, now: datetime) -> bool:
    row = {
        "openid": resident.openid,
        "following": resident.following,
        "heard_at": resident.heard_at,
        "wants_reminder": resident.wants_reminder,
        "reminder_days": resident.reminder_days,
        "village": resident.village,
        "has_waiting": False,
        "dialogue": resident.dialogue,
        "version": 1,
        "first_seen_at": now,
        "last_seen_at": now,
    }
    return _ADD(connection, row)


def note_waiting(connection: Connection, openid: str) -> None:
    """Write down whether a late answer or a person's reply waits for the next message."""
    waiting = or_(
        *(
            exists().where(table.c.openid == openid, table.c.state == "waiting")
            for table in (late_answers, staff_replies)
        )
    )
    connection.execute(
        update(residents).where(residents.c.openid == openid).values(has_waiting=waiting)
    )


def count_following(connection: Connection) -> int:
    """Count the residents who follow the account."""
    following = select(residents.c.openid).where(residents.c.following.is_(True))
    return len(connection.execute(following).all())
