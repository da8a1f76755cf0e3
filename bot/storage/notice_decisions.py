"""What people decide about a notice, and what WeChat says came of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.storage.outbox import EVERYBODY, Notice, move, read_notice
from bot.storage.tables import attempts, deliveries, notices

ARRIVED, FAILED, UNHEARD = "arrived", "failed", "unheard"
WAITING_FOR_A_PERSON = ("drafted", "held")
ASK_FOR_A_DAY = "一天过去，微信没有说结果，请到公众号后台核实"


def find(connection: Connection, notice_id: int) -> Notice | None:
    """Return one notice."""
    row = connection.execute(select(notices).where(notices.c.id == notice_id)).one_or_none()
    return read_notice(row) if row else None


def list_waiting(connection: Connection) -> Sequence[Notice]:
    """List what waits for a person to say yes, soonest due first."""
    wanted = select(notices).where(notices.c.state.in_(WAITING_FOR_A_PERSON))
    return [read_notice(row) for row in connection.execute(wanted.order_by(notices.c.due_at))]


def count_waiting(connection: Connection) -> tuple[int, int]:
    """Count the notices that wait for a yes, and the mass sends nobody knows the end of."""
    states = [*WAITING_FOR_A_PERSON, "unknown"]
    counted = select(notices.c.state, func.count()).where(notices.c.state.in_(states))
    found = connection.execute(counted.group_by(notices.c.state))
    rows: dict[str, int] = {row[0]: row[1] for row in found}
    unknown = rows.pop("unknown", 0)
    return sum(rows.values()), unknown


def list_unconfirmed(connection: Connection) -> Sequence[Notice]:
    """List the mass sends WeChat took and has not let out, which may wait for a confirmation."""
    wanted = select(notices).where(
        notices.c.state == "sent", notices.c.result == "", notices.c.reason != ""
    )
    return [read_notice(row) for row in connection.execute(wanted)]


def approve(connection: Connection, notice: Notice, *, by: str, now: datetime) -> bool:
    """Let a notice go out; a late one until it is of no use. False where it waits no more."""
    late = {"send_until": notice.expires_at, "next_try_at": now} if now > notice.send_until else {}
    return move(
        connection,
        notice.id,
        WAITING_FOR_A_PERSON,
        state="planned",
        reason="",
        approved_by=by,
        approved_at=now,
        **late,
    )


def decline(connection: Connection, notice: Notice, *, by: str, now: datetime) -> bool:
    """Let a notice never go out; False where it has begun to."""
    return move(
        connection,
        notice.id,
        (*WAITING_FOR_A_PERSON, "planned", "riding"),
        state="declined",
        reason=f"{by}决定不发",
        finished_at=now,
    )


def leave_to_replies(connection: Connection, notice: Notice, *, by: str, now: datetime) -> bool:
    """Hand it out with replies alone, without using up a mass send."""
    return move(
        connection,
        notice.id,
        (*WAITING_FOR_A_PERSON, "planned"),
        state="riding",
        reason=f"{by}决定只随回复带出",
        approved_by=by,
        approved_at=now,
    )


def settle(
    connection: Connection, notice: Notice, *, arrived: bool, by: str, now: datetime
) -> bool:
    """Write down what a person found out about a mass send nobody knew the end of."""
    if arrived:
        values = {"state": "sent", "reason": f"{by}核实：已发出", "result": ARRIVED}
    else:
        values = {"state": "riding", "reason": f"{by}核实：没有发出，改为随回复带出"}
    known = move(connection, notice.id, ("unknown",), finished_at=now, **values)
    if known:
        _mark_delivery(connection, notice.id, "sent" if arrived else "failed")
    return known


def list_unheard(connection: Connection, now: datetime) -> Sequence[Notice]:
    """List mass sends that WeChat took and has said nothing of, when it is time to ask."""
    wanted = select(notices).where(
        notices.c.state == "sent",
        notices.c.next_try_at <= now,
        notices.c.result == "",
        notices.c.reference != "",
    )
    return [read_notice(row) for row in connection.execute(wanted.order_by(notices.c.id))]


def ask_again(connection: Connection, notice: Notice, *, at: datetime, reason: str = "") -> None:
    """Ask WeChat again later."""
    move(connection, notice.id, ("sent",), next_try_at=at, reason=reason)


def note_arrived(connection: Connection, reference: str, *, reached: int | None) -> bool:
    """WeChat says that a mass send went out; False where it is none of ours."""
    changed = connection.execute(
        update(notices)
        .where(
            notices.c.reference == reference,
            notices.c.state == "sent",
            notices.c.result.in_(("", UNHEARD)),
        )
        .values(result=ARRIVED, reached=func.coalesce(reached, notices.c.reached), reason="")
    )
    return changed.rowcount == 1


def note_failed(connection: Connection, reference: str, *, reason: str, now: datetime) -> bool:
    """WeChat says that nobody got it: it rides while it is of use. False where it is not ours."""
    ours = (notices.c.reference == reference) & (notices.c.state == "sent")
    row = connection.execute(
        select(notices).where(ours, notices.c.result.in_(("", UNHEARD)))
    ).one_or_none()
    if row is None:
        return False
    state = "riding" if row.expires_at > now else "failed"
    changed = move(connection, row.id, ("sent",), state=state, result=FAILED, reason=reason)
    if changed:
        _mark_delivery(connection, row.id, "failed")
    return changed


def give_up_asking(connection: Connection, notice: Notice) -> None:
    """Nobody says what came of it: staff must look."""
    move(connection, notice.id, ("sent",), result=UNHEARD, reason=ASK_FOR_A_DAY)


def count_mass_sends(connection: Connection, since: datetime, until: datetime) -> int:
    """Count the mass sends of ours that used up quota in a time, those nobody knows of included."""
    used = (
        select(func.count())
        .select_from(attempts.join(deliveries, attempts.c.delivery_id == deliveries.c.id))
        .where(
            deliveries.c.recipient == EVERYBODY,
            deliveries.c.state.in_(("sent", "unknown", "claimed")),
            attempts.c.outcome.is_(None) | (attempts.c.outcome != "refused"),
            attempts.c.started_at >= since,
            attempts.c.started_at < until,
        )
    )
    return int(connection.execute(used).scalar_one())


def _mark_delivery(connection: Connection, notice_id: int, state: str) -> None:
    connection.execute(
        update(deliveries)
        .where(deliveries.c.notice_id == notice_id, deliveries.c.recipient == EVERYBODY)
        .values(state=state)
    )
