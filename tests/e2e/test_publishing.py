"""Two hosts with folders of their own publish at once, and are killed while they do."""

import hashlib
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from bot.clock import now
from bot.storage import passwords, staff
from bot.storage.database import Database
from bot.storage.staff import Role
from bot.storage.tables import revisions
from tests.databases import PostgreSQL
from tests.e2e.processes import ROOT, Machine, Process, bytecode_folder, eventually, free_port
from tests.web.clerk import PASSWORD
from tests.web.small_office import ANSWER, ANSWER_OF_202, FAQ

pytestmark = pytest.mark.slow

PATH = "faq/民法典/离婚.md"
ADMIN = "所长"
DEADLY_ROUNDS = 4
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@pytest.fixture(params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database for several hosts; on SQLite those are processes of one machine."""
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        return server.create_empty()
    return f"sqlite:///{tmp_path}/shared.db"


class Host:
    """One `feisu run` with a knowledge folder of its own, killed and started again at will."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir()
        self.machine = Machine(folder, settings={"FEISU_DATABASE__URL": url})
        self.machine.connect_account()
        self.port = free_port()
        self.server = self.machine.run(self.port)

    @property
    def file(self) -> bytes:
        return (self.machine.knowledge / PATH).read_bytes()

    def start_again(self) -> Process:
        self.server.kill()
        self.server = self.machine.run(self.port)
        return self.server


class ClerkAtHost:
    """Changes one sentence again and again; keeps what the page said was published."""

    def __init__(self, host: Host, name: str, first_sentence: str) -> None:
        self.host, self.name, self.first_sentence = host, name, first_sentence
        self.browser = requests.Session()
        self.tried = 0
        self.published: list[str] = []
        self.sign_in()

    def sign_in(self) -> None:
        page = self._get("/console/sign-in")
        self._post("/console/sign-in", page, name=ADMIN, password=PASSWORD)

    def change(self) -> None:
        """Propose the next wording and publish it; whatever goes wrong is just not published."""
        self.tried += 1
        wanted = f"第{self.tried}种说法，{self.name}写的。"
        before = self.host.file
        known = re.search(rf"第\d+种说法，{self.name}写的。", before.decode())
        sentence = known.group() if known else self.first_sentence
        content = before.replace(sentence.encode(), wanted.encode())
        page = self._get(f"/console/file?path={PATH}")
        base = hashlib.sha256(before).hexdigest()
        page = self._post("/console/file", page, path=PATH, text=content.decode(), base=base)
        draft = page.url.partition("?")[0]
        if "/drafts/" in draft and "已发布" in self._post(f"{draft}/publish", page).text:
            self.published.append(wanted)

    def _get(self, path: str) -> requests.Response:
        return self.browser.get(self.host.server.url + path, timeout=10)

    def _post(self, where: str, page: requests.Response, **fields: str) -> requests.Response:
        token = _TOKEN.search(page.text)
        address = where if where.startswith("http") else self.host.server.url + where
        form = {"csrf": token.group(1) if token else "", **fields}
        return self.browser.post(address, data=form, timeout=10)


def add_admin(url: str) -> None:
    """Add the one member of staff: whoever works alone may publish without a second person."""
    with closing(Database(url)) as database, database.transaction() as connection:
        staff.add(
            connection,
            name=ADMIN,
            roles=[Role.ADMIN],
            password_hash=passwords.hash_password(PASSWORD),
            must_change=False,
            now=now(),
        )


@pytest.fixture
def hosts(shared_url: str, tmp_path: Path) -> Iterator[list[Host]]:
    started = [Host(tmp_path / name, shared_url) for name in ("a", "b")]
    yield started
    for host in started:
        host.machine.stop_all()


def keep_changing(clerk: ClerkAtHost, enough: threading.Event) -> None:
    while not enough.is_set():
        try:
            clerk.change()
        except requests.RequestException:
            time.sleep(0.1)  # the host is down just now


def test_two_hosts_that_are_killed_lose_nothing_and_end_alike(
    hosts: list[Host], shared_url: str
) -> None:
    add_admin(shared_url)
    clerks = [ClerkAtHost(hosts[0], "甲", ANSWER), ClerkAtHost(hosts[1], "乙", "这条不再使用。")]
    enough = threading.Event()
    threads = [threading.Thread(target=keep_changing, args=(one, enough)) for one in clerks]
    for thread in threads:
        thread.start()
    try:
        for number in range(DEADLY_ROUNDS):
            time.sleep(0.9 + 0.17 * number)
            hosts[number % 2].start_again()
        eventually(lambda: all(one.published for one in clerks), seconds=20, what="publication")
    finally:
        enough.set()
        for thread in threads:
            thread.join(30)

    eventually(lambda: hosts[0].file == hosts[1].file, seconds=10, what="same file on both")
    history = list_history(shared_url)
    assert hosts[0].file == history[-1]
    for clerk in clerks:
        for wanted in clerk.published:
            assert any(wanted.encode() in content for content in history), wanted
    for before, after in pairwise(history):
        assert before != after
    for content in history:  # never half a file, never one clerk's change undone by the other's
        assert content.count(b"## ") == FAQ.count("## ")
        assert content.startswith(FAQ.encode()[:100])
        assert ANSWER_OF_202.encode() in content
    for name in ("甲", "乙"):
        numbers = [number_of(content, name) for content in history]
        assert numbers == sorted(numbers)


def number_of(content: bytes, name: str) -> int:
    found = re.search(rf"第(\d+)种说法，{name}写的。", content.decode())
    return int(found.group(1)) if found else 0


def list_history(url: str) -> list[bytes]:
    """Every published state of the file, oldest first."""
    wanted = select(revisions.c.content).where(revisions.c.path == PATH).order_by(revisions.c.id)
    with closing(Database(url)) as database, database.reading() as connection:
        return [bytes(content) for content in connection.execute(wanted).scalars()]


DIES = """
import os, signal, sys
from pathlib import Path
from bot.assistant import publishing
from bot.clock import now
from bot.storage import revisions
from bot.storage.database import Database

url, root, moment, path, old, new = sys.argv[1:]

def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

def die_after(function):
    def act(*arguments, **named):
        function(*arguments, **named)
        die()
    return act

publisher = publishing.Publisher(Database(url), Path(root), lambda: content, now)
publisher.check = lambda *what: []
publisher.take_baseline()
here, base = publisher.read(path)
if moment == "before the commit":
    publishing.revisions.add = die_after(revisions.add)
elif moment == "before the file":
    publishing.Publisher.lay_new = die
elif moment == "within the file":
    os.replace = die
publisher.save(path, here.replace(old.encode(), new.encode()), base, author="A", comment="")
"""


@pytest.mark.parametrize("moment", ["before the commit", "before the file", "within the file"])
def test_a_host_that_dies_while_publishing_leaves_all_or_nothing(
    shared_url: str, machine: Machine, moment: str
) -> None:
    machine.settings["FEISU_DATABASE__URL"] = shared_url
    with closing(Database(shared_url)) as database:
        database.upgrade()
    new = "死的时候写的。"
    arguments = [shared_url, str(machine.knowledge), moment, PATH, ANSWER, new]
    died = subprocess.run(
        [sys.executable, "-c", DIES, *arguments],
        env=dict(machine.environment()) | {"PYTHONPYCACHEPREFIX": bytecode_folder()},
        cwd=ROOT,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    file = machine.knowledge / PATH
    assert file.read_text(encoding="utf-8") == FAQ  # nothing half

    committed = moment != "before the commit"
    server = machine.run()
    seen = FAQ.replace(ANSWER, new) if committed else FAQ
    eventually(lambda: file.read_text(encoding="utf-8") == seen, seconds=10, what="the file")
    live = new if committed else ANSWER
    eventually(lambda: live in server.get("/a/201").text, seconds=5, what=live)
    assert len(list_history(shared_url)) == 1 + committed
