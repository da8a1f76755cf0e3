"""What an intent is, and how a pattern shows it.

Patterns are written against folded text: no spaces or punctuation, one width, simplified
characters, dialect read as the standard language. In them, words apart by a blank are
alternatives, and `~` glues a line to the one above. Most must fit the whole message, so that a
question of law that merely contains the word is left to the knowledge: 我要调解 is a wish,
调解协议有效吗 is a question.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What can be asked of the service."""

    CANCEL = "cancel"
    DELETE_DATA = "delete-data"
    STOP_REMINDING = "stop-reminding"
    REMIND = "remind"
    CASE_STATUS = "case-status"
    QUIZ = "quiz"
    EVENTS = "events"
    PERSON = "person"
    MEDIATION = "mediation"
    FEEDBACK_BAD = "feedback-bad"
    THANKS = "thanks"
    TOPICS = "topics"
    HELP = "help"
    SMALLTALK = "smalltalk"


WISHES: Mapping[str, Intent] = {
    "能做什么": Intent.HELP,
    "常见问题": Intent.TOPICS,
    "找人": Intent.PERSON,
    "要调解": Intent.MEDIATION,
    "查进度": Intent.CASE_STATUS,
    "答题": Intent.QUIZ,
    "问活动": Intent.EVENTS,
    "要提醒": Intent.REMIND,
    "不要提醒": Intent.STOP_REMINDING,
    "道谢": Intent.THANKS,
    "答得不对": Intent.FEEDBACK_BAD,
    "删信息": Intent.DELETE_DATA,
    "不办了": Intent.CANCEL,
    "闲聊": Intent.SMALLTALK,
}
"""The headings of `knowledge/wishes.md`; under any other heading nothing is read as a wish."""


@dataclass(frozen=True)
class Pattern:
    """Words that show an intent, unless words stand there that make it a question of law."""

    words: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    longest: int = 40

    def fits(self, wordings: Sequence[str]) -> bool:
        """Whether one of the wordings, the whole folded text first, shows it."""
        whole = wordings[0]
        if len(whole) > self.longest or not any(map(self.words.search, wordings)):
            return False
        return not (self.unless and self.unless.search(whole))


def any_of(words: str) -> str:
    return "(?:" + "|".join(re.sub(r"\s+~", "", words).split()) + ")"


def whole(words: str, *, unless: str = "", longest: int = 40) -> Pattern:
    return Pattern(re.compile(f"^{any_of(words)}$"), _unless(unless), longest)


def inside(words: str, *, unless: str = "", longest: int = 40) -> Pattern:
    return Pattern(re.compile(any_of(words)), _unless(unless), longest)


def all_of(*groups: str, unless: str = "", longest: int = 24) -> Pattern:
    """One word of every group, in any order: wishes told in a few words of their own."""
    ahead = "".join(f"(?=.*{any_of(group)})" for group in groups)
    return Pattern(re.compile(f"^{ahead}"), _unless(unless), longest)


def _unless(words: str) -> re.Pattern[str] | None:
    return re.compile(any_of(words)) if words else None
