"""An assistant on a real database whose decision each test chooses."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import pytest

from bot.assistant import Assistant
from bot.clock import SHANGHAI
from bot.conversation.turn import Content, Decision, Outcome, Rules, Turn
from bot.messages import Inbound, InboundKind, Reply, plain_text
from bot.storage.database import Database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
NO_CONTENT = cast(Content, None)  # the decisions of these tests look nothing up

Decide = Callable[[Turn], Outcome]


def say(text: str, *, openid: str = "o1", key: str = "", **other: Any) -> Inbound:
    return Inbound(
        openid=openid, kind=InboundKind.TEXT, key=key or f"m:{openid}:{text}", text=text, **other
    )


def reply_with(text: str, **other: Any) -> Outcome:
    return Outcome(reply=Reply(text), decision=Decision.ANSWER, entry="201", **other)


@dataclass
class Office:
    """Makes assistants that share one database, as two processes do."""

    database: Database
    others: list[Database] = field(default_factory=list)
    assistants: list[Assistant] = field(default_factory=list)

    def assistant(self, decide: Decide, *, budget_seconds: float = 4.0) -> Assistant:
        self.others.append(Database(self.database.url))
        assistant = Assistant(
            database=self.others[-1],
            content=lambda: NO_CONTENT,
            rules=Rules,
            render=plain_text,
            clock=lambda: NOW,
            budget_seconds=budget_seconds,
            decide=decide,
        )
        self.assistants.append(assistant)
        return assistant

    def close(self) -> None:
        """End every process, and wait for what is still being thought about."""
        for assistant in self.assistants:
            assistant.close()
        for thread in threading.enumerate():
            if thread.name.startswith("answer"):
                thread.join(5)
        for other in self.others:
            other.close()


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    office = Office(database)
    yield office
    office.close()
