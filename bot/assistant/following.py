"""What other hosts publish comes to this one within seconds."""

import logging
import threading

from bot.assistant.publishing import Publisher
from bot.errors import StorageError
from bot.storage import revisions
from bot.storage.database import Database

log = logging.getLogger(__name__)

FOLLOW_SECONDS = 2.0


class Follower:
    """Lays what other hosts publish, within seconds."""

    def __init__(self, publisher: Publisher, database: Database) -> None:
        self._publisher = publisher
        self._database = database
        self._seen = 0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Take the baseline, catch up, and follow in a thread of its own."""
        self._publisher.take_baseline()
        self.look()
        self._thread = threading.Thread(target=self._follow, name="follower", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop following."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def look(self) -> None:
        """Lay what is new since the last look."""
        with self._database.reading() as connection:
            newest = revisions.newest_id(connection)
        if newest != self._seen:
            self._publisher.lay_new()
            self._seen = newest

    def _follow(self) -> None:
        while not self._stopping.wait(FOLLOW_SECONDS):
            try:
                self.look()
            except (StorageError, OSError) as error:
                # The next look, in two seconds, finds the same.
                log.warning(
                    "cannot follow: %s", type(error).__name__, extra={"action": "follow-failed"}
                )
