"""What is remembered of one resident's talk between two messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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
    missed_text: str = ""
    """The message before, if it found no answer: joined with the next within ten seconds."""
    missed_at: datetime | None = None
    misses_in_a_row: int = 0
    touched_at: datetime | None = None
    """When the dialogue last moved; a flow left for half an hour is forgotten politely."""
