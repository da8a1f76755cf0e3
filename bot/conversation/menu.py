"""The account's menu as data: what each button says, and what pressing it is as good as typing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MenuButton:
    """One button: its name (at most 8 characters, 4 on the bar) and its key."""

    name: str
    key: str = ""
    """Empty on the bar, where a button only opens its `buttons`."""
    url: str = ""
    """A page to open instead; pressing it gives no right to answer later."""
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

KEY_NAMES: Mapping[str, str] = {
    "topics": "列出常见问题",
    "help": "说明怎么用",
    "events": "下次普法活动是哪天",
    "remind": "登记集日提醒",
    "quiz": "答题",
    "mediation": "申请调解",
    "case-status": "查办到哪一步",
    "handoff": "找工作人员",
    "delete-data": "删除我的数据",
}
"""What each key does, as staff read it when they choose."""

MAX_BAR = 3
MAX_UNDER = 5
MAX_BAR_BYTES = 16
MAX_UNDER_BYTES = 60
MAX_URL_BYTES = 1024


def current_menu(written: object) -> Sequence[MenuButton]:
    """Return the menu the office made (`written`, as `dump_menu` has it), or ours."""
    menu = read_menu(written) if written else []
    return menu if menu and not list(find_menu_problems(menu)) else MENU


def read_menu(written: object) -> list[MenuButton]:
    """Read a menu from plain values; what has another shape is left out."""
    return [_read_button(one) for one in _rows(written)]


def dump_menu(menu: Sequence[MenuButton]) -> list[dict[str, Any]]:
    """Write a menu as plain values."""
    return [
        {"name": one.name, "key": one.key, "url": one.url, "buttons": dump_menu(one.buttons)}
        for one in menu
    ]


def find_menu_problems(menu: Sequence[MenuButton]) -> Iterator[str]:
    """Say in Chinese what WeChat would refuse, or residents could not use."""
    if not 1 <= len(menu) <= MAX_BAR:
        yield f"底部要有 1 到 {MAX_BAR} 个按钮。"
    for button in menu:
        yield from _name_problems(button.name, MAX_BAR_BYTES)
        if len(button.buttons) > MAX_UNDER:
            yield f"“{button.name}”下面最多 {MAX_UNDER} 个按钮。"
        for one in button.buttons:
            yield from _name_problems(one.name, MAX_UNDER_BYTES)
        for one in button.buttons or (button,):
            yield from _deed_problems(one)


def _name_problems(name: str, max_bytes: int) -> Iterator[str]:
    if not name.strip():
        yield "有一个按钮没有名字。"
    elif len(name.encode()) > max_bytes:
        yield f"按钮名“{name}”太长，最多 {max_bytes // 3} 个汉字。"
    elif not name.isprintable():
        yield "按钮名里有看不见的字符。"


def _deed_problems(button: MenuButton) -> Iterator[str]:
    if button.url:
        if not re.fullmatch(r"https?://[^\s/]+\S*", button.url):
            yield f"“{button.name}”的网址要以 https:// 开头。"
        elif len(button.url.encode()) > MAX_URL_BYTES:
            yield f"“{button.name}”的网址太长。"
    elif button.key not in MESSAGES:
        yield f"“{button.name}”还没有选按下去做什么。"


def _read_button(row: Mapping[str, Any]) -> MenuButton:
    under = tuple(_read_button(one) for one in _rows(row.get("buttons")))
    return MenuButton(
        str(row.get("name", "")), str(row.get("key", "")), str(row.get("url", "")), under
    )


def _rows(written: object) -> list[Mapping[str, Any]]:
    rows = written if isinstance(written, list) else []
    return [row for row in rows if isinstance(row, Mapping)]
