"""The public page in a real Chromium: read aloud, without JavaScript, without barriers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.knowledge.statute_import import import_statutes
from tests.browsing import barriers, serving
from tests.web.conftest import Builder, build  # noqa: F401
from tests.web.small_office import ANSWER, ARTICLE, QUESTION, STATUTE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATHS = ["/a/201", "/a/202", "/a/201/card", "/a/999"]

SPEAKER = """
window.spoken = [];
Object.defineProperty(window, 'speechSynthesis', {value: {
  speak: function (one) { window.spoken.push(one.text); window.last = one; },
  cancel: function () { window.cancelled = (window.cancelled || 0) + 1; }
}});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


@pytest.fixture
def site(build: Builder) -> Iterator[str]:  # noqa: F811
    source = build.folder / "民法典.md"
    source.write_text(STATUTE, encoding="utf-8")
    import_statutes([source], build.folder / "statutes", force=True)
    with serving(build().app) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone; whatever breaks on it fails the test."""
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on(
        "console",
        lambda line: (
            broken.append(line.text) if line.type == "error" and "404" not in line.text else None
        ),
    )
    yield page
    context.close()
    assert broken == []


@pytest.mark.parametrize("path", PATHS)
def test_it_has_no_barriers(site: str, page: Page, path: str) -> None:
    page.goto(site + path)

    assert barriers(page) == []


@pytest.mark.parametrize("path", PATHS)
def test_it_fits_the_smallest_phone_in_the_largest_type(site: str, page: Page, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(site + path)
    larger = page.get_by_role("button", name="字再大些")
    for _ in range(2 if larger.count() else 0):
        page.locator("#larger").click()

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_it_is_whole_without_javascript(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/a/201")

    for words in (QUESTION, ANSWER, "亲自去领证", "想好了再去", "待司法所审核"):
        assert page.get_by_text(words).first.is_visible()
    page.locator("summary").click()
    assert page.get_by_text(ARTICLE).is_visible()
    assert page.locator("button:visible").count() == 0
    assert page.locator("a.call:visible").count() == 2
    context.close()


def test_it_reads_aloud_and_stops(site: str, page: Page) -> None:
    page.add_init_script(SPEAKER)
    page.goto(f"{site}/a/201")
    button = page.locator("#aloud")

    button.click()
    spoken = page.evaluate("window.spoken")
    assert spoken[1] == QUESTION
    assert ANSWER in spoken
    assert any("亲自去领证" in one for one in spoken)
    assert button.get_attribute("aria-pressed") == "true"
    assert button.inner_text() == "不读了"

    button.click()
    assert page.evaluate("window.cancelled") == 2
    assert button.get_attribute("aria-pressed") == "false"

    button.click()
    page.evaluate("window.last.onend()")
    assert button.inner_text() == "读给我听"


def test_it_has_no_read_aloud_where_the_web_view_cannot_speak(site: str, page: Page) -> None:
    page.add_init_script("delete window.speechSynthesis; delete Window.prototype.speechSynthesis;")
    page.goto(f"{site}/a/201")

    assert page.locator("#larger").is_visible()
    if not page.evaluate("!!window.speechSynthesis"):
        assert not page.locator("#aloud").is_visible()


def test_it_remembers_the_size_of_the_type(site: str, page: Page) -> None:
    page.goto(f"{site}/a/201")
    before = page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize")
    page.locator("#larger").click()
    page.reload()

    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") != before


def test_the_keyboard_reaches_everything(site: str, page: Page) -> None:
    page.goto(f"{site}/a/201")
    wanted = page.locator("a:visible, button:visible, summary:visible").count()
    reached = set()
    for _ in range(wanted + 2):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.outerHTML"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        if page.evaluate("document.activeElement !== document.body"):
            assert outline != "none"

    assert len({one for one in reached if not one.startswith("<body")}) == wanted


def test_paper_shows_the_answer_and_no_buttons(site: str, page: Page) -> None:
    page.goto(f"{site}/a/201")
    page.emulate_media(media="print")

    assert page.get_by_text(ANSWER).is_visible()
    assert page.locator("button:visible, nav:visible").count() == 0
