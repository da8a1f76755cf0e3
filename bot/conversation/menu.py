"""The account's menu as data: what each button says, and what pressing it is as good as typing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class MenuButton:
    """One button: its name (at most 8 characters, 4 on the bar) and its key."""

    name: str
    key: str = ""
    """Empty on the bar, where a button only opens its `buttons`."""
    buttons: Sequence["MenuButton"] = ()


MENU: Sequence[MenuButton] = (
    MenuButton(
        "问法律",
        buttons=(
            MenuButton("常见问题", "topics"),
            MenuButton("怎么用", "help"),
        ),
    ),
    MenuButton(
        "普法赶集",
        buttons=(
            MenuButton("下次普法", "events"),
            MenuButton("集日提醒我", "remind"),
            MenuButton("答题", "quiz"),
        ),
    ),
    MenuButton(
        "找司法所",
        buttons=(
            MenuButton("我要调解", "mediation"),
            MenuButton("办到哪一步", "case-status"),
            MenuButton("找人工", "handoff"),
            MenuButton("删除我的数据", "delete-data"),
        ),
    ),
)
"""Three on the bar, at most five under each: WeChat's limits."""

MESSAGES: Mapping[str, str] = {
    "topics": "常见问题",
    "help": "帮助",
    "events": "下次普法",
    "remind": "提醒我",
    "quiz": "答题",
    "mediation": "我要调解",
    "case-status": "查进度",
    "handoff": "人工",
    "delete-data": "删除我的数据",
}
"""What pressing a key is as good as typing."""
