"""Processes that send one notice to many, on a clock that a test moves on."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.clock import SHANGHAI
from bot.storage import outbox, residents
from bot.storage.database import Database
from bot.storage.outbox import Plan
from bot.storage.residents import Resident
from bot.storage.tables import notices
from tests.e2e.faulty_api import FaultyApi
from tests.e2e.processes import ROOT

RECIPIENTS = 2_000
IDLE_SECONDS = 0.25
DAY = timedelta(days=1)
DUE = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
PLAN = Plan(
    event="market",
    occurrence="2026-12-28",
    kind="notice",
    audience="subscribers",
    text="【赶集普法】12月28日周一，地点：集市。",
    due_at=DUE,
    send_until=DUE + 30 * DAY,
    expires_at=DUE + 40 * DAY,
)


@dataclass
class Sender:
    """One process that sends until it is killed."""

    popen: "subprocess.Popen[bytes]"

    def begin(self) -> None:
        assert self.popen.stdin
        self.popen.stdin.write(b"\n")
        self.popen.stdin.flush()

    def is_running(self) -> bool:
        return self.popen.poll() is None

    def kill(self) -> None:
        """End it at whatever it is doing."""
        with self.popen:  # which closes the pipes and waits
            self.popen.kill()


class Office:
    """A database with a due notice, a clock to be moved on, and senders."""

    def __init__(self, folder: Path, database_url: str, api: FaultyApi) -> None:
        self.api = api
        self._clock = folder / "clock"
        self._command = [database_url, api.url, str(self._clock)]
        self._log = (folder / "senders.log").open("ab")
        self.database = Database(database_url)
        self.senders: list[Sender] = []
        self.now = DUE
        self.advance(timedelta())
        self._fill()

    def _fill(self) -> None:
        with self.database.transaction() as connection:
            for number in range(RECIPIENTS):
                known = Resident(f"o{number:04}")
                wishing = replace(known, following=True, wants_reminder=True)
                assert residents.move(connection, known, wishing, DUE)
            outbox.synchronise(connection, [PLAN], DUE)

    def start(self, number: int) -> None:
        """Start senders side by side and wait until all could begin."""
        command = [sys.executable, "-m", "tests.e2e.notice_worker", *self._command]
        for _ in range(number):
            popen = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
            self.senders.append(Sender(popen))
        for sender in self.senders:
            assert sender.popen.stdout
            assert sender.popen.stdout.readline() == b"ready\n"

    def advance(self, span: timedelta) -> None:
        """Move the senders' clock on."""
        self.now += span
        self._advanced_at = time.monotonic()
        new = self._clock.with_suffix(".new")
        new.write_text(self.now.isoformat(), encoding="ascii")
        new.replace(self._clock)

    def notice(self) -> outbox.Notice:
        with self.database.reading() as connection:
            (notice,) = outbox.list_notices(connection)
        return notice

    def go_on(self) -> bool:
        """Move the clock on when nothing happens; True when the sending is over."""
        idle_since = max(self.api.last_call_at, self._advanced_at)
        if self.api.under_way == 0 and time.monotonic() - idle_since > IDLE_SECONDS:
            # Long enough for a rest and for the claims of the dead, or for a new day's calls.
            self.advance(max(timedelta(minutes=5), self._rests_until() - self.now))
        return self.notice().state not in ("planned", "sending")

    def _rests_until(self) -> datetime:
        with self.database.reading() as connection:
            return connection.execute(select(notices.c.next_try_at)).scalar_one()

    def close(self) -> None:
        for sender in self.senders:
            sender.kill()
        self.database.close()
        self._log.close()
