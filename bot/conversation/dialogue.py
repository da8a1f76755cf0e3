"""What is remembered of one resident's talk between two messages."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Choice:
    """One numbered line offered before; choosing it is as good as typing `message`."""

    label: str
    message: str


@dataclass(frozen=True)
class Dialogue:
    """The state of one resident's talk; `Dialogue()` is a stranger's."""

    flow: str = ""
    """The flow under way (`handoff`, …), empty when none is."""
    step: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    last_entry: str = ""
    """Code of the entry answered last: for 详, thanks and thumbs."""
    last_question: str = ""
    """What it was the answer to, masked: recorded with a thumb down."""
    missed_text: str = ""
    """The message before, if it found no answer: joined with the next within ten seconds."""
    missed_at: datetime | None = None
    misses_in_a_row: int = 0
    touched_at: datetime | None = None
    """When the dialogue last moved; a flow left for half an hour is forgotten politely."""


def dump_dialogue(dialogue: Dialogue) -> str:
    """Write a dialogue as JSON, without what is empty."""
    values = {key: value for key, value in asdict(dialogue).items() if value}
    return json.dumps(values, ensure_ascii=False, default=datetime.isoformat)


def load_dialogue(text: str) -> Dialogue:
    """Read a dialogue; what another release wrote, or what is broken, is a stranger's again."""
    try:
        values = json.loads(text) if text else {}
        return _read(values) if isinstance(values, dict) else Dialogue()
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return Dialogue()


def _read(values: Mapping[str, Any]) -> Dialogue:
    return Dialogue(
        flow=_text(values, "flow"),
        step=_text(values, "step"),
        slots={str(key): str(value) for key, value in values.get("slots", {}).items()},
        choices=tuple(
            Choice(str(choice["label"]), str(choice["message"]))
            for choice in values.get("choices", ())
        ),
        last_entry=_text(values, "last_entry"),
        last_question=_text(values, "last_question"),
        missed_text=_text(values, "missed_text"),
        missed_at=_moment(values, "missed_at"),
        misses_in_a_row=int(values.get("misses_in_a_row", 0)),
        touched_at=_moment(values, "touched_at"),
    )


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _moment(values: Mapping[str, Any], name: str) -> datetime | None:
    value = values.get(name)
    moment = datetime.fromisoformat(value) if value else None
    # A moment without a zone cannot be compared with ours.
    return moment if moment and moment.tzinfo else None
