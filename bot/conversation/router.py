"""The order in which a message is looked at; the first flow that has an answer gives it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.conversation import service
from bot.conversation.articles import decide_article
from bot.conversation.belonging import decide_belonging
from bot.conversation.choices import find_choice
from bot.conversation.clarification import decide_refusal
from bot.conversation.commands import decide_command
from bot.conversation.danger import decide_danger
from bot.conversation.details import decide_details
from bot.conversation.dialogue import Choice, Dialogue
from bot.conversation.faq import decide_faq
from bot.conversation.holding import decide_held
from bot.conversation.intake import FLOW as INTAKE
from bot.conversation.intake import decide_intake
from bot.conversation.intake_questions import resume_note
from bot.conversation.intents import compact
from bot.conversation.media import decide_media, decide_voice_handoff
from bot.conversation.numbers import decide_number
from bot.conversation.privacy import decide_deletion
from bot.conversation.pushes import as_typed, decide_push
from bot.conversation.replies import SEARCHED, candidates, leave_flow
from bot.conversation.turn import Candidate, Decision, DeleteData, Outcome, Turn
from bot.messages import InboundKind

Flow = Callable[[Turn], Outcome | None]

IDLE = timedelta(minutes=30)
FORGOTTEN = "（刚才没填完的登记放得久了，没有保存。要接着办，请回复“人工”或“我要调解”。）"


def decide_wordless(turn: Turn) -> Outcome | None:
    """Answer a message without a letter in it; emoji with a meaning are commands."""
    return None if compact(turn.message.text) else service.no_words(turn)


FLOWS: Sequence[Flow] = (
    decide_danger,
    decide_held,
    decide_media,
    decide_push,
    # the dialogue under way
    decide_intake,
    decide_deletion,
    decide_refusal,
    decide_voice_handoff,
    # the service itself
    decide_belonging,
    decide_command,
    decide_wordless,
    decide_details,
    decide_number,
    service.decide_topic,
    # the law
    decide_article,
    decide_faq,
)


def decide(turn: Turn) -> Outcome:
    """Decide one turn: what to say, what to remember, what to write down."""
    was_left = _is_idle(turn) and turn.dialogue.flow == INTAKE
    prepared = _prepare(turn)
    outcome = next(outcome for flow in FLOWS if (outcome := flow(prepared)))
    outcome = _keep_intake(prepared, outcome)
    if was_left and outcome.reply and outcome.decision is not Decision.EMERGENCY:
        outcome = replace(outcome, reply=replace(outcome.reply, note=FORGOTTEN))
    return _remember(prepared, outcome)


def _prepare(turn: Turn) -> Turn:
    """Forget what was left for too long; read clicks and choices as what they stand for."""
    if _is_idle(turn):
        turn = replace(turn, dialogue=replace(leave_flow(turn.dialogue), choices=()))
    turn = as_typed(turn)
    message = turn.message
    choice = find_choice(message.text, turn.dialogue) if message.kind is InboundKind.TEXT else None
    return replace(turn, message=replace(message, text=choice.message)) if choice else turn


def _is_idle(turn: Turn) -> bool:
    touched = turn.dialogue.touched_at
    return touched is not None and turn.now - touched > IDLE


def _keep_intake(turn: Turn, outcome: Outcome) -> Outcome:
    """Keep an intake under way when something else was answered in between, and remind of it."""
    before = turn.dialogue
    if before.flow != INTAKE or outcome.decision in _ENDS_OR_IS_INTAKE or not outcome.reply:
        return outcome
    dialogue = replace(outcome.dialogue, flow=INTAKE, step=before.step, slots=before.slots)
    reply = replace(outcome.reply, note=resume_note(before.step), takes_riders=False)
    return replace(outcome, reply=reply, dialogue=dialogue)


_ENDS_OR_IS_INTAKE = frozenset(
    [Decision.HANDOFF, Decision.DISPUTE, Decision.CANCEL, Decision.DELETE_DATA, Decision.EMERGENCY]
)


def _remember(turn: Turn, outcome: Outcome) -> Outcome:
    """Number the taps, reset what a found answer resets, and see that candidates are listed."""
    if any(isinstance(effect, DeleteData) for effect in outcome.effects):
        return outcome
    dialogue = _reset_misses(turn, outcome)
    taps = outcome.reply.taps if outcome.reply else ()
    if taps or dialogue.flow:
        choices = tuple(Choice(tap.label, tap.message) for tap in taps)
        dialogue = replace(dialogue, choices=choices)
    return replace(
        outcome,
        dialogue=replace(dialogue, touched_at=turn.now),
        candidates=outcome.candidates or _candidates(turn),
    )


def _reset_misses(turn: Turn, outcome: Outcome) -> Dialogue:
    if outcome.decision is Decision.FALLBACK or turn.message.kind is not InboundKind.TEXT:
        return outcome.dialogue
    return replace(outcome.dialogue, missed_text="", missed_at=None, misses_in_a_row=0)


def _candidates(turn: Turn) -> tuple[Candidate, ...]:
    """List what retrieval thinks of a message that something else decided."""
    if turn.message.kind is not InboundKind.TEXT:
        return ()
    library = turn.content.library
    return candidates(library, library.search(turn.message.text, SEARCHED))
