"""The console in a real Chromium: every page without barriers, every task by keyboard alone."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from bot import clock
from bot.knowledge.statute_import import import_statutes
from bot.storage import outbox, staff_replies, stall, waiting
from bot.storage.outbox import Plan
from bot.storage.staff import Role
from tests.browsing import barriers, serving
from tests.web.clerk import PASSWORD, add_staff
from tests.web.conftest import OPENID, Builder, Office, build  # noqa: F401
from tests.web.small_office import ANSWER, QUESTION, STATUTE, UNKNOWN_QUESTION
from tests.web.test_console_routes import routes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 360, "height": 740}
OLD_PC = {"width": 1024, "height": 768}
MARKET_DAY = "2026-12-13"
MARKET = f"""# 活动

## 赶集普法
编号：ganji
类型：赶集
规则：农历逢五逢十
时间：08:00-11:00
地点：大集东头
提前通知：前一天 17:00
改动：{MARKET_DAY} 改地点：村部（修路）
"""
FILE = "faq/民法典/离婚.md"
_AHEAD = clock.now() + timedelta(days=2)
NOTICE = Plan("ganji", MARKET_DAY, "前一天", "all", "明天赶集", _AHEAD, _AHEAD, _AHEAD)
VALUES = {
    "/console/talks/201": "/console/talks/m1",
    "/console/file": f"/console/file?path={FILE}",
    "/console/history": f"/console/history?path={FILE}",
    "/console/try": f"/console/try?q={QUESTION}",
    "/console/events/201/edit": "/console/events/ganji/edit",
    "/console/events/201/201": f"/console/events/ganji/{MARKET_DAY}",
    **{
        f"/console/events/201/201/{page}": f"/console/events/ganji/{MARKET_DAY}/{page}"
        for page in ("poster", "stall", "record")
    },
}
NOT_PAGES = (
    *("export_csv", "export_record", "export_xlsx", "hear_voice", "show_event_qr", "show_photo"),
    *("enter", "first", "sign_in"),
)


@dataclass
class Site:
    """A served office in which something of everything waits."""

    office: Office
    address: str


@pytest.fixture
def site(build: Builder) -> Iterator[Site]:  # noqa: F811
    source = build.folder / "民法典.md"
    source.write_text(STATUTE, encoding="utf-8")
    (build.folder / "knowledge/events/活动.md").write_text(MARKET, encoding="utf-8")
    import_statutes([source], build.folder / "statutes", force=True)
    office = build()
    add_staff(office.parts, "所长", Role.ADMIN)
    office.heard(QUESTION)
    office.heard(UNKNOWN_QUESTION)
    office.heard("救命", "o2")
    with office.database.transaction() as connection:
        waiting.record_handoff(
            connection,
            openid=OPENID,
            kind="mediation",
            text="地边的事",
            village="东村",
            phone="13812345678",
            media_id="",
            now=office.parts.clock(),
        )
        outbox.synchronise(connection, [NOTICE], office.parts.clock(), needs_approval=True)
    clerk = office.stranger()
    clerk.post("/console/sign-in", {"name": "所长", "password": PASSWORD})
    clerk.post("/console/talks/m1/reply", {"text": "请来所里", "once": "1"})
    clerk.post("/console/talks/m1/note", {"text": "着急"})
    with serving(office.app) as address:
        yield Site(office, address)


@pytest.fixture(params=[PHONE, OLD_PC], ids=["phone", "old-pc"])
def page(chromium: Browser, request: pytest.FixtureRequest, site: Site) -> Iterator[Page]:
    """A screen; a script error, or anything asked of another host, fails the test."""
    context = chromium.new_context(viewport=getattr(request, "param", OLD_PC))
    page = context.new_page()
    broken: list[str] = []
    hosts: set[str] = set()
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda line: broken.append(line.text) if _is_error(line) else None)
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.set_default_timeout(10_000)
    yield page
    context.close()
    assert broken == []
    assert hosts <= {urlsplit(site.address).netloc}


def _is_error(line: ConsoleMessage) -> bool:
    """Whether the browser complains; a wrong password is answered with 403, and that is right."""
    return line.type == "error" and "403" not in line.text


def sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/console/")
    page.get_by_label("名字").fill("所长")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="今天").wait_for()


def list_pages(office: Office) -> list[str]:
    found = {
        VALUES.get(path, path)
        for endpoint, method, path in routes(office.app)
        if method == "GET" and endpoint not in NOT_PAGES
    }
    paths = {re.sub(r"/(drafts|history|misses)/1$", r"/\1/1", one) for one in found}
    return sorted(paths)


def test_every_page_is_without_barriers_and_fits(page: Page, site: Site) -> None:
    sign_in(page, site)
    page.goto(f"{site.address}/console/knowledge/201/edit")
    page.get_by_label("下一步").fill("带好证件再去。")
    page.get_by_role("button", name="下一步：看改了什么").click()
    page.wait_for_url("**/drafts/1")
    page.get_by_role("button", name="发布").first.click()
    page.get_by_text("已发布").first.wait_for()
    width = page.viewport_size["width"] if page.viewport_size else 0
    seen = list_pages(site.office)
    assert len(seen) > 30
    for path in seen:
        response = page.goto(site.address + path)
        assert response
        assert response.status == 200, path
        assert barriers(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("h1").count() == 1, path


def test_the_way_in_is_without_barriers(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/console/")
    assert barriers(page) == []
    page.get_by_label("名字").fill("所长")
    page.get_by_label("密码").fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert barriers(page) == []


at_a_desk = pytest.mark.parametrize("page", [OLD_PC], ids=["old-pc"], indirect=True)
"""Where the keyboard is."""


def press_until(page: Page, text: str, most: int = 120) -> None:
    """Go on by Tab to what bears this text, and see that one can see where one is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "(() => { const e = document.activeElement; if (e === document.body) return '';"
            " const label = e.labels && e.labels[0] ? e.labels[0].innerText : '';"
            " return (e.innerText || '') + label + (e.value || ''); })()"
        )
        if text in told:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"Tab does not reach {text}")


def go(page: Page) -> None:
    """Press Enter, and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


@at_a_desk
def test_an_entry_is_changed_by_keyboard_alone(page: Page, site: Site) -> None:
    sign_in(page, site)
    press_until(page, "问答")
    go(page)
    press_until(page, QUESTION)
    go(page)
    press_until(page, "修改这一条")
    go(page)
    press_until(page, "短答")
    page.keyboard.press("Control+A")
    page.keyboard.type("三十天，从交申请那天算。")
    page.locator("#check-phone", has_text="三十天，从交申请").wait_for()
    press_until(page, "看改了什么")
    go(page)
    page.get_by_text("三十天，从交申请那天算。").first.wait_for()
    press_until(page, "发布")
    go(page)
    page.get_by_text("已发布").first.wait_for()

    site.office.parts.content.reload_if_changed()
    assert "三十天，从交申请那天算。" in site.office.heard(QUESTION, "o9")


@at_a_desk
def test_a_resident_is_answered_by_keyboard_alone(page: Page, site: Site) -> None:
    sign_in(page, site)
    press_until(page, "等候")
    go(page)
    page.get_by_text("地边的事").wait_for()
    for _ in range(2):  # the danger sign's talk comes first
        press_until(page, "打开对话")
    go(page)
    press_until(page, "填进去")
    go(page)
    press_until(page, "要说的话")
    page.keyboard.press("Control+End")
    page.keyboard.type("老王。")
    press_until(page, "存下")
    go(page)
    page.get_by_text("随回复带出").first.wait_for()

    with site.office.database.reading() as connection:
        texts = [one.text for one in staff_replies.list_of(connection, OPENID)]
    assert any(text.endswith("老王。") for text in texts)


@at_a_desk
def test_an_entry_is_approved_by_keyboard_alone(page: Page, site: Site) -> None:
    sign_in(page, site)
    press_until(page, "条问答还没有审核")
    go(page)
    page.get_by_text(ANSWER).wait_for()
    press_until(page, "我读过")
    page.keyboard.press("Space")
    press_until(page, "打勾的审核通过")
    go(page)
    page.get_by_text("1 条已审核通过").wait_for()


@at_a_desk
def test_a_question_without_an_answer_becomes_a_way_of_asking_by_keyboard(
    page: Page, site: Site
) -> None:
    sign_in(page, site)
    press_until(page, "没有答上来")
    go(page)
    press_until(page, UNKNOWN_QUESTION[:6])
    go(page)
    page.get_by_label("别的编号").wait_for()
    press_until(page, "下一步：看改了什么")
    go(page)
    page.get_by_text(f"- {UNKNOWN_QUESTION}").wait_for()


@at_a_desk
def test_the_next_dates_of_an_event_appear_while_it_is_written(page: Page, site: Site) -> None:
    sign_in(page, site)
    page.goto(f"{site.address}/console/new-event")
    page.get_by_label("活动名").fill("村里讲座")
    page.get_by_label("编号").fill("jiangzuo")
    page.get_by_label("规则", exact=True).select_option(label="每月第几个星期几")
    page.get_by_label("第几个").locator("visible=true").select_option("第一个")
    page.get_by_label("星期几").locator("visible=true").select_option("三")
    page.locator("#event-result li", has_text="周三").nth(9).wait_for()
    page.get_by_role("button", name="下一步：看改了什么").click()
    page.get_by_text("规则：每月第一个周三").wait_for()


def test_taps_at_the_stall_survive_a_lost_signal(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.set_default_timeout(15_000)
    sign_in(page, site)
    page.goto(f"{site.address}/console/events/ganji/{MARKET_DAY}/stall")
    came = page.get_by_role("button", name="来了").first
    context.set_offline(True)
    for _ in range(3):
        came.click()
    page.get_by_text("还有 3 次没有传上去").wait_for()
    assert "3" in came.inner_text()
    assert tally(site) == {}

    context.set_offline(False)
    page.get_by_text("没有传上去").wait_for(state="hidden")
    assert tally(site) == {"people": 3}
    page.reload()
    assert "3" in came.inner_text()
    context.close()


def tally(site: Site) -> Mapping[str, int]:
    with site.office.database.reading() as connection:
        return stall.find_tally(connection, "ganji", date.fromisoformat(MARKET_DAY)).counts


def test_pages_do_their_work_without_javascript(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site.address}/console/knowledge/201/edit")
    page.get_by_label("问题", exact=True).fill("")
    page.get_by_label("短答").fill("")
    page.get_by_role("button", name="再检查").click()
    assert page.locator("#check-result .problem").count() >= 1
    context.close()
