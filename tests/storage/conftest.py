"""A real database for every test."""

from datetime import datetime

import pytest

from bot.clock import SHANGHAI


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
