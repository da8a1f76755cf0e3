"""Sentences several flows share; what the office has not set is left out of them."""

import re

from bot.config import OfficeSettings
from bot.messages import Tap

LEGAL_AID_LINE = "可以打12348问，那是公共法律服务热线，免费。"
PERSON_TAP = Tap("找工作人员", "人工")
HELP_TAP = Tap("看看能问什么", "帮助")
CANCEL_TAP = Tap("取消", "取消")
BAD_ANSWER_TAP = Tap("没答到点上", "没答到点上")


def office_name(office: OfficeSettings) -> str:
    """Name the office, by its kind where the name is not set."""
    return office.name or "司法所"


def office_lines(office: OfficeSettings) -> str:
    """Tell how to reach the office: only what is set, nothing where nothing is."""
    parts = []
    if office.phone:
        parts.append(f"电话：{office.phone}")
    if office.address:
        parts.append(f"地址：{office.address}")
    if office.hours:
        parts.append(f"办公时间：{office.hours}")
    return f"{office_name(office)}" + "\n".join(["", *parts]) if parts else ""


def join_lines(*lines: str) -> str:
    """Put sentences under each other, leaving out what is empty."""
    return "\n".join(line for line in lines if line)


def shorten(text: str, limit: int) -> str:
    """Quote a resident's text in at most `limit` characters, on one line."""
    one_line = re.sub(r"\s+", " ", text).strip()
    return one_line if len(one_line) <= limit else one_line[: limit - 1] + "…"
