"""The only module that reads the time; everything else is given it."""

import time as _time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the present moment, aware, in the office's time zone."""
    return datetime.now(SHANGHAI)


def monotonic() -> float:
    """Return seconds on a clock that never jumps, for measuring durations."""
    return _time.monotonic()
