"""Every exception of the project, and the one value that stands for a content problem.

FeisuError
├── ConfigError            a setting is missing, unknown or wrong
├── ContentError           no usable knowledge at all could be loaded
├── StorageError           the database could not do what was asked
├── WebhookError           a push that must be refused (HTTP 403 or 400)
└── SendError              WeChat refused a message of ours; `permanent` says whether to retry
    └── UnknownOutcome     the call may or may not have arrived: never resent blindly

Bad content is never an exception: parsers return `Problem` values beside what they could read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from traceback import extract_tb


class FeisuError(Exception):
    """Something in 非诉在线 went wrong."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "").strip()


class ConfigError(FeisuError):
    """A setting is missing, unknown or wrong."""


class ContentError(FeisuError):
    """The knowledge folder could not be loaded at all."""


class StorageError(FeisuError):
    """The database could not do what was asked."""


class WebhookError(FeisuError):
    """A push that must be refused."""

    def __init__(self, reason: str, *, status: int = 403) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Action(StrEnum):
    """What is to be done about a refusal."""

    RETRY_SOON = "retry-soon"
    REFRESH_TOKEN = "refresh-token"
    FIX_CONFIGURATION = "fix-configuration"
    MARK_INACTIVE = "mark-inactive"
    SKIP_RECIPIENT = "skip-recipient"
    DROP_GRANT = "drop-grant"
    FIX_CONTENT = "fix-content"
    WAIT = "wait"
    """A minute."""
    WAIT_A_DAY = "wait-a-day"
    """Until midnight."""
    NO_QUOTA = "no-quota"
    QUEUE_FOR_NEXT_MESSAGE = "queue-for-next-message"
    ALREADY_SUBMITTED = "already-submitted"
    NO_RIGHT = "no-right"
    STOP = "stop"
    SHOW_STAFF = "show-staff"
    """Nothing is known about it."""


class SendError(FeisuError):
    """WeChat refused a message of ours."""

    def __init__(
        self,
        reason: str,
        *,
        code: int | None = None,
        permanent: bool,
        action: Action = Action.SHOW_STAFF,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.permanent = permanent
        self.action = action


class UnknownOutcome(SendError):
    """The call may or may not have reached WeChat."""

    def __init__(self, reason: str, *, code: int | None = None) -> None:
        super().__init__(reason, code=code, permanent=True)


def trace(error: BaseException) -> str:
    """Tell what broke and where, for a log: of errors not ours no words, which quote residents."""
    lines = []
    cause: BaseException | None = error
    while cause is not None:
        frames = extract_tb(cause.__traceback__)
        words = f": {cause}" if isinstance(cause, FeisuError) else ""
        lines.append(f"{type(cause).__name__}{words}")
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n".join(lines)


class Severity(StrEnum):
    """How bad a content problem is: an error keeps the last good library in place."""

    ERROR = "错误"
    WARNING = "提醒"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a content file, in words a clerk understands."""

    path: str
    line: int
    text: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity.value}: {self.text}"


def list_errors(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that keep content from being served, in their order."""
    return [one for one in problems if one.severity is Severity.ERROR]
