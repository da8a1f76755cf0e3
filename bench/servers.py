"""Servers under measurement, each a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

THREADS = 16

COMMANDS: Mapping[str, Sequence[str]] = {
    "gunicorn 1x16": (
        "gunicorn",
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        "16",
        "--keep-alive",
        "30",
        "--log-level",
        "warning",
        "-b",
        "{address}",
    ),
    "gunicorn 2x16": (
        "gunicorn",
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "16",
        "--keep-alive",
        "30",
        "--log-level",
        "warning",
        "-b",
        "{address}",
    ),
    "waitress 1x16": ("waitress", "--listen", "{address}", "--threads", "16"),
    "granian 1x16": (
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "1",
        "--blocking-threads",
        "16",
        "--no-access-log",
        "--log-level",
        "warning",
        "--host",
        "127.0.0.1",
        "--port",
        "{port}",
    ),
    "granian 2x16": (
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "2",
        "--blocking-threads",
        "16",
        "--no-access-log",
        "--log-level",
        "warning",
        "--host",
        "127.0.0.1",
        "--port",
        "{port}",
    ),
}


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    server: str, app: str, environment: Mapping[str, str]
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run `app` under the named server; yield the port and the process."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    words = [word.format(address=address, port=port) for word in COMMANDS[server]]
    process = subprocess.Popen(
        [sys.executable, "-m", *words, app],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def resident_megabytes(process: "subprocess.Popen[bytes]") -> float:
    """The largest resident memory of the process and its children."""
    return max(_resident(pid) for pid in [process.pid, *_children(process.pid)])


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
