"""Takes the pictures of the staff guide anew: `make pictures`.

An office is filled with made-up residents in a folder of its own; nothing real is shown, and no
law text either: those are never kept with the program.
"""

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import Page, sync_playwright

from bot.assistant.replying import Written, reply
from bot.bootstrap import Parts, build_parts
from bot.config import DatabaseSettings, KnowledgeSettings, OfficeSettings, Settings, WechatSettings
from bot.messages import Inbound, InboundKind
from bot.scheduler.jobs import plan_notices
from bot.storage import talks, waiting
from bot.storage.staff import Role
from bot.web.application import create_app
from tests.browsing import serving
from tests.web.clerk import PASSWORD, add_staff

TARGET = Path("docs/pictures")
SAID = [
    ("o1", "领证前给的彩礼，人黄了能要回来不"),
    ("o1", "480"),
    ("o2", "借出去的钱三年了不还咋办"),
    ("o2", "谢谢"),
    ("o3", "俺家的羊把人家的麦苗啃了咋赔"),
    ("o3", "集市摊位费谁说了算啊"),
    ("o4", "集市摊位费是谁说了算"),
    ("o4", "村里自来水压力小找谁"),
    ("o5", "他正拿刀砍门，救命"),
    ("o6", "离婚得等三十天吗"),
    ("o6", "答得不对"),
]


def fill(parts: Parts) -> None:
    """Let made-up residents ask, and one colleague answer."""
    for number, (openid, said) in enumerate(SAID):
        parts.assistant.answer(
            Inbound(openid=openid, kind=InboundKind.TEXT, key=f"k{number}", text=said)
        )
    now = parts.clock()
    with parts.database.transaction() as connection:
        waiting.record_handoff(
            connection,
            openid="o2",
            kind="mediation",
            text="借条写的三万，还了一万，剩下的不认了",
            village="示范村",
            phone="13800000000",
            media_id="",
            now=now,
        )
        waiting.record_handoff(
            connection,
            openid="o3",
            kind="person",
            text="想问问摊位费",
            village="样板村",
            phone="13900000000",
            media_id="",
            now=now,
        )
        talks.add_note(connection, "o2", staff_id=1, text="上午打过电话，没人接", now=now)
    reply(
        parts.database,
        parts.outgoing.sender,
        Written("o2", 1, "您好，借条带来我们看看。", "1"),
        allowed=False,
        now=now,
        note=lambda connection, rung: None,
    )


def take(page: Page, name: str, path: str, address: str, *, whole: bool = False) -> None:
    """Open a page and keep its picture."""
    page.goto(address + path)
    page.screenshot(path=TARGET / f"{name}.jpg", type="jpeg", quality=72, full_page=whole)


REST = {
    "try": "/console/try?q=彩礼给了人黄了能要回来不",
    "approvals": "/console/approvals",
    "figures": "/console/figures",
    "settings": "/console/settings",
}


def _take_events(page: Page, address: str) -> None:
    take(page, "events", "/console/events?month=2026-12", address)
    take(page, "notices", "/console/notices", address)
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 720})
    take(page, "stall", "/console/events/ganji-pufa/2026-12-13/stall", address)
    if size:
        page.set_viewport_size(size)


def main() -> None:
    """Take every picture."""
    folder = Path(tempfile.mkdtemp(prefix="feisu-guide-"))
    shutil.copytree("knowledge", folder / "knowledge")
    settings = Settings(
        office=OfficeSettings(name="文疃镇司法所"),
        wechat=WechatSettings(app_id="wxguide", token="guidetoken", mode="plain"),
        database=DatabaseSettings(url=f"sqlite:///{folder}/feisu.db"),
        knowledge=KnowledgeSettings(path=folder / "knowledge", statutes=folder / "none"),
    )
    parts = build_parts(settings, plan_unverified=True)
    parts.database.upgrade()
    add_staff(parts, "老王", Role.ADMIN)
    fill(parts)
    plan_notices(parts.outgoing, parts.clock())
    TARGET.mkdir(parents=True, exist_ok=True)
    with serving(create_app(parts)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1000, "height": 720})
        take(page, "sign-in", "/console/", address)
        page.get_by_label("名字").fill("老王")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", name="今天").wait_for()
        take(page, "today", "/console/", address)
        take(page, "waiting", "/console/waiting", address)
        take(page, "talk", "/console/talks/m3", address)
        take(page, "misses", "/console/misses", address)
        page.get_by_role("link", name="摊位费").first.click()
        page.screenshot(path=TARGET / "miss.jpg", type="jpeg", quality=72)
        take(page, "knowledge", "/console/knowledge?q=彩礼", address)
        take(page, "entry", "/console/knowledge/201", address)
        take(page, "edit", "/console/knowledge/201/edit", address)
        page.get_by_label("下一步").fill("备好转账记录和证人，先找村调解员或司法所调解。")
        page.get_by_role("button", name="下一步：看改了什么").click()
        page.wait_for_url("**/drafts/1")
        page.screenshot(path=TARGET / "diff.jpg", type="jpeg", quality=72)
        for name, path in REST.items():
            take(page, name, path, address)
        _take_events(page, address)
        phone = browser.new_page(viewport={"width": 360, "height": 720})
        take(phone, "public", "/a/201", address)
        browser.close()
    parts.close()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
