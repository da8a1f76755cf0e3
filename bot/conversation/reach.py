"""How a person's words can get to a resident now: at once, or with the next reply.

Source: WeChat's page on customer-service messages (rules since June 2023): after a message of the
user's five within 48 hours; only a verified account may send them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(hours=48)
MESSAGES_PER_WINDOW = 5
MARGIN = timedelta(minutes=1)
"""WeChat's clock is not ours: what may come too late is not tried."""


@dataclass(frozen=True)
class Reach:
    """Whether a message of ours can go out at once, and why not."""

    at_once: bool
    reason: str = ""
    left: int = 0
    """How many more WeChat lets us send before the resident speaks again."""
    until: datetime | None = None
    """When the window closes."""


def find_reach(
    *,
    allowed: bool,
    following: bool,
    heard_at: datetime | None,
    sent_since: int,
    now: datetime,
) -> Reach:
    """Decide from what the account may do, when the resident last spoke, and what we sent since."""
    if not following:
        return Reach(False, "这位居民已经取消关注，发不过去；重新关注并说话以后才能收到。")
    if not allowed:
        return Reach(False, "公众号的级别不能主动发消息，要等居民下一次说话时随回复带出。")
    if heard_at is None or now >= heard_at + WINDOW - MARGIN:
        return Reach(False, "居民超过 48 小时没有说话，微信不让主动发，要等下一次说话时带出。")
    left = max(0, MESSAGES_PER_WINDOW - sent_since)
    if not left:
        return Reach(
            False,
            f"居民说话以后已经发了 {MESSAGES_PER_WINDOW} 条，微信不让再发，要等下一次说话时带出。",
            until=heard_at + WINDOW,
        )
    return Reach(True, left=left, until=heard_at + WINDOW)
