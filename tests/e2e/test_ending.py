"""Starting and ending `feisu run`."""

import socket

import pytest
import requests

from tests.e2e.processes import Machine, eventually, free_port

pytestmark = pytest.mark.slow


def test_it_ends_cleanly_on_sigterm(machine: Machine) -> None:
    """Also with a browser at the other end of an open connection."""
    server = machine.run()
    with requests.Session() as browser:
        browser.get(f"{server.url}/simulator/state", timeout=5)

        assert server.stop(seconds=5) == 0
    assert "Traceback" not in server.said


def test_a_worker_ends_cleanly_on_sigterm(machine: Machine) -> None:
    worker = machine.start("work").wait_until_said("定时任务已启动")

    assert worker.stop(seconds=5) == 0
    assert "Traceback" not in worker.said


def test_it_says_so_when_the_port_is_taken(machine: Machine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        failed = machine.feisu("run", "--port", str(other.getsockname()[1]))

    assert failed.returncode == 1
    assert "出错了：端口" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_it_says_so_when_the_host_is_wrong(machine: Machine) -> None:
    machine.settings["FEISU_SERVER__HOST"] = "nowhere.invalid"
    failed = machine.feisu("run", "--port", str(free_port()))

    assert failed.returncode == 1
    assert "出错了：server.host" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_it_finds_a_free_port_by_itself(machine: Machine) -> None:
    """The simulator's API must be at that port, too: the menu comes from there."""
    server = machine.start("run", "--port", "0").wait_until_said("请打开")
    server.url = server.said.partition("请打开  ")[2].partition("/simulator/")[0]
    server.wait_until_ready()

    def menu() -> object:
        return server.get("/simulator/state").json()["menu"]

    assert eventually(menu, seconds=5, what="menu")
