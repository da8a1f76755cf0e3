"""A terminal in a folder of its own, where every command runs as typed."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import feisu
from bot.storage.database import Connection, Database
from tests.web.small_office import write_knowledge


class Terminal:
    """The current folder, and what typing a command there gives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}

    def __call__(self, *arguments: str, stdin: bytes | str = b"", code: int = 0) -> Result:
        """Run a command; whatever happens, nobody is shown a traceback."""
        result = CliRunner().invoke(feisu, arguments, input=stdin, env=self.environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        assert result.exit_code == code, result.output
        return result

    def snapshot(self) -> Mapping[str, bytes]:
        """Every file of the folder and what is in it."""
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The database that commands here use, migrated."""
        with closing(Database(f"sqlite:///{self.folder}/var/feisu.db")) as database:
            database.upgrade()
            with database.transaction() as connection:
                yield connection


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A folder with knowledge and nothing else: no configuration, no database, no statutes."""
    write_knowledge(tmp_path / "knowledge")
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path)
