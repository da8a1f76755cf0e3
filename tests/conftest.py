"""What all tests share: a browser, and which files are too slow for every save."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browsing import missing_for_browser

HERE = Path(__file__).parent

WAITING_FILES = frozenset(
    [
        "assistant/test_once.py",
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
        "web/test_console_figures.py",
        "web/test_console_misses.py",
        "web/test_console_settings.py",
        "web/test_console_talks.py",
        "web/test_console_villages.py",
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
