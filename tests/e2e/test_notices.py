"""Notices from the calendar to the simulated phone, each exactly once."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import clock
from bot.storage.tables import attempts, notices
from tests.e2e.processes import Machine, PagePhone, Process, eventually, free_port
from tests.web.small_office import event_file

pytestmark = pytest.mark.slow

AWAKE = {"FEISU_NOTICES__QUIET_FROM": "00:00", "FEISU_NOTICES__QUIET_UNTIL": "00:00"}
"""Nobody is disturbed by a test at night."""


def write_market(machine: Machine, due: datetime) -> None:
    """Set a market for the day after `due`, announced at that minute."""
    day = due.date() + timedelta(days=1)
    file = machine.knowledge / "events/活动.md"
    file.write_text(event_file(day, f"前一天 {due:%H:%M}"), encoding="utf-8")


def list_states(machine: Machine) -> list[str]:
    with closing(machine.database()) as database, database.reading() as connection:
        return list(connection.execute(select(notices.c.state)).scalars())


def count_attempts(machine: Machine) -> int:
    with closing(machine.database()) as database, database.reading() as connection:
        return len(connection.execute(select(attempts.c.id)).all())


def mass_sent(phone: PagePhone) -> list[str]:
    return [
        "".join(segment["text"] for segment in line["segments"])
        for line in phone.lines()
        if line["channel"] == "mass-send"
    ]


class Market:
    """A market tomorrow whose notice is due in a moment; meanwhile a process is killed."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.port = free_port()
        self.worker = self._start()
        self.server: Process = machine.run(self.port)

    def _start(self) -> Process:
        doomed = self.machine.run(self.port)
        worker = self.machine.start("work").wait_until_said("定时任务已启动")
        # Notices are written to the minute.
        ahead = clock.now() + timedelta(seconds=80)
        self.due = ahead.replace(second=0, microsecond=0)
        write_market(self.machine, self.due)
        eventually(lambda: list_states(self.machine) == ["planned"], seconds=10, what="plan")
        doomed.kill()
        return worker


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    machine = Machine(Path(tmp_path_factory.mktemp("market")), settings=dict(AWAKE))
    yield Market(machine)
    machine.stop_all()


@pytest.fixture
def awake(machine: Machine) -> Machine:
    machine.settings |= AWAKE
    return machine


@pytest.mark.usefixtures("market")  # its minute passes while the others run
def test_work_once_does_what_is_due_at_the_given_time(awake: Machine) -> None:
    due = clock.now() + timedelta(days=3)
    write_market(awake, due)
    server = awake.run()
    phone = PagePhone(server)
    early, late = due - timedelta(minutes=2), due + timedelta(minutes=2)

    assert awake.feisu("work", "--once", "--at", f"{early:%Y-%m-%dT%H:%M}").returncode == 0
    assert (mass_sent(phone), list_states(awake)) == ([], ["planned"])
    for _ in range(2):
        assert awake.feisu("work", "--once", "--at", f"{late:%Y-%m-%dT%H:%M}").returncode == 0
    (sent,) = eventually(lambda: mass_sent(phone), seconds=5, what="notice")
    assert "集市东头" in sent
    assert (list_states(awake), count_attempts(awake)) == (["sent"], 1)
    # WeChat's own push says how many it reached.
    eventually(
        lambda: "已发（微信送达" in awake.feisu("notices", "list").stdout, seconds=10, what="result"
    )
    listed = awake.feisu("notices", "list")
    assert "集市东头" in listed.stdout
    assert listed.stderr == ""


def test_work_once_without_a_network_tries_again_later(awake: Machine) -> None:
    """No simulator runs here: the call is refused for certain, so that nobody has it."""
    write_market(awake, clock.now() + timedelta(days=3))
    late = clock.now() + timedelta(days=3, minutes=2)
    done = awake.feisu("work", "--once", "--at", f"{late:%Y-%m-%dT%H:%M}")

    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert list_states(awake) == ["planned"]
    assert "待发" in awake.feisu("notices", "list").stdout


def test_a_due_notice_arrives_once_across_a_kill_and_beside_a_worker(market: Market) -> None:
    """Planned before the kill, due after it, with two processes that could send it."""
    phone = PagePhone(market.server)
    assert market.worker.is_running()
    if clock.now() < market.due:
        assert mass_sent(phone) == []
    wait = (market.due - clock.now()).total_seconds()
    sent = eventually(lambda: mass_sent(phone), seconds=max(wait, 0) + 20, what="notice")
    # Whoever did not send it rings again, and one more process does at once.
    assert market.machine.feisu("work", "--once").returncode == 0
    time.sleep(5.5)

    assert len(sent) == 1
    assert "集市东头" in sent[0]
    assert mass_sent(phone) == sent
    assert (list_states(market.machine), count_attempts(market.machine)) == (["sent"], 1)
