"""Of two workers one rings; when it is killed, the other does within fifteen seconds."""

import time
from contextlib import closing

import pytest
from sqlalchemy import select

from bot.storage.tables import leases
from tests.databases import PostgreSQL
from tests.e2e.processes import Machine, Process, eventually

pytestmark = pytest.mark.slow

WITHIN_SECONDS = 15.0


def find_holder(machine: Machine) -> str:
    with closing(machine.database()) as database, database.reading() as connection:
        wanted = select(leases.c.holder).where(leases.c.name == "bell")
        return connection.execute(wanted).scalar_one_or_none() or ""


def rings(process: Process, holder: str) -> bool:
    """Tell whether a lease's holder is this process: its number is in the name."""
    return f"-{process.popen.pid}-" in holder


def test_another_worker_takes_over(machine: Machine, postgresql: PostgreSQL) -> None:
    machine.settings["FEISU_DATABASE__URL"] = postgresql.create()
    machine.connect_account()
    workers = [machine.start("work").wait_until_said("定时任务已启动") for _ in range(2)]
    holder = eventually(lambda: find_holder(machine), seconds=10, what="holder")
    (killed,) = [one for one in workers if rings(one, holder)]
    (other,) = [one for one in workers if one is not killed]
    time.sleep(5)  # whoever holds it holds on to it
    assert find_holder(machine) == holder

    killed.kill()
    gone = time.monotonic()
    eventually(lambda: rings(other, find_holder(machine)), seconds=20, what="other bell")
    assert time.monotonic() - gone < WITHIN_SECONDS
