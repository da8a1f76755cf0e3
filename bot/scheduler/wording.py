"""Where a notice stands, in the words staff read at the console and in the terminal."""

from collections.abc import Mapping

from bot.storage.notice_decisions import ARRIVED, UNHEARD
from bot.storage.outbox import STATE_NAMES, Notice

RECIPIENTS: Mapping[str, str] = {
    "sent": "已送到",
    "waiting": "等发",
    "claimed": "正在发",
    "riding": "等下次回复带出",
    "unknown": "不明",
    "failed": "送不到",
    "dropped": "已取消关注",
    "expired": "没赶上",
}


def tell_state(notice: Notice) -> str:
    """Say where it stands; of a mass send also what WeChat says came of it."""
    state = STATE_NAMES.get(notice.state, notice.state)
    if notice.state != "sent" or not notice.reference:
        return state
    if notice.result == ARRIVED:
        return f"{state}（微信送达 {notice.reached} 人）" if notice.reached is not None else state
    return "已交给微信，没有回音" if notice.result == UNHEARD else "已交给微信，等结果"


def tell_recipients(counts: Mapping[str, int]) -> str:
    """Say how many recipients stand where."""
    told = [f"{name} {counts[state]} 人" for state, name in RECIPIENTS.items() if state in counts]
    return "，".join(told) or "没有人要提醒"
