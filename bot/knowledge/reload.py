"""Content that follows its files: a complete new value is built, then one reference swapped."""

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

import watchfiles

from bot.errors import Problem, list_errors

T = TypeVar("T")

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.3
"""Files must be still this long: editors write in pieces, and folders are copied file by file."""
MOST_SETTLE_ROUNDS = 10
POLL_SECONDS = 0.5
"""How often files are compared where no event came: network drives and lost events send none."""

Fingerprint = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class _Snapshot(Generic[T]):
    """What is served, and what was wrong with the files when they were last read."""

    value: T
    loaded_at: datetime | None
    problems: tuple[Problem, ...]
    fingerprint: Fingerprint


class Reloader(Generic[T]):
    """Keeps the last good value of `load` while the files in `folders` change.

    The first value is served even with problems: at start-up a broken file costs its own
    entries and not the bot. Later a value with errors is never swapped in; its problems show.
    """

    def __init__(
        self,
        load: Callable[[], tuple[T, list[Problem]]],
        folders: Sequence[Path],
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._load = load
        self._folders = tuple(folders)
        self._now = now
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        fingerprint = take_fingerprint(self._folders)
        value, problems = load()
        self._snapshot = _Snapshot(value, self._time(), tuple(problems), fingerprint)

    @property
    def current(self) -> T:
        """The value to answer from: take it once per message."""
        return self._snapshot.value

    @property
    def problems(self) -> Sequence[Problem]:
        """What was wrong with the files when they were last read."""
        return self._snapshot.problems

    @property
    def loaded_at(self) -> datetime | None:
        """When the value being served was read, where a clock was given."""
        return self._snapshot.loaded_at

    def reload_if_changed(self) -> bool:
        """Read the files again if they changed; return whether a new value is being served."""
        with self._lock:
            if take_fingerprint(self._folders) == self._snapshot.fingerprint:
                return False
            fingerprint = self._wait_until_still()
            loaded = self._try_load()
            if take_fingerprint(self._folders) != fingerprint:
                return False  # written while being read: the next round sees it whole
            return self._take(loaded, fingerprint)

    def start(self) -> None:
        """Follow the files in a thread of its own."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._follow, name="reload", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop following; what was read last stays."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _take(self, loaded: tuple[T, list[Problem]] | None, fingerprint: Fingerprint) -> bool:
        if loaded is None:
            problem = Problem(
                self._folders[0].as_posix(), 1, "读取时程序出错，先用原来的内容，请联系维护人员"
            )
            self._snapshot = replace(self._snapshot, problems=(problem,), fingerprint=fingerprint)
            return False
        value, problems = loaded
        if list_errors(problems):
            self._snapshot = replace(
                self._snapshot, problems=tuple(problems), fingerprint=fingerprint
            )
            log.warning("content has errors, kept", extra={"action": "reload.kept"})
            return False
        self._snapshot = _Snapshot(value, self._time(), tuple(problems), fingerprint)
        log.info("content reloaded", extra={"action": "reload.done"})
        return True

    def _try_load(self) -> tuple[T, list[Problem]] | None:
        try:
            return self._load()
        except Exception:
            # Whatever a file holds, the last good content must go on and this thread with it.
            log.exception("content could not be read", extra={"action": "reload.failed"})
            return None

    def _wait_until_still(self) -> Fingerprint:
        fingerprint = take_fingerprint(self._folders)
        for _ in range(MOST_SETTLE_ROUNDS):
            self._stopping.wait(SETTLE_SECONDS)
            later = take_fingerprint(self._folders)
            if later == fingerprint:
                break
            fingerprint = later
        return fingerprint

    def _follow(self) -> None:
        while not self._stopping.is_set():
            for _ in self._wake_ups():
                if self._stopping.is_set():
                    return
                self.reload_if_changed()

    def _wake_ups(self) -> Iterator[None]:
        """Yield at every change, and twice a second in any case."""
        folders = [folder for folder in self._folders if folder.is_dir()]
        if not folders:
            self._stopping.wait(POLL_SECONDS)
            yield
            return
        try:
            for _ in watchfiles.watch(
                *folders,
                watch_filter=None,
                step=50,
                stop_event=self._stopping,
                rust_timeout=int(POLL_SECONDS * 1000),
                yield_on_timeout=True,
                raise_interrupt=False,
            ):
                yield
                if any(folder.is_dir() != (folder in folders) for folder in self._folders):
                    return  # a folder came or went: watch the ones there are
        except OSError:
            # No watches left, or a file system that has none: comparing files is enough.
            self._stopping.wait(POLL_SECONDS)
            yield

    def _time(self) -> datetime | None:
        return self._now() if self._now else None


def take_fingerprint(folders: Sequence[Path]) -> Fingerprint:
    """Describe every file by time, size and identity.

    The change time and inode catch what keeps time and size: `cp -p`, a rename over the file.
    """
    found: dict[str, tuple[int, ...]] = {}
    for folder in folders:
        for root, inner, names in os.walk(folder):
            inner[:] = [name for name in inner if not name.startswith(".")]
            for name in names:
                if not _is_temporary(name):
                    found.update(_describe(os.path.join(root, name)))
    return found


def _describe(path: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    try:
        status = os.stat(path)
    except OSError:
        return  # gone between listing and looking: the next round knows
    yield path, (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def _is_temporary(name: str) -> bool:
    """Swap and backup files of editors, and our own half-written neighbours."""
    return name.startswith((".", "~$")) or name.endswith(("~", ".tmp", ".swp"))
