"""Every task of the console by keyboard alone: what is pressed, and what is there to read then."""

# ruff: noqa: F401, F811

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console_in_browser import (
    Site,
    at_a_desk,
    build,
    go,
    page,
    press_until,
    sign_in,
    site,
)
from tests.web.small_office import QUESTION

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Step = Callable[[Page], None]


@dataclass(frozen=True)
class Open:
    """Tab to a link or button and press Enter."""

    label: str

    def __call__(self, page: Page) -> None:
        press_until(page, self.label)
        go(page)


@dataclass(frozen=True)
class Write:
    """Tab to a field and type over what is in it."""

    label: str
    text: str

    def __call__(self, page: Page) -> None:
        press_until(page, self.label)
        page.keyboard.press("Control+A")
        page.keyboard.type(self.text)


@dataclass(frozen=True)
class Press:
    """Tab to something and press a key that stays on the page."""

    label: str
    key: str

    def __call__(self, page: Page) -> None:
        press_until(page, self.label)
        page.keyboard.press(self.key)


@dataclass(frozen=True)
class Download:
    """Tab to a link that gives a file."""

    label: str
    name: str

    def __call__(self, page: Page) -> None:
        press_until(page, self.label)
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert re.search(self.name, download.value.suggested_filename)


@dataclass(frozen=True)
class Read:
    """See words on the page."""

    text: str

    def __call__(self, page: Page) -> None:
        expect(page.get_by_text(self.text).first).to_be_visible()


TASKS: dict[str, Sequence[Step]] = {
    "a danger sign is seen": (Open("等候"), Open("我已处理"), Read("记下")),
    "a matter is given to somebody": (Open("等候"), Open("指派"), Read("所长")),
    "a matter is closed": (Open("等候"), Open("办完了"), Read("没有。")),
    "a talk is looked for": (
        Open("对话"),
        Write("说过的话", "隔热瓦"),
        Open("查找"),
        Read("隔热瓦"),
    ),
    "a question is tried": (
        Open("问答"),
        Open("试问"),
        Write("像居民那样问", QUESTION),
        Open("看会怎么答"),
        Read("三十天"),
    ),
    "a file is edited as markdown": (
        Open("问答"),
        Open("内容文件"),
        Open("离婚.md"),
        Press("文件内容", "Control+End"),
        Open("只检查"),
        Read("检查过了"),
    ),
    "questions are asked again": (Open("没有答上来"), Open("全部再问一遍"), Read("答")),
    "questions are out of scope": (
        Open("没有答上来"),
        Open("航天"),
        Open("不归本号管"),
        Read("了结"),
    ),
    "a new entry is begun from a question": (
        Open("没有答上来"),
        Open("航天"),
        Open("写一条新问答"),
        Press("放在哪个文件里", "ArrowDown"),
        Open("下一步"),
        Read("短答"),
    ),
    "figures are taken along": (
        Open("统计"),
        Download("下载 Excel", r"\.xlsx$"),
        Download("下载 CSV", r"\.(csv|zip)$"),
    ),
    "the office's telephone is set": (
        Open("设置"),
        Write("电话", "0539-1234567"),
        Open("保存办公信息"),
        Read("已保存"),
    ),
    "a ready reply is added": (
        Open("设置"),
        Open("常用回复"),
        Write("名字", "请来所里"),
        Open("保存"),
        Read("已保存"),
    ),
    "a village is added": (
        Open("设置"),
        Open("村庄"),
        Write("第 1 行村名", "东村"),
        Open("保存"),
        Read("共 1 个村"),
    ),
    "the menu is kept": (Open("设置"), Open("菜单"), Open("只保存"), Read("保存")),
    "a colleague gets an account": (
        Open("设置"),
        Open("人员"),
        Write("名字", "小李"),
        Press("编辑", "Space"),
        Open("开账号"),
        Read("小李"),
    ),
    "the log is read": (Open("设置"), Open("操作记录"), Read("写备注")),
    "the own password is changed": (
        Open("所长"),
        Open("改密码"),
        Write("现在的密码", "correct-horse-battery"),
        Write("新密码", "another-horse-battery"),
        Write("再输一遍", "another-horse-battery"),
        Open("保存"),
        Read("密码"),
    ),
    "one leaves": (Open("退出"), Read("登录")),
}


@at_a_desk
@pytest.mark.parametrize("task", TASKS)
def test_it_is_done_by_keyboard_alone(page: Page, site: Site, task: str) -> None:
    sign_in(page, site)
    for step in TASKS[task]:
        step(page)
