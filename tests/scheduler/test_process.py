"""The bell rings in one process at a time, and in another after a kill."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import now as real_now
from bot.scheduler.dispatch import Outgoing
from bot.scheduler.process import LEASE, Bell
from bot.storage.database import Database
from tests.scheduler.conftest import EVENING_BEFORE, RecordingSender, list_states


def test_only_the_holder_of_the_lease_rings(
    outgoing: Outgoing, sender: RecordingSender, database: Database
) -> None:
    moment = [EVENING_BEFORE - timedelta(hours=1)]
    first = Bell(replace(outgoing, holder="first"), lambda: moment[0])
    second = Bell(replace(outgoing, holder="second"), lambda: moment[0])
    first.ring()
    moment[0] = EVENING_BEFORE
    first.ring()
    second.ring()
    assert len(sender.sent) == 1

    # The first is killed: the second takes over within its lease.
    moment[0] += LEASE + timedelta(seconds=1)
    second.ring()
    first.ring()
    assert len(sender.sent) == 1


@pytest.mark.slow
def test_it_rings_by_itself_and_stops(outgoing: Outgoing) -> None:
    bell = Bell(replace(outgoing, plan_unverified=True), real_now)
    bell.start()
    time.sleep(1.5)
    bell.close()
    other = Bell(replace(outgoing, holder="other"), real_now)
    other.ring()

    assert set(list_states(outgoing.database)) <= {"planned", "sent", "riding"}
