"""How many customer-service messages a resident's last steps allow."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import RLock

from bot.simulator.access import ApiRefusal


class Trigger(StrEnum):
    """A step of the resident that lets the account write back."""

    MESSAGE = "message"
    MENU_CLICK = "menu-click"
    """Also a tap on a menu line inside a message; a menu button with a link gives nothing."""
    FOLLOW = "follow"
    SCAN = "scan"


# Since June 2023: five in 48 hours for a message, three in one minute for the others.
_GRANTS = {
    Trigger.MESSAGE: (5, timedelta(hours=48)),
    Trigger.MENU_CLICK: (3, timedelta(minutes=1)),
    Trigger.FOLLOW: (3, timedelta(minutes=1)),
    Trigger.SCAN: (3, timedelta(minutes=1)),
}


@dataclass
class _Allowance:
    left: int
    ends_at: datetime


class Allowances:
    """The open allowances of every resident, one per trigger; a new trigger renews its own."""

    def __init__(self) -> None:
        self._open: dict[str, dict[Trigger, _Allowance]] = {}
        self._lock = RLock()

    def grant(self, openid: str, trigger: Trigger, now: datetime) -> None:
        """Open or renew what a trigger allows."""
        count, duration = _GRANTS[trigger]
        with self._lock:
            self._open.setdefault(openid, {})[trigger] = _Allowance(count, now + duration)

    def revoke(self, openid: str) -> None:
        """Close everything: the resident unfollowed."""
        with self._lock:
            self._open.pop(openid, None)

    def spend(self, openid: str, now: datetime) -> None:
        """Use one message of the allowance that ends first, or raise WeChat's refusal."""
        with self._lock:
            allowances = self._in_time(openid, now)
            if not allowances:
                raise ApiRefusal(45015, "response out of time limit or subscription is canceled")
            for allowance in allowances:
                if allowance.left:
                    allowance.left -= 1
                    return
        raise ApiRefusal(45047, "out of response count limit")

    def left(self, openid: str, now: datetime) -> int:
        """Return how many messages could be sent now."""
        with self._lock:
            return sum(allowance.left for allowance in self._in_time(openid, now))

    def _in_time(self, openid: str, now: datetime) -> list[_Allowance]:
        allowances = self._open.get(openid, {}).values()
        in_time = [allowance for allowance in allowances if allowance.ends_at > now]
        return sorted(in_time, key=lambda allowance: allowance.ends_at)
