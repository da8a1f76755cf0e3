"""Answers that came after the kind sentence: they ride on the next message, or are sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from bot.storage import residents
from bot.storage.tables import late_answers


@dataclass(frozen=True)
class LateAnswer:
    """One answer that is owed."""

    id: int
    openid: str
    text: str


def keep(connection: Connection, *, openid: str, text: str, now: datetime) -> None:
    """Owe the resident this answer."""
    connection.execute(
        insert(late_answers).values(openid=openid, text=text, state="waiting", created_at=now)
    )
    residents.note_waiting(connection, openid)


def list_untried(connection: Connection) -> Sequence[LateAnswer]:
    """List what is owed and was never sent; what WeChat refused once only rides."""
    return _list(connection, late_answers.c.claimed_at.is_(None))


def list_waiting(connection: Connection, openid: str) -> Sequence[LateAnswer]:
    """List what is owed to a resident, oldest first."""
    return _list(connection, late_answers.c.openid == openid)


def _list(connection: Connection, which: ColumnElement[bool]) -> Sequence[LateAnswer]:
    wanted = select(late_answers.c.id, late_answers.c.openid, late_answers.c.text).where(
        late_answers.c.state == "waiting"
    )
    rows = connection.execute(wanted.where(which).order_by(late_answers.c.id)).all()
    return [LateAnswer(row.id, row.openid, row.text) for row in rows]


def claim(connection: Connection, answer: LateAnswer, *, state: str, now: datetime) -> bool:
    """Take one owed answer (`claimed` before a call, `sent` when it rides); once only."""
    taken = connection.execute(
        update(late_answers)
        .where(late_answers.c.id == answer.id, late_answers.c.state == "waiting")
        .values(state=state, claimed_at=now)
    )
    if taken.rowcount == 1:
        residents.note_waiting(connection, answer.openid)
    return taken.rowcount == 1


def finish(connection: Connection, answer: LateAnswer, *, state: str) -> None:
    """Write how the call ended: `sent`, `unknown`, or `waiting` again when it was refused."""
    connection.execute(
        update(late_answers).where(late_answers.c.id == answer.id).values(state=state)
    )
    if state == "waiting":
        residents.note_waiting(connection, answer.openid)
