"""A question to the running bot, once and again, on one process and on two."""

import sqlite3
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from bot.assistant import STILL_THINKING
from bot.simulator import Ruling, pushes
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


def database_path(machine: Machine) -> Path:
    return machine.folder / "var/feisu.db"


class Treacle:
    """Makes the database write every answer slowly, so that a process can be caught at it."""

    def __init__(self, machine: Machine) -> None:
        self._path = database_path(machine)

    def pour(self) -> None:
        self._execute(
            """CREATE TRIGGER treacle BEFORE UPDATE ON inbox WHEN NEW.state = 'answered' BEGIN
            SELECT max(n) FROM (WITH RECURSIVE counting(n) AS
              (SELECT 1 UNION ALL SELECT n + 1 FROM counting WHERE n < 1000000000)
              SELECT n FROM counting);
            END"""
        )

    def wipe(self) -> None:
        self._execute("DROP TRIGGER treacle")

    def _execute(self, statement: str) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            connection.execute("PRAGMA busy_timeout = 5000")
            connection.execute(statement)


def kill_in_the_middle(machine: Machine, server: Process, push: pushes.Push) -> None:
    """Deliver a push, and kill the process while it writes its answer."""
    treacle = Treacle(machine)
    treacle.pour()
    account = machine.account
    doomed = machine.phone(server, push.openid).courier
    thread = threading.Thread(target=doomed.deliver_copies, args=(push, 1), daemon=True)
    thread.start()
    eventually(lambda: count(machine, inbox) == 1, seconds=5, what="claim")
    time.sleep(0.2)
    server.kill()
    thread.join(timeout=6)
    treacle.wipe()
    assert account.chat.of(push.openid)[-1].sender.value == "wechat"


def test_a_killed_process_leaves_its_message_to_a_quick_retry(
    connected: Machine, pair: list[Process]
) -> None:
    """At once, as when the connection breaks: a kind word, and the answer with the next message."""
    first, second = pair
    phone = connected.phone(second, "oResidentJia")
    push = connected.account.stamp(pushes.text(phone.openid, QUESTION))
    kill_in_the_middle(connected, first, push)
    heard = phone.courier.deliver(push)

    assert heard.text == STILL_THINKING
    eventually(lambda: states(connected) == ["late"], seconds=6, what="late answer")
    assert ANSWER in phone.say("好").text
    assert phone.courier.deliver(push).text == STILL_THINKING


def states(machine: Machine) -> list[str]:
    with closing(machine.database()) as database, database.reading() as connection:
        return list(connection.execute(select(inbox.c.state)).scalars())


def test_a_killed_process_leaves_its_message_to_its_successor(connected: Machine) -> None:
    """One process alone, killed and started again; WeChat's next delivery comes after 5 s."""
    server = connected.run()
    push = connected.account.stamp(pushes.text("oResidentJia", UNKNOWN_QUESTION))
    kill_in_the_middle(connected, server, push)
    killed = time.monotonic()
    again = connected.run()
    time.sleep(max(0.0, killed + 4.8 - time.monotonic()))
    heard = connected.phone(again, "oResidentJia").courier.deliver(push)

    assert "没有写好的答案" in heard.text
    assert (count(connected, inbox), count(connected, misses)) == (1, 1)
