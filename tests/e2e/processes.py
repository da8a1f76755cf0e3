"""Real processes of the bot in a folder of their own, and phones that talk to them over HTTP."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import requests

from bot.simulator import Account, Phone
from bot.storage.database import Database
from tests.web.small_office import write_knowledge

ROOT = Path(__file__).parents[2]
START_SECONDS = 30.0
NOBODY = "http://127.0.0.1:9"
"""An address where no call of ours can do harm."""

Value = TypeVar("Value")


@cache
def bytecode_folder() -> str:
    """A folder for compiled modules, where the surroundings forbid to keep them in place.

    Without one, each of the many processes started here compiles everything anew.
    """
    folder = tempfile.mkdtemp(prefix="feisu-bytecode-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(look: Callable[[], Value], *, seconds: float, what: str) -> Value:
    """Look again and again until there is something to see."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < deadline, f"{seconds} seconds and still no {what}"
        time.sleep(0.05)


@dataclass
class Process:
    """One command under way; what it says is kept in a file."""

    popen: "subprocess.Popen[bytes]"
    output: Path
    url: str = ""

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_until_ready(self) -> "Process":
        """Wait until messages can be answered."""
        eventually(self._is_ready, seconds=START_SECONDS, what=f"server at {self.url}")
        return self

    def _is_ready(self) -> bool:
        assert self.popen.poll() is None, self.said
        try:
            return self.get("/healthz").status_code == 200
        except requests.ConnectionError:
            return False

    def wait_until_said(self, words: str) -> "Process":
        """Wait for words in the output."""
        eventually(lambda: words in self.said, seconds=START_SECONDS, what=f"“{words}”")
        return self

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, timeout=10)

    def stop(self, *, seconds: float = 8.0) -> int:
        """End it as systemd would; gives the exit code."""
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(timeout=seconds)

    def kill(self) -> None:
        """End it as a power cut would: the process and all it started."""
        os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(timeout=10)

    def is_running(self) -> bool:
        return self.popen.poll() is None


@dataclass
class Machine:
    """A working folder with knowledge, a database and processes; gone after the test."""

    folder: Path
    account: Account = field(default_factory=Account)
    settings: dict[str, str] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        write_knowledge(self.knowledge)

    @property
    def knowledge(self) -> Path:
        return self.folder / "knowledge"

    @property
    def database_url(self) -> str:
        own = f"sqlite:///{self.folder}/var/feisu.db"
        return self.settings.get("FEISU_DATABASE__URL", own)

    def connect_account(self) -> None:
        """Set the credentials of a real account, so that no simulator is served."""
        known = self.account.credentials
        self.settings |= {
            "FEISU_WECHAT__APP_ID": known.app_id,
            "FEISU_WECHAT__APP_SECRET": known.app_secret,
            "FEISU_WECHAT__TOKEN": known.token,
            "FEISU_WECHAT__AES_KEY": known.aes_key,
            "FEISU_WECHAT__API_BASE": NOBODY,
        }

    def environment(self) -> Mapping[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("FEISU_")}
        if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
            kept["PYTHONPYCACHEPREFIX"] = bytecode_folder()
        return kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | self.settings

    def feisu(self, *arguments: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[str]":
        """Run one command to its end."""
        finished = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env=self.environment(),
            timeout=60,
            check=False,
        )
        said, complained = finished.stdout.decode(), finished.stderr.decode()
        return subprocess.CompletedProcess(arguments, finished.returncode, said, complained)

    def start(self, *arguments: str, url: str = "") -> Process:
        """Start one command and leave it running."""
        return self.spawn([sys.executable, "-m", "bot", *arguments], url=url)

    def spawn(self, command: Sequence[str], *, url: str = "") -> Process:
        output = self.folder / f"output-{len(self.processes)}.log"
        with output.open("wb") as sink:
            popen = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                cwd=self.folder,
                env=self.environment(),
                start_new_session=True,
            )
        self.processes.append(Process(popen, output, url))
        return self.processes[-1]

    def run(self, port: int | None = None) -> Process:
        """Start `feisu run` and wait until it answers."""
        port = port or free_port()
        process = self.start("run", "--port", str(port), url=f"http://127.0.0.1:{port}")
        return process.wait_until_ready()

    def phone(self, server: Process, openid: str = "") -> Phone:
        """A phone of the connected account that talks to one server."""
        return Phone(self.account, f"{server.url}/wechat", openid)

    def database(self) -> Database:
        return Database(self.database_url)

    def stop_all(self) -> None:
        for process in self.processes:
            if process.is_running():
                process.kill()


class PagePhone:
    """A phone of the running simulator, used through what its page uses."""

    def __init__(self, server: Process, openid: str = "oSimResidentA0000000000000001") -> None:
        self.server = server
        self.openid = openid

    def act(self, action: str, **wish: str) -> None:
        self.control("act", openid=self.openid, action=action, **wish)

    def control(self, name: str, **wish: Any) -> str:
        """Press a button of the page."""
        response = requests.post(
            f"{self.server.url}/simulator/control/{name}", json=wish, timeout=10
        )
        assert response.status_code == 200, response.text
        return str(response.json()["result"])

    def lines(self, *, after: int = 0) -> list[dict[str, Any]]:
        """Give what the account (or WeChat) said, oldest first."""
        state = self.server.get(f"/simulator/state?openid={self.openid}&after={after}").json()
        return [line for line in state["lines"] if line["sender"] != "resident"]

    def texts(self) -> list[str]:
        return ["".join(segment["text"] for segment in line["segments"]) for line in self.lines()]

    def ask(self, text: str) -> str:
        """Type a question and wait for the answer."""
        known = len(self.texts())
        self.act("say", text=text)
        return eventually(lambda: self.texts()[known:], seconds=8, what="answer")[0]
