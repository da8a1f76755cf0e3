"""Processes that send one notice to many, on a clock that a test moves on."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.clock import SHANGHAI
from bot.storage import outbox, residents
from bot.storage.database import Database
from bot.storage.outbox import Plan
from bot.storage.residents import Resident
from bot.storage.tables import attempts
from tests.e2e.processes import ROOT

RECIPIENTS = 2_000
DAY = timedelta(days=1)
DUE = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
PLAN = Plan(
    event="market",
    occurrence=DUE + 5 * DAY,
    kind="notice",
    audience="subscribers",
    text="【赶集普法】11月28日周六，地点：集市。",
    due_at=DUE,
    send_until=DUE + 3 * DAY,
    expires_at=DUE + 5 * DAY,
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

    def __init__(self, folder: Path, database_url: str, api_url: str) -> None:
        self._clock = folder / "clock"
        self._command = [database_url, api_url, str(self._clock)]
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
        new = self._clock.with_suffix(".new")
        new.write_text(self.now.isoformat(), encoding="ascii")
        new.replace(self._clock)

    def count_attempts(self) -> int:
        with self.database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(attempts)).scalar_one())

    def notice(self) -> outbox.Notice:
        with self.database.reading() as connection:
            (notice,) = outbox.list_notices(connection)
        return notice

    def go_on(self) -> bool:
        """Let time pass whenever nothing happens; True when the sending is over."""
        before = self.count_attempts()
        time.sleep(0.6)  # longer than a call may be silent
        if self.count_attempts() == before:
            # Long enough for a rest and for the claims of the dead; at last for a new day's calls.
            self.advance(timedelta(minutes=5) if self.now < DUE + timedelta(hours=1) else DAY)
        return self.notice().state not in ("planned", "sending")

    def close(self) -> None:
        for sender in self.senders:
            sender.kill()
        self.database.close()
        self._log.close()
