"""Senders are killed in the middle of two thousand calls to an API that fails in every way.

Nobody hears twice, and whoever did not hear is shown. FEISU_KILLS says how often a database sees
one killed; ten times where it is not set, and a hundred times by `make kill-test`.
"""

import os
import random
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.assistant.riding import add_riders
from bot.storage import outbox, residents
from bot.storage.database import Database
from bot.storage.tables import attempts, deliveries
from tests.e2e.faulty_api import FaultyApi
from tests.e2e.processes import eventually
from tests.e2e.senders import PLAN, RECIPIENTS, Office

pytestmark = pytest.mark.slow

KILLS_A_SENDING = 10
SENDINGS = -(-int(os.environ.get("FEISU_KILLS", KILLS_A_SENDING)) // KILLS_A_SENDING)


@pytest.mark.parametrize("sending", range(SENDINGS))
def test_nobody_hears_it_twice_and_nobody_is_lost(
    database_url: str, tmp_path: Path, sending: int
) -> None:
    api = FaultyApi(seed=sending)
    with api.serving(), closing(Office(tmp_path, database_url, api)) as office:
        send(office, api, random.Random(sending))
        totals = check_deliveries(office, api)
        check_attempts(office, api, totals)
        check_riders(office, totals)


def send(office: Office, api: FaultyApi, dice: random.Random) -> None:
    """Send with two senders at a time, each in turn killed at some moment."""
    office.start(KILLS_A_SENDING + 2)
    waiting = list(office.senders)
    running = [waiting.pop(), waiting.pop()]
    for sender in running:
        sender.begin()
    for calls in sorted(dice.sample(range(RECIPIENTS * 9 // 10), KILLS_A_SENDING)):
        while api.total < calls:
            assert not office.go_on(), "it was over before the last kill"
            time.sleep(0.01)
        doomed = running.pop(dice.randrange(2))
        assert doomed.is_running(), "a sender ended by itself"
        doomed.kill()
        running.append(waiting.pop())
        running[-1].begin()
    eventually(office.go_on, seconds=120, what="end")
    assert all(sender.is_running() for sender in running), "a sender ended by itself"


def list_states(database: Database) -> dict[str, str]:
    with database.reading() as connection:
        rows = connection.execute(select(deliveries.c.recipient, deliveries.c.state)).all()
    assert len({row.recipient for row in rows}) == len(rows)
    return {row.recipient: row.state for row in rows}


def check_deliveries(office: Office, api: FaultyApi) -> Counter[str]:
    """Hold what the database says against what the phones received."""
    states = list_states(office.database)
    totals = Counter(states.values())
    assert len(states) == RECIPIENTS
    assert max(api.received.values()) == 1, "somebody heard it twice"
    assert set(totals) <= {"sent", "unknown", "riding", "failed"}, totals
    for openid, state in states.items():
        heard = api.received[openid]
        assert state == "unknown" or heard == (state == "sent"), (openid, state, heard)
    # What resets and kills leave, and on a busy machine some whose answer came too late.
    assert totals["unknown"] < RECIPIENTS // 4, list_reasons(office.database)
    return totals


def list_reasons(database: Database) -> Counter[str]:
    with database.reading() as connection:
        wanted = select(attempts.c.reason).where(attempts.c.outcome == "unknown")
        return Counter(connection.execute(wanted).scalars())


def check_attempts(office: Office, api: FaultyApi, totals: Counter[str]) -> None:
    with office.database.reading() as connection:
        rows = connection.execute(
            select(attempts.c.outcome, func.count().label("number")).group_by(attempts.c.outcome)
        ).all()
    by_outcome = {row.outcome: row.number for row in rows}
    assert by_outcome["sent"] == totals["sent"]
    assert by_outcome["unknown"] == totals["unknown"]
    assert None not in by_outcome
    # A stale token is called with twice in one attempt; whoever died before the call made none.
    calls = api.total - api.calls["stale token"]
    assert calls <= sum(by_outcome.values())
    assert office.notice().state == ("riding" if totals["riding"] else "sent")


def check_riders(office: Office, totals: Counter[str]) -> None:
    """Whoever is left to hear it with a reply hears it, and nobody else."""
    with office.database.transaction() as connection:
        rides = outbox.list_riding(connection, office.now)
        for openid, state in list_states(office.database).items():
            resident = residents.get(connection, openid)
            replies = [
                add_riders(connection, "好的。", resident, rides, office.now) for _ in range(2)
            ]
            heard = [PLAN.text in reply for reply in replies]
            assert heard == [state == "riding", False]
    assert Counter(list_states(office.database).values())["sent"] == (
        totals["sent"] + totals["riding"]
    )
