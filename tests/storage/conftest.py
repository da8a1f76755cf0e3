"""A real database for every test."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import SHANGHAI
from bot.storage.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/feisu.db")
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
