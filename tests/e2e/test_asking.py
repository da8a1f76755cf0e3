"""A question to the running bot, once and again, on one process and on two."""

import sqlite3
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import Table, func, select

from bot.simulator import Ruling, Sender, pushes
from bot.storage.tables import inbox, misses
from tests.e2e.processes import Machine, PagePhone, Process, eventually, free_port
from tests.web.small_office import ANSWER, CITATION, QUESTION, UNKNOWN_QUESTION

pytestmark = pytest.mark.slow


def count(machine: Machine, table: Table) -> int:
    with closing(machine.database()) as database, database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_it_answers_a_question_typed_on_the_phone_page(machine: Machine) -> None:
    server = machine.run()
    answer = PagePhone(server).ask(QUESTION)

    assert ANSWER in answer
    assert CITATION in answer
    journal = server.get("/simulator/state").json()["journal"]
    assert [line for line in journal if line["ruling"] == "fault"] == []
    assert (server.get("/a/201").status_code, count(machine, inbox)) == (200, 1)


@pytest.fixture
def workers(connected: Machine) -> Process:
    """Two processes behind one address, as the Procfile starts them."""
    assert connected.feisu("db", "upgrade").returncode == 0
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "bot.wsgi:app", "--worker-class", "gthread"]
    command += ["--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{port}"]
    server = connected.spawn(command, url=f"http://127.0.0.1:{port}")
    return server.wait_until_ready()


@pytest.fixture
def pair(connected: Machine) -> list[Process]:
    """Two whole `feisu run` on one database, so that a test chooses who gets what."""
    ports = [free_port(), free_port()]
    servers = [
        connected.start("run", "--port", str(port), url=f"http://127.0.0.1:{port}")
        for port in ports
    ]
    return [server.wait_until_ready() for server in servers]


def test_it_handles_simultaneous_deliveries_once_on_two_processes(
    connected: Machine, pair: list[Process]
) -> None:
    couriers = [connected.phone(server, "oResidentJia").courier for server in pair]
    for number in range(1, 6):
        push = connected.account.stamp(pushes.text("oResidentJia", UNKNOWN_QUESTION))
        start = threading.Barrier(6)

        def deliver(copy: int, push: pushes.Push = push, start: threading.Barrier = start) -> str:
            start.wait()
            return couriers[copy % 2].deliver(push).text

        with ThreadPoolExecutor(6) as pool:
            heard = set(pool.map(deliver, range(6)))

        assert len(heard) == 1
        assert heard.pop()
        assert (count(connected, inbox), count(connected, misses)) == (number, number)


def test_it_handles_deliveries_5_s_apart_once_behind_gunicorn(
    connected: Machine, workers: Process
) -> None:
    phone = connected.phone(workers)
    push = connected.account.stamp(pushes.text(phone.openid, UNKNOWN_QUESTION))
    heard = list(phone.courier.deliver_copies(push, 3))
    time.sleep(5)
    heard.append(phone.courier.deliver(push))

    assert {one.verdict.ruling for one in heard} == {Ruling.REPLY}
    assert len({one.text for one in heard}) == 1
    assert (count(connected, inbox), count(connected, misses)) == (1, 1)


class Treacle:
    """Makes the database write every answer slowly, so that a process can be caught at it."""

    def __init__(self, machine: Machine) -> None:
        self._path = machine.folder / "var/feisu.db"

    def pour(self) -> None:
        self._execute(
            """CREATE TRIGGER treacle BEFORE INSERT ON inbox BEGIN
            SELECT max(n) FROM (WITH RECURSIVE counting(n) AS
              (SELECT 1 UNION ALL SELECT n + 1 FROM counting WHERE n < 1000000000)
              SELECT n FROM counting);
            END"""
        )

    def wipe(self) -> None:
        self._execute("DROP TRIGGER treacle")

    def holds_somebody(self) -> bool:
        """Tell whether a process is in the middle of writing."""
        with closing(sqlite3.connect(self._path, timeout=0, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            connection.execute("ROLLBACK")
            return False

    def _execute(self, statement: str) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            connection.execute("PRAGMA busy_timeout = 5000")
            connection.execute(statement)


def kill_in_the_middle(machine: Machine, server: Process, push: pushes.Push) -> None:
    """Deliver a push, and kill the process while it writes its answer."""
    treacle = Treacle(machine)
    treacle.pour()
    doomed = machine.phone(server, push.openid).courier
    thread = threading.Thread(target=doomed.deliver_copies, args=(push, 1), daemon=True)
    thread.start()
    time.sleep(0.3)
    eventually(treacle.holds_somebody, seconds=4, what="answer being written")
    server.kill()
    thread.join(timeout=6)
    treacle.wipe()
    # Nothing came back: WeChat would have to tell the resident that the service is broken.
    assert machine.account.chat.of(push.openid)[-1].sender is Sender.WECHAT
    assert (count(machine, inbox), count(machine, misses)) == (0, 0)


def test_a_killed_process_leaves_its_message_to_another(
    connected: Machine, pair: list[Process]
) -> None:
    """The connection broke with the process, so WeChat comes back at once."""
    first, second = pair
    push = connected.account.stamp(pushes.text("oResidentJia", UNKNOWN_QUESTION))
    kill_in_the_middle(connected, first, push)
    heard = connected.phone(second, "oResidentJia").courier.deliver(push)

    assert len(heard.attempts) == 1
    assert "没有写好的答案" in heard.text
    assert (count(connected, inbox), count(connected, misses)) == (1, 1)


def test_a_killed_process_leaves_its_message_to_its_successor(connected: Machine) -> None:
    """One process alone, killed and started again on the same database."""
    server = connected.run()
    push = connected.account.stamp(pushes.text("oResidentJia", UNKNOWN_QUESTION))
    kill_in_the_middle(connected, server, push)
    again = connected.run()
    courier = connected.phone(again, "oResidentJia").courier
    heard = [courier.deliver(push).text for _ in range(2)]

    assert "没有写好的答案" in heard[0]
    assert heard[1] == heard[0]
    assert (count(connected, inbox), count(connected, misses)) == (1, 1)
