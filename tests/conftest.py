"""What all tests share: databases, a browser, and which files are too slow for every save."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from bot.storage.database import Database
from tests.browsing import missing_for_browser
from tests.databases import KINDS, PostgreSQL, find_postgresql, missing_for_postgresql

HERE = Path(__file__).parent

WAITING_FILES = frozenset(
    [
        "assistant/test_once.py",
        "conversation/test_shipped_phrasings.py",
        "knowledge/test_reload.py",
        "knowledge/test_editing.py",
        "retrieval/test_calibration.py",
        "simulator/test_delivery.py",
        "simulator/test_fake_api.py",
        "simulator/test_faults.py",
        "simulator/test_pages.py",
        "simulator/test_phone.py",
        "web/test_answer_pages.py",
        "web/test_console_approvals.py",
        "web/test_console_changes.py",
        "web/test_console_entrance.py",
        "web/test_console_entries.py",
        "web/test_console_events.py",
        "web/test_console_figures.py",
        "web/test_console_misses.py",
        "web/test_console_notices.py",
        "web/test_console_settings.py",
        "web/test_console_stall.py",
        "web/test_console_talks.py",
        "web/test_console_villages.py",
        "web/test_console_warnings.py",
        "web/test_events_feed.py",
        "web/test_hard_bodies.py",
        "web/test_hard_kinds.py",
        "web/test_hard_once.py",
        "web/test_hard_signatures.py",
        "web/test_hard_texts.py",
        "web/test_hard_times.py",
        "wechat/test_client.py",
        "wechat/test_secrets.py",
    ]
)
"""Real HTTP, real files and real time-outs add up: `make test` runs them, `make check` does not."""


ON_BOTH_DATABASES = (
    "assistant/",
    "e2e/test_killed_sending.py",
    "scheduler/",
    "storage/",
    "web/test_console_approvals.py",
    "web/test_console_changes.py",
    "web/test_console_entrance.py",
    "web/test_console_figures.py",
    "web/test_console_misses.py",
    "web/test_console_notices.py",
    "web/test_console_settings.py",
    "web/test_console_stall.py",
    "web/test_console_talks.py",
    "web/test_console_villages.py",
    "web/test_hard_once.py",
)
"""Tests of what is written: each that takes a database runs on SQLite and on PostgreSQL."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    path = metafunc.definition.path.relative_to(HERE).as_posix()
    if path.startswith(ON_BOTH_DATABASES) and "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", KINDS, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(HERE).as_posix() in WAITING_FILES:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real headless Chromium with a Chinese font."""
    if missing := missing_for_browser():
        pytest.skip(f"浏览器测试没有跑，{missing}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file of this release without a row, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "feisu.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A real PostgreSQL server."""
    if missing := missing_for_postgresql():
        pytest.skip(f"PostgreSQL 的测试没有跑，{missing}")
    server = find_postgresql()
    yield server
    server.stop()


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """SQLite, or each in turn: see ON_BOTH_DATABASES."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path, migrated: Path
) -> str:
    """The address of a database of this release without a row."""
    if database_kind == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        return server.create()
    shutil.copy(migrated, tmp_path / "feisu.db")
    return f"sqlite:///{tmp_path}/feisu.db"


@pytest.fixture
def empty_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table."""
    if database_kind == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        return server.create_empty()
    return f"sqlite:///{tmp_path}/empty.db"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database of this release without a row."""
    database = Database(database_url)
    yield database
    database.close()
