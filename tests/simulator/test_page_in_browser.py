"""The phone page in a real headless Chromium."""

from urllib.parse import urlsplit

import pytest

from bot.simulator import ERROR_TEXT, Level

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAPS = '您想问：\n<a href="weixin://bizmsgmenu?msgmenucontent=彩礼&msgmenuid=2">彩礼要退吗</a>'
NASTY = "<img src=x onerror=\"document.title='坏了'\"><script>document.title='坏了'</script>"


@pytest.fixture
def world(make_world):
    world = make_world(level=Level.VERIFIED_SERVICE)
    world.bot.answer = lambda message: TAPS if message.content == "问" else f"好：{message.content}"
    return world


@pytest.fixture
def page(chromium, world):
    page = chromium.new_page()
    page.set_default_timeout(10_000)
    problems, requested = [], []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.on("request", lambda request: requested.append(urlsplit(request.url).netloc))
    page.goto(f"{world.url}/")
    page.locator("#residents button").first.wait_for()
    yield page
    page.close()
    assert problems == []
    assert set(requested) == {urlsplit(world.url).netloc}


def ask(page, text):
    page.get_by_label("要说的话").fill(text)
    page.get_by_role("button", name="发送").click()


def bubble(page, text, kind="account"):
    return page.locator(f".line.{kind} .bubble", has_text=text)


def test_it_answers_a_typed_question(page):
    ask(page, "离婚冷静期多久")
    bubble(page, "好：离婚冷静期多久").wait_for()
    bubble(page, "离婚冷静期多久", "resident").wait_for()
    assert page.locator(".line time").count() == 2
    page.locator("#journal li.reply", has_text="离婚冷静期多久").wait_for()


def test_it_says_what_a_tapped_line_means(page, world):
    ask(page, "问")
    page.get_by_role("button", name="彩礼要退吗").click()
    bubble(page, "好：彩礼").wait_for()
    assert world.bot.heard[-1]._data["bizmsgmenuid"] == "2"


def test_it_shows_a_notice_without_reload(page, world):
    everyone = world.account.followers()
    world.account.mass_sends.submit(everyone, to_all=True, kind="text", text="明日普法赶大集")
    bubble(page, "明日普法赶大集").wait_for()
    page.locator(".line time", has_text="群发").wait_for()
    assert page.locator("#residents .unread").count() == 2
    page.get_by_role("button", name="居民乙").click()
    bubble(page, "明日普法赶大集").wait_for()


def test_it_shows_failures_in_red_as_wechat_would(page, world):
    world.bot.answer = lambda message: ("{}", 200)
    ask(page, "你好")
    shown = bubble(page, ERROR_TEXT, "wechat")
    shown.wait_for()
    assert shown.evaluate("e => getComputedStyle(e).color") == "rgb(217, 54, 62)"
    page.locator("#journal li.fault", has_text="JSON").wait_for()


def test_it_never_runs_what_is_said(page, world):
    ask(page, NASTY)
    bubble(page, NASTY, "resident").wait_for()
    bubble(page, NASTY).wait_for()
    assert page.title() == "非诉在线 · 手机模拟"
    assert page.locator(".talk img, .talk script").count() == 0


def test_it_opens_the_menu(page, world):
    events = {"type": "click", "name": "近期活动", "key": "EVENTS"}
    world.account.menu = [{"name": "活动", "sub_button": [events]}]
    world.bot.answer = lambda message: f"按了 {message.key}"
    page.get_by_role("button", name="≡ 活动").click()
    page.get_by_role("button", name="近期活动").click()
    bubble(page, "按了 EVENTS").wait_for()


def test_it_leaves_and_follows(page, world):
    world.bot.answer = lambda message: "欢迎关注"
    page.locator("#following").click()
    page.locator("#invite").wait_for()
    assert not page.locator("#entry").is_visible()
    page.locator("#follow").click()
    bubble(page, "欢迎关注").wait_for()
    page.locator("#entry").wait_for()


def test_it_changes_level_and_injects_a_fault(page, world):
    page.locator("#level").select_option("subscription")
    page.locator("#allowance", has_text="未认证").wait_for()
    page.locator("#fault").select_option("code:45009")
    page.locator("#add-fault").click()
    page.locator("#fault-count", has_text="1").wait_for()
    assert world.account.level is Level.SUBSCRIPTION
    assert world.account.faults.take("token").code == 45009


def test_it_fits_a_narrow_screen(page):
    page.set_viewport_size({"width": 375, "height": 700})
    ask(page, "长" * 300)
    bubble(page, "好：长").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
