"""What a decision leaves behind, as rows."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.assistant.deliveries import STORED_TEXT_LIMIT, Ticket
from bot.consultation.masking import mask_personal_numbers
from bot.conversation.dialogue import dump_dialogue
from bot.conversation.turn import (
    Decision,
    DeleteData,
    Effect,
    HandOff,
    NoteMassResult,
    Outcome,
    RaiseAlarm,
    RecordMiss,
    SetFollowing,
    SetReminder,
    SetVillage,
    Subscribe,
)
from bot.events.audiences import TOPIC
from bot.messages import Inbound, InboundKind
from bot.storage import (
    memberships,
    notice_decisions,
    personal_notices,
    privacy,
    residents,
    waiting,
)
from bot.storage.database import Connection
from bot.storage.residents import Resident

NOT_SAID_BY_RESIDENTS = frozenset(
    [
        InboundKind.UNFOLLOW,
        InboundKind.REVOCATION,
        InboundKind.MASS_SEND_FINISHED,
        InboundKind.OTHER,
    ]
)
"""What proves nothing of its openid following us; whoever writes, follows."""


def changed_resident(
    resident: Resident, outcome: Outcome, inbound: Inbound, now: datetime
) -> Resident:
    """Return the resident's row after this turn."""
    following = resident.following or inbound.kind not in NOT_SAID_BY_RESIDENTS
    wants_reminder, village = resident.wants_reminder, resident.village
    reminder_days = resident.reminder_days
    for effect in outcome.effects:
        if isinstance(effect, SetFollowing):
            following = effect.following
        elif isinstance(effect, SetReminder):
            wants_reminder, reminder_days = effect.wanted, effect.days_before
        elif isinstance(effect, SetVillage) or (isinstance(effect, HandOff) and effect.village):
            village = effect.village
    heard = residents.hear(resident, inbound.sent_at, now, following=following)
    unanswered_at = resident.unanswered_at
    if outcome.decision is Decision.HELD or (
        resident.is_held(now) and outcome.decision is Decision.EMERGENCY
    ):
        unanswered_at = unanswered_at or now
    return replace(
        heard,
        wants_reminder=wants_reminder,
        dialogue=dump_dialogue(outcome.dialogue),
        unanswered_at=unanswered_at,
        village=village,
        reminder_days=reminder_days,
    )


def apply_effect(
    connection: Connection, effect: Effect, ticket: Ticket, *, village: str, now: datetime
) -> None:
    """Turn one effect into rows; `village` is the resident's, where it is known."""
    openid = ticket.inbound.openid
    match effect:
        case RecordMiss():
            waiting.record_miss(
                connection,
                openid=openid,
                text=mask_personal_numbers(effect.text[:STORED_TEXT_LIMIT]),
                reason=effect.reason,
                entry=effect.entry,
                village=village,
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
        case NoteMassResult():
            _note_mass_result(connection, effect, now)
        case SetReminder(wanted=False):
            personal_notices.let_go(connection, openid)
        case Subscribe():
            change = memberships.join if effect.wanted else memberships.leave
            more = (now,) if effect.wanted else ()
            change(connection, openid, TOPIC + effect.topic, *more)
        case SetFollowing() | SetReminder() | SetVillage():
            pass  # part of the resident's own row, see changed_resident
        case _:
            assert_never(effect)


def _note_mass_result(connection: Connection, effect: NoteMassResult, now: datetime) -> None:
    if effect.arrived:
        notice_decisions.note_arrived(connection, effect.reference, reached=effect.reached)
    else:
        reason = f"微信没有发出（{effect.status}），改为随回复带出"
        notice_decisions.note_failed(connection, effect.reference, reason=reason, now=now)
