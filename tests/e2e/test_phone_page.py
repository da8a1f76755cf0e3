"""The whole bot behind the phone page, driven by a real headless Chromium."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, sync_playwright

from bot import clock
from tests.e2e.processes import Machine, Process
from tests.web.small_office import ANSWER, ANSWER_OF_202, CITATION, QUESTION, event_file

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[[Callable[[Page], None]], None]


def missing_for_browser() -> str:
    if not shutil.which("chromium"):
        return "没有装 Chromium 浏览器：apt-get install chromium"
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    return "" if fonts.stdout.strip() else "没有中文字体：apt-get install fonts-wqy-microhei"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The bot as `make run` starts it, with a market in three days."""
    if missing := missing_for_browser():
        pytest.skip(f"浏览器测试没有跑，{missing}")
    machine = Machine(Path(tmp_path_factory.mktemp("page")))
    # Any question is near enough to be asked back; only a sure one is answered.
    machine.settings |= {"FEISU_ANSWERS__CLARIFY_AT": "0.001", "FEISU_ANSWERS__ANSWER_AT": "0.999"}
    day = clock.now().date() + timedelta(days=3)
    file = machine.knowledge / "events/活动.md"
    file.write_text(event_file(day, "前一天 17:00"), encoding="utf-8")
    yield machine.run()
    machine.stop_all()


@pytest.fixture
def visit(server: Process) -> Visit:
    """Open the page in a browser of its own and do what the test wants there.

    In a thread of its own, for one thread holds one Playwright and other tests keep theirs.
    """

    def visit(steps: Callable[[Page], None]) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_open, f"{server.url}/simulator/", steps).result()

    return visit


def _open(url: str, steps: Callable[[Page], None]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.set_default_timeout(10_000)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(url)
        page.locator("#residents button").first.wait_for()
        steps(page)
        browser.close()
    assert problems == []


def ask(page: Page, text: str) -> None:
    page.get_by_label("要说的话").fill(text)
    page.get_by_role("button", name="发送").click()


def bubble(page: Page, text: str) -> Locator:
    return page.locator(".line.account .bubble", has_text=text)


def test_a_typed_question_is_answered_with_its_article(visit: Visit) -> None:
    def steps(page: Page) -> None:
        ask(page, QUESTION)
        bubble(page, ANSWER).wait_for()
        assert CITATION in bubble(page, ANSWER).inner_text()
        bubble(page, ANSWER).get_by_role("button", name=re.compile("看详细")).click()
        bubble(page, "亲自去领证").wait_for()
        assert page.locator(".line.wechat").count() == 0

    visit(steps)


def test_a_tapped_clarification_is_answered(visit: Visit) -> None:
    def steps(page: Page) -> None:
        ask(page, "彩礼退钱")
        bubble(page, "您想问的是不是").get_by_role("button", name=re.compile("彩礼能不能")).click()
        bubble(page, ANSWER_OF_202).wait_for()

    visit(steps)


def test_the_menu_is_there_and_works(visit: Visit) -> None:
    def steps(page: Page) -> None:
        page.get_by_role("button", name="≡ 普法赶集").click()
        page.get_by_role("button", name="下次普法").click()
        bubble(page, "集市东头").wait_for()

    visit(steps)


def test_the_next_notice_arrives_on_every_phone(visit: Visit) -> None:
    def steps(page: Page) -> None:
        page.get_by_role("button", name="现在就发下一条通知").click()
        page.locator(".line time", has_text="群发").wait_for()
        assert bubble(page, "集市东头").last.is_visible()
        page.get_by_role("button", name="居民丙").click()
        bubble(page, "集市东头").wait_for()

    visit(steps)


def test_no_answer_was_faulted(server: Process) -> None:
    """After all that was said above, the judge has nothing against the bot."""
    journal = server.get("/simulator/state").json()["journal"]

    assert len(journal) > 0
    assert [line for line in journal if line["ruling"] == "fault"] == []
