"""Several writers, one commit: on SQLite every commit waits for the disk, one at a time.

Whoever comes while a commit is under way waits, and all who wait are then written together: the
first of them leads, the others get their results from it. A group that fails is undone whole,
and each of its works then runs alone.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from enum import Enum, auto
from typing import Any

from sqlalchemy import Connection

from bot.errors import StorageError

Work = Callable[[Connection], Any]

MOST_TOGETHER = 16
"""Enough to share the disk's time, few enough that nobody waits long for the others."""


class UndoneError(Exception):
    """A work found that it must not be written; its transaction is rolled back."""


class _Call(Enum):
    LEAD = auto()
    DONE = auto()
    ALONE = auto()


class _Job:
    """One work, and the thread that waits for it."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.result: Any = None
        self.call = _Call.LEAD
        self._called = threading.Event()

    def wait(self) -> None:
        self._called.wait()

    def wake(self, call: _Call) -> None:
        self.call = call
        self._called.set()


class GroupCommit:
    """Runs works in as few transactions as there is time for."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._transaction = transaction
        self._lock = threading.Lock()
        self._jobs: deque[_Job] = deque()
        self._led = False

    def run(self, work: Work) -> Any:
        """Return what the work returned once it is committed; raise what it raised.

        The work may run twice, so it does nothing but write to the connection. What it raises
        beyond StorageError and UndoneError is a fault of ours: it undoes the group, and may be
        raised to the leader as well.
        """
        job = _Job(work)
        with self._lock:
            self._jobs.append(job)
            follows, self._led = self._led, True
        if follows:
            job.wait()
        if job.call is _Call.LEAD and self._lead(job):
            return job.result
        if job.call is _Call.DONE:
            return job.result
        with self._transaction() as connection:
            return work(connection)

    def _lead(self, leader: _Job) -> bool:
        """Write everything that waits, the leader's own first; False when it was undone."""
        with self._lock:
            group = [self._jobs.popleft() for _ in range(min(MOST_TOGETHER, len(self._jobs)))]
        followers = group[1:]
        call = _Call.ALONE
        try:
            with self._transaction() as connection:
                for job in group:
                    job.result = job.work(connection)
            call = _Call.DONE
        except (StorageError, UndoneError):
            if not followers:
                raise
        finally:
            self._dismiss(followers, call)
        return call is _Call.DONE

    def _dismiss(self, followers: Sequence[_Job], call: _Call) -> None:
        """Wake the followers, and let the next who waits lead."""
        for job in followers:
            job.wake(call)
        with self._lock:
            self._led = bool(self._jobs)
            if self._jobs:
                self._jobs[0].wake(_Call.LEAD)
