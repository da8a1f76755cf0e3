"""Databases for tests: an SQLite file, or one of a PostgreSQL server started for them alone."""

import os
import shutil
import subprocess
import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest

from bot.storage.database import Database

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]

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
    return "" if find_programs() else "没有装 PostgreSQL：apt-get install postgresql"


class PostgreSQLServer:
    """A server of its own in a folder of its own, reached through a socket in that folder."""

    def __init__(self) -> None:
        programs = find_programs()
        assert programs
        self._programs = programs
        # PostgreSQL refuses to run as root; Debian's package has made a user for it.
        self._user = _SERVER_USER if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="feisu-postgresql-"))
        if self._user:
            shutil.chown(self.folder, self._user, self._user)
        self._numbers = count(1)
        self._run("initdb", "-A", "trust", "-U", "feisu", "-E", "UTF8", "--locale=C", "--no-sync")
        options = " ".join(["-k", str(self.folder), *_OPTIONS])
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        self._release = self._create("template1")
        with closing(Database(self.url(self._release))) as database:
            database.upgrade()

    def url(self, name: str) -> str:
        """Return the address of one of its databases, as the settings take it."""
        return f"postgresql://feisu@/{name}?host={self.folder}"

    def create_empty(self) -> str:
        """Create a database without any table; return its address."""
        return self.url(self._create("template1"))

    def create(self) -> str:
        """Create a database with this release's schema; return its address."""
        return self.url(self._create(self._release))

    def stop(self) -> None:
        """End the server and remove all it has written."""
        self._run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _create(self, template: str) -> str:
        name = f"feisu{next(self._numbers)}"
        address = f"host={self.folder} user=feisu dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return name

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
