"""The bell: APScheduler rings the jobs in whichever process holds the lease."""

import logging
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import SHANGHAI, Clock
from bot.scheduler import jobs
from bot.scheduler.dispatch import Outgoing
from bot.storage import leases

log = logging.getLogger(__name__)

RING_EVERY_SECONDS = 4
LEASE = timedelta(seconds=10)
"""After a kill another worker rings within both together: less than 15 seconds."""


class Bell:
    """Rings until it is closed; several processes may have one, one of them rings."""

    def __init__(self, outgoing: Outgoing, clock: Clock) -> None:
        self._outgoing = outgoing
        self._clock = clock
        self._scheduler = BackgroundScheduler(timezone=SHANGHAI)
        # Late is better than never, twice is worse than once: jobs look at what is due anyway.
        options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(
            self.ring, "interval", seconds=RING_EVERY_SECONDS, next_run_time=clock(), **options
        )
        # Once at the start as well: an upgraded office has years of days to count.
        self._scheduler.add_job(self.count_days, next_run_time=clock(), **options)
        self._scheduler.add_job(self.ring_nightly, "cron", hour=3, minute=30, **options)

    def start(self) -> None:
        """Begin to ring, in a thread of its own."""
        self._scheduler.start()

    def close(self) -> None:
        """Let the job under way finish, then stop and let another process ring at once."""
        self._scheduler.shutdown(wait=True)
        with self._outgoing.database.transaction(durable=False) as connection:
            leases.release(connection, name="bell", holder=self._outgoing.holder)

    def ring(self) -> None:
        """Do what is due, if it is our turn."""
        if self._is_our_turn():
            jobs.run_due(self._outgoing, self._clock())

    def ring_nightly(self) -> None:
        """Do the night's work, if it is our turn."""
        if self._is_our_turn():
            jobs.run_nightly(self._outgoing, self._clock())

    def count_days(self) -> None:
        """Count the days that are over, in whichever process; counted twice they are the same."""
        jobs.count_finished_days(self._outgoing, self._clock())

    def _is_our_turn(self) -> bool:
        with self._outgoing.database.transaction(durable=False) as connection:
            return leases.take(
                connection,
                name="bell",
                holder=self._outgoing.holder,
                now=self._clock(),
                lasting=LEASE,
            )
