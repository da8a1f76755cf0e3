"""An assistant on a real database whose decision each test chooses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
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

    def assistant(self, decide: Decide, *, budget_seconds: float = 4.0) -> Assistant:
        return Assistant(
            database=Database(self.database.url),
            content=lambda: NO_CONTENT,
            rules=Rules,
            render=plain_text,
            clock=lambda: NOW,
            budget_seconds=budget_seconds,
            decide=decide,
        )


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/feisu.db")
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)
