"""What the service does when a resident wants something of it."""

from collections.abc import Callable, Mapping

from bot.conversation import agenda, service
from bot.conversation.intake import start_handoff, start_mediation
from bot.conversation.intent_patterns import WISHES
from bot.conversation.intents import Intent, find_intent
from bot.conversation.privacy import ask_to_confirm
from bot.conversation.turn import Outcome, Turn

COMMANDS: Mapping[Intent, Callable[[Turn], Outcome]] = {
    Intent.HELP: service.help_with_service,
    Intent.TOPICS: service.list_topics,
    Intent.PERSON: start_handoff,
    Intent.MEDIATION: start_mediation,
    Intent.CASE_STATUS: service.tell_case_status,
    Intent.QUIZ: service.tell_quiz,
    Intent.EVENTS: agenda.tell_events,
    Intent.REMIND: agenda.set_reminder,
    Intent.STOP_REMINDING: agenda.stop_reminding,
    Intent.THANKS: service.thank_back,
    Intent.FEEDBACK_BAD: service.accept_blame,
    Intent.DELETE_DATA: ask_to_confirm,
    Intent.CANCEL: service.cancel,
    Intent.SMALLTALK: service.greet,
}


def decide_command(turn: Turn) -> Outcome | None:
    """Do what the resident wants of the service itself."""
    intent = find_intent(turn.message.text)
    return COMMANDS[intent](turn) if intent else None


def grant_wish(turn: Turn, name: str) -> Outcome:
    """Do what is wanted in words that only resemble the known ones."""
    return COMMANDS[WISHES[name]](turn)
