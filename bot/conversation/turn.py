"""What a decision is made from, and what it consists of."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.config import OfficeSettings
from bot.consultation.triage import Safety
from bot.conversation.dialogue import Dialogue
from bot.events.calendar import Calendar
from bot.knowledge.library import Library
from bot.messages import Inbound, Reply


class Decision(StrEnum):
    """What was decided, as the `ask --jsonl` contract spells it."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    FALLBACK = "fallback"
    EMERGENCY = "emergency"
    ARTICLE = "article"
    EVENTS = "events"
    REMIND = "remind"
    HANDOFF = "handoff"
    DISPUTE = "dispute"
    CASE_STATUS = "case-status"
    CANCEL = "cancel"
    QUIZ = "quiz"
    HELP = "help"
    THANKS = "thanks"
    FEEDBACK_BAD = "feedback-bad"
    DELETE_DATA = "delete-data"
    SMALLTALK = "smalltalk"
    HELD = "held"
    """Silence, because a person holds the talk; `ask` never meets it."""


@dataclass(frozen=True)
class Content:
    """One consistent snapshot of everything in the knowledge folder; swapped whole on reload."""

    library: Library
    calendar: Calendar
    safety: Safety


@dataclass(frozen=True)
class Capabilities:
    """What the account's level lets us do; every feature works in some form without them."""

    customer_service: bool = False
    mass_send: bool = False
    download_media: bool = False


@dataclass(frozen=True)
class Rules:
    """The settings a decision depends on."""

    office: OfficeSettings = field(default_factory=OfficeSettings)
    answer_at: float = 0.72
    clarify_at: float = 0.25
    public_url: str = ""
    capabilities: Capabilities = Capabilities()


@dataclass(frozen=True)
class Turn:
    """One message with all that may be known when it is decided."""

    message: Inbound
    dialogue: Dialogue
    now: datetime
    content: Content
    rules: Rules = Rules()
    held: bool = False
    """A member of staff holds the talk."""


@dataclass(frozen=True)
class Candidate:
    """One entry retrieval thought of, best first."""

    entry: str
    citations: tuple[str, ...]
    confidence: float


@dataclass(frozen=True)
class RecordMiss:
    """A question nobody has an approved answer to, or whose answer was called wrong."""

    text: str
    reason: str
    """`miss`, `clarify-refused`, `bad-answer` or `other-field`."""
    entry: str = ""


@dataclass(frozen=True)
class HandOff:
    """A resident waits for a person."""

    kind: str
    """`person`, `mediation` or `voice`."""
    text: str = ""
    village: str = ""
    phone: str = ""
    media_id: str = ""


@dataclass(frozen=True)
class RaiseAlarm:
    """A danger sign; staff must see it first. `text` keeps numbers unmasked (case store)."""

    sign: str
    text: str


@dataclass(frozen=True)
class SetFollowing:
    """The resident followed or left the account."""

    following: bool


@dataclass(frozen=True)
class SetReminder:
    """The resident wants (or no longer wants) to be reminded of market days."""

    wanted: bool
    days_before: int | None = None
    """None where the event decides."""


@dataclass(frozen=True)
class SetVillage:
    """The resident said which village is theirs."""

    village: str


@dataclass(frozen=True)
class Subscribe:
    """The resident wants, or no longer wants, notices on a topic."""

    topic: str
    wanted: bool


@dataclass(frozen=True)
class DeleteData:
    """Everything kept about the resident goes, now."""


@dataclass(frozen=True)
class NoteMassResult:
    """WeChat told what came of a mass send."""

    reference: str
    """WeChat's msg_id."""
    arrived: bool
    reached: int | None = None
    status: str = ""
    """WeChat's own word for a failure."""


Effect = (
    RecordMiss
    | HandOff
    | RaiseAlarm
    | SetFollowing
    | SetReminder
    | SetVillage
    | Subscribe
    | DeleteData
    | NoteMassResult
)


@dataclass(frozen=True)
class Outcome:
    """What to say, what to remember, and what to write down."""

    reply: Reply | None
    """None means silence: WeChat gets `success` and the resident nothing."""
    decision: Decision
    dialogue: Dialogue = field(default_factory=Dialogue)
    effects: tuple[Effect, ...] = ()
    entry: str = ""
    citations: tuple[str, ...] = ()
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()
