"""By which way a notice that has not gone out yet will go, and why it may not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import SHANGHAI
from bot.conversation.turn import Capabilities
from bot.storage import notice_decisions
from bot.storage.database import Connection
from bot.storage.outbox import ALL_FOLLOWERS, Notice

A_DAY_SUBSCRIPTION = 1
"""A verified 公众号 may call once a day, web and API together."""
A_MONTH_SERVICE = 4
"""A verified 服务号 reaches each follower four times a calendar month."""

OPEN = ("drafted", "held", "planned")


@dataclass(frozen=True)
class Outlook:
    """What is to be expected of one notice."""

    way: str
    obstacle: str = ""
    """What stands in the way, and what is left; empty where all is well."""
    is_closed: bool = False
    """Whether it cannot go this way at all, so that nobody should approve it."""


@dataclass(frozen=True)
class Quota:
    """How many mass sends are left in the day or month of a moment, as far as we know."""

    period: str
    limit: int
    used: int

    @property
    def left(self) -> int:
        """Never below none."""
        return max(0, self.limit - self.used)


def quota_at(connection: Connection, moment: datetime, *, is_service: bool) -> Quota:
    """Count the mass sends of ours around a moment; those sent by hand on WeChat's page are not."""
    day = moment.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    if is_service:
        first = day.replace(day=1)
        after = (first + timedelta(days=32)).replace(day=1)
        used = notice_decisions.count_mass_sends(connection, first, after)
        return Quota(f"{first.month}月", A_MONTH_SERVICE, used)
    used = notice_decisions.count_mass_sends(connection, day, day + timedelta(days=1))
    return Quota(f"{day.month}月{day.day}日", A_DAY_SUBSCRIPTION, used)


def look_ahead(
    connection: Connection,
    notices: Sequence[Notice],
    capabilities: Capabilities,
    *,
    is_service: bool,
    now: datetime,
) -> Mapping[int, Outlook]:
    """Say of each open notice how it will go, those due first having the first claim."""
    found: dict[int, Outlook] = {}
    claimed: Counter[str] = Counter()
    for notice in sorted(notices, key=lambda one: (one.due_at, one.id)):
        if notice.state not in OPEN:
            continue
        if notice.audience != ALL_FOLLOWERS:
            found[notice.id] = _personal(capabilities)
            continue
        if not capabilities.mass_send:
            obstacle = "账号没有认证，不能群发：会随居民下一条消息的回复带出。请同时用喇叭稿和海报"
            found[notice.id] = Outlook("随回复带出", obstacle)
            continue
        quota = quota_at(connection, max(notice.due_at, now), is_service=is_service)
        claimed[quota.period] += 1
        if quota.used + claimed[quota.period] > quota.limit:
            kind = "服务号每月" if is_service else "公众号每天"
            obstacle = (
                f"{kind}只能群发 {quota.limit} 次，{quota.period}已经用掉或排满，"
                "这一条群发不出去：可以只随回复带出，或者改个时间"
            )
            found[notice.id] = Outlook("群发", obstacle, is_closed=True)
        else:
            found[notice.id] = Outlook("群发")
    return found


def _personal(capabilities: Capabilities) -> Outlook:
    if capabilities.customer_service:
        return Outlook("逐个发给两天内来过消息的人，其他人随回复带出")
    return Outlook("随回复带出", "账号没有认证，不能主动发消息：会随每个人下一条消息的回复带出")
