"""The scheduler on a real database and a real calendar file; only the network is recorded."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from threading import Lock
from typing import cast

import pytest

from bot.clock import SHANGHAI
from bot.consultation.triage import Safety
from bot.conversation.turn import Capabilities, Content
from bot.events.calendar import load_calendar
from bot.knowledge.library import Library
from bot.scheduler.dispatch import MassResult, Outgoing
from bot.storage import outbox
from bot.storage.database import Database
from bot.storage.outbox import Notice

EVENING_BEFORE = datetime(2026, 11, 23, 17, 0, tzinfo=SHANGHAI)
MARKET = """# 活动

## 赶集普法
编号：market
类型：赶集
规则：2026-11-24
时间：08:00-11:00
地点：集市
提前通知：前一天 17:00
状态：已核对
"""


@dataclass
class RecordingSender:
    """Stands in for WeChat; `refusals` are raised one a call before anything is sent."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    refusals: list[Exception] = field(default_factory=list)
    before_send: Callable[[], None] = lambda: None
    results: list[MassResult] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def send_to_all(self, text: str, client_id: str) -> str:
        self._refuse()
        self.sent.append(("*", text))
        return "34182"

    def mass_result(self, reference: str) -> MassResult:
        self.asked.append(reference)
        return self.results.pop(0) if self.results else MassResult.UNDER_WAY

    def send_to(self, openid: str, text: str) -> None:
        self._refuse()
        self.sent.append((openid, text))

    def _refuse(self) -> None:
        self.before_send()
        with self._lock:
            refused = self.refusals.pop(0) if self.refusals else None
        if refused:
            raise refused


@pytest.fixture
def sender() -> RecordingSender:
    return RecordingSender()


@pytest.fixture
def events(tmp_path: Path) -> Path:
    folder = tmp_path / "events"
    folder.mkdir()
    (folder / "market.md").write_text(MARKET, encoding="utf-8")
    return folder


@pytest.fixture
def outgoing(database: Database, sender: RecordingSender, events: Path) -> Outgoing:
    def content() -> Content:
        calendar, problems = load_calendar(events)
        assert problems == []
        return Content(cast(Library, None), calendar, cast(Safety, None))

    return Outgoing(
        database=database,
        content=content,
        sender=sender,
        capabilities=Capabilities(mass_send=True, customer_service=True),
        holder="test",
        late_after=timedelta(hours=2),
        quiet_from=time(21),
        quiet_until=time(7),
        keep_days=180,
    )


@pytest.fixture
def unverified(outgoing: Outgoing) -> Outgoing:
    return replace(outgoing, capabilities=Capabilities())


def list_states(database: Database) -> list[str]:
    return [notice.state for notice in list_notices(database)]


def list_notices(database: Database) -> list[Notice]:
    with database.reading() as connection:
        return list(outbox.list_notices(connection))
