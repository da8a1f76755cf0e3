"""Databases for tests: an SQLite file, or one on a PostgreSQL server given or started for them."""

import os
import secrets
import shutil
import subprocess
import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.storage.database import Database

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]

GIVEN = os.environ.get("FEISU_TEST_DATABASE_URL", "")
"""A server to use instead of one of our own; its user must be allowed to create databases."""

_DEBIAN = Path("/usr/lib/postgresql")
_SERVER_USER = "postgres"
_OPTIONS = (
    # The tests kill our processes, never the server: its own disk may lag.
    *("-c", "fsync=off", "-c", "full_page_writes=off"),
    *("-c", "listen_addresses=", "-c", "max_connections=300", "-c", "timezone=America/New_York"),
)


def find_programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, the newest where there are several."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    found = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    return found[-1].parent if found else None


def missing_for_postgresql() -> str:
    """Name what PostgreSQL tests need and this machine has not."""
    return "" if GIVEN or find_programs() else "没有装 PostgreSQL：apt-get install postgresql"


def find_postgresql() -> "PostgreSQL":
    """Return the server that was given, else start one."""
    return PostgreSQL(GIVEN) if GIVEN else OwnServer()


class PostgreSQL:
    """A server on which each test has a database of its own; gone with `stop`."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._prefix = f"feisu_test_{os.getpid()}_{secrets.token_hex(3)}"
        self._numbers = count(1)
        self._release = self._create("template0")
        with closing(Database(self.url(self._release))) as database:
            database.upgrade()

    def url(self, name: str) -> str:
        """Return the address of one of its databases, as the settings take it."""
        return self._url.set(database=name).render_as_string(hide_password=False)

    def create_empty(self) -> str:
        """Create a database without any table; return its address."""
        return self.url(self._create("template0"))

    def create(self) -> str:
        """Create a database with this release's schema; return its address."""
        return self.url(self._create(self._release))

    def stop(self) -> None:
        """Remove every database made here."""
        for number in range(1, next(self._numbers)):
            self._command(f"DROP DATABASE IF EXISTS {self._prefix}_{number} WITH (FORCE)")

    def _create(self, template: str) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._command(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        return name

    def _command(self, command: str) -> None:
        address = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(command.encode())


class OwnServer(PostgreSQL):
    """One started from Debian's programs in a folder of its own, reached through a socket there."""

    def __init__(self) -> None:
        programs = find_programs()
        assert programs
        self._programs = programs
        # PostgreSQL refuses to run as root; Debian's package has made a user for it.
        self._user = _SERVER_USER if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="feisu-postgresql-"))
        if self._user:
            shutil.chown(self.folder, self._user, self._user)
        self._run("initdb", "-A", "trust", "-U", "feisu", "-E", "UTF8", "--locale=C", "--no-sync")
        options = " ".join(["-k", str(self.folder), *_OPTIONS])
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        super().__init__(f"postgresql://feisu@/postgres?host={self.folder}")

    def stop(self) -> None:
        """End the server and remove all it has written."""
        self._run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), "-D", str(self.folder / "data"), *arguments]
        # The server keeps whatever output it is given open: a file, so that nobody waits for it.
        with (self.folder / "programs.log").open("ab") as output:
            done = subprocess.run(
                command,
                check=False,
                cwd="/",  # the user of the server may not enter ours
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        assert done.returncode == 0, (self.folder / "programs.log").read_text(errors="replace")
