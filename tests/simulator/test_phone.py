"""What a thumb can and cannot do."""

from datetime import timedelta

import pytest

from bot.simulator import Phone, Sender, SimulatorError
from bot.simulator.chat import parse_segments

TAPS = "\n".join(
    [
        "您想问哪一个？",
        '<a href="weixin://bizmsgmenu?msgmenucontent=离婚冷静期&msgmenuid=1">1. 冷静期</a>',
        '<a href="weixin://bizmsgmenu?msgmenucontent=彩礼&msgmenuid=2">2. 彩礼</a>',
        '<a href="https://example.invalid/a/201">看全文</a>',
    ]
)


@pytest.fixture
def world(make_world):
    return make_world()


@pytest.fixture
def phone(world):
    return Phone(world.account, world.webhook)


def test_it_taps_a_line_of_the_newest_message_that_has_any(world, phone):
    world.bot.answer = lambda message: TAPS if message.content == "问" else f"好：{message.content}"
    heard = phone.say("问")
    assert [tap.text for tap in heard.taps] == ["1. 冷静期", "2. 彩礼"]
    assert [link.href for link in heard.links] == ["https://example.invalid/a/201"]
    phone.say("先等等")
    assert phone.tap(2).text == "好：彩礼"
    assert world.bot.heard[-1]._data["bizmsgmenuid"] == "2"
    assert [line.text for line in phone.lines if line.sender is Sender.RESIDENT][-1] == "彩礼"


def test_it_cannot_tap_what_is_not_there(world, phone):
    with pytest.raises(SimulatorError):
        phone.tap(1)
    world.bot.answer = lambda message: TAPS
    phone.say("问")
    with pytest.raises(SimulatorError):
        phone.tap(3)


MENU = [
    {"name": "查", "sub_button": [{"type": "click", "name": "近期活动", "key": "EVENTS"}]},
    {"type": "view", "name": "官网", "url": "https://example.invalid/"},
    {"type": "scancode_waitmsg", "name": "扫一扫", "key": "SCAN"},
]


@pytest.mark.parametrize("named", ["EVENTS", "近期活动"])
def test_it_presses_a_menu_button_by_key_or_name(world, phone, named):
    world.account.menu = MENU
    world.bot.answer = lambda message: f"菜单：{message.event} {message.key}"
    assert phone.menu(named).text == "菜单：click EVENTS"


def test_it_opens_pages_and_tools_from_the_menu(world, phone):
    world.account.menu = MENU
    world.bot.answer = lambda message: ""
    assert phone.menu("官网").push.event == "VIEW"
    assert phone.menu("SCAN").push.event == "scancode_waitmsg"
    assert world.account.allowances.left(phone.openid, world.account.clock.now()) == 0


def test_it_cannot_press_what_is_not_on_the_menu(phone):
    with pytest.raises(SimulatorError):
        phone.menu("EVENTS")


def test_it_follows_leaves_and_scans(world):
    events = []
    world.bot.answer = lambda message: events.append(message._data) or "欢迎"
    phone = Phone(world.account, world.webhook, following=False)
    assert phone.follow().text == "欢迎"
    phone.scan("7")
    assert phone.unfollow().is_silent
    phone.follow(scene="7")
    kinds = [event["Event"] for event in events]
    # wechatpy renames a subscribe event that carries "qrscene_".
    assert kinds == ["subscribe", "SCAN", "unsubscribe", "subscribe_scan"]


@pytest.mark.parametrize(
    "act",
    [
        lambda phone: phone.say("你好"),
        lambda phone: phone.send_voice(),
        lambda phone: phone.scan("7"),
    ],
)
def test_it_cannot_talk_without_following(world, act):
    phone = Phone(world.account, world.webhook, following=False)
    with pytest.raises(SimulatorError):
        act(phone)
    assert (phone.lines, world.bot.heard) == ([], [])


def test_it_sends_voice_picture_and_place(world, phone):
    world.bot.answer = lambda message: message.type
    heard = [
        phone.send_voice().text,
        phone.send_image().text,
        phone.send_location("35.1", "118.8", "文疃").text,
    ]
    assert heard == ["voice", "image", "location"]
    assert world.bot.heard[0].recognition in ("", None)
    assert set(world.account.media) == {message.media_id for message in world.bot.heard[:2]}


def test_it_drops_what_no_phone_can_type(world, phone):
    assert phone.say("你\x00好\ud800").text == "听到：你好"


def test_it_waits_for_a_line_to_come(world, phone):
    assert phone.wait(timeout_seconds=0.05) is None
    phone.say("你好")
    line = phone.wait()
    assert line.text == "听到：你好"
    assert phone.wait(after=line.number, timeout_seconds=0.05) is None


def test_it_shows_the_accounts_time(world, phone):
    world.account.clock.forward(timedelta(days=3))
    phone.say("你好")
    first, second = phone.lines
    assert first.at <= second.at
    assert (second.at - world.account.signing_clock()).days >= 2


def test_it_moves_time_only_forward(world):
    with pytest.raises(ValueError, match="forward"):
        world.account.clock.forward(timedelta(seconds=-1))


@pytest.mark.parametrize(
    "text",
    [
        '<a href="javascript:alert(1)">点</a>',
        "<a href='data:text/html,x'>点</a>",
        "<a>点</a>",
        '<a href="https://x',
        "<script>alert(1)</script>",
        '<a href="weixin://bizmsgmenu?msgmenucontent=">点</a>',
        "",
    ],
)
def test_it_makes_no_link_of(text):
    segments = parse_segments(text)
    assert "".join(segment.text for segment in segments) == text
    assert not any(segment.href or segment.message for segment in segments)


def test_it_keeps_the_text_around_links():
    before, link, after = parse_segments("见<a class='x' href='https://x/1'>这里</a>。")
    assert (before.text, link.text, link.href, after.text) == ("见", "这里", "https://x/1", "。")


def test_it_never_makes_links_of_what_residents_type(world, phone):
    phone.say('<a href="https://example.invalid/">点</a>')
    assert phone.lines[0].links == []
