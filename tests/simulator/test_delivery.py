"""Deliveries over real HTTP to a bot that behaves, dawdles or misbehaves."""

from threading import Event, Semaphore
from time import monotonic, sleep

import pytest
from flask import Flask, Response, redirect

from bot.simulator import ERROR_TEXT, Account, Courier, Mode, Phone, Sender, pushes


def phone_in(world, **more):
    return Phone(world.account, world.webhook, **more)


@pytest.mark.parametrize("mode", list(Mode))
def test_it_hears_an_answer_in_every_mode(make_world, mode):
    world = make_world(mode=mode)
    heard = phone_in(world).say("离婚冷静期多久？")
    assert heard.text == "听到：离婚冷静期多久？"
    assert len(heard.attempts) == 1


@pytest.mark.parametrize("mode", list(Mode))
def test_it_shakes_hands(make_world, mode):
    world = make_world(mode=mode)
    assert phone_in(world).courier.shake_hands() == ""


def test_it_says_why_a_handshake_failed(make_world, serving_app):
    account = Account(cutoff_seconds=1)
    wordy = serving_app(lambda: "hello")
    assert "echostr" in Courier(account, wordy).shake_hands()
    assert "403" in Courier(account, serving_app(lambda: Response(status=403))).shake_hands()
    assert "连不上" in Courier(account, "http://127.0.0.1:1/wechat").shake_hands()


def test_it_keeps_both_sides_of_the_talk(make_world):
    phone = phone_in(make_world())
    phone.say("你好")
    assert [(line.sender, line.text) for line in phone.lines] == [
        (Sender.RESIDENT, "你好"),
        (Sender.ACCOUNT, "听到：你好"),
    ]
    assert [line.text for line in phone.inbox] == ["听到：你好"]


def test_it_shows_nothing_when_the_bot_is_silent(make_world):
    world = make_world()
    world.bot.answer = lambda message: ""
    phone = phone_in(world)
    assert phone.say("你好").is_silent
    assert phone.inbox == []


@pytest.mark.parametrize(
    "answer",
    [
        Response('{"errcode":0}', content_type="application/json"),
        Response("<!DOCTYPE html><html></html>"),
        Response("boom", status=500),
        Response("<xml><Content>没有写完"),
    ],
)
def test_it_shows_the_error_text_for_unusable_answers(make_world, answer):
    world = make_world()
    world.bot.answer = lambda message: answer
    phone = phone_in(world)
    heard = phone.say("你好")
    assert (heard.is_fault, heard.text) == (True, ERROR_TEXT)
    assert [(line.sender, line.text) for line in phone.inbox] == [(Sender.WECHAT, ERROR_TEXT)]
    assert len(heard.attempts) == 1


def test_it_never_follows_a_redirect(make_world, serving_app):
    world = make_world()
    world.bot.answer = lambda message: redirect("/wechat/")
    assert "302" in phone_in(world).say("你好").verdict.reason


def test_it_refuses_plain_replies_in_secure_mode(make_world):
    world = make_world(mode=Mode.SECURE)
    plain = "<xml><ToUserName>{}</ToUserName></xml>"
    world.bot.answer = lambda message: Response(plain.format(message.source))
    assert "没有加密" in phone_in(world).say("你好").verdict.reason


def test_it_repeats_one_message_three_times_while_the_first_still_runs(make_world):
    world = make_world(cutoff_seconds=0.3)
    running, let_go = Semaphore(0), Event()

    def dawdle(message):
        running.release()
        let_go.wait(30)
        return "太晚了"

    world.bot.answer = dawdle
    phone = phone_in(world)
    heard = phone.say("你好")
    assert (heard.is_fault, len(heard.attempts)) == (True, 3)
    # All three are inside the bot, and none of them has been answered yet.
    assert all(running.acquire(timeout=5) for _ in range(3))
    assert len({message.id for message in world.bot.heard}) == 1
    assert len({query["nonce"] for query in world.bot.queries}) == 3
    let_go.set()
    sleep(0.2)
    assert [line.text for line in phone.inbox] == [ERROR_TEXT]


def test_it_takes_the_answer_of_a_later_try(make_world):
    world = make_world(cutoff_seconds=1)
    let_go = Event()

    def slow_at_first(message):
        if len(world.bot.heard) > 1:
            return "第二次赶上了"
        let_go.wait(30)
        return "太晚了"

    world.bot.answer = slow_at_first
    heard = phone_in(world).say("你好")
    let_go.set()
    assert (heard.text, len(heard.attempts)) == ("第二次赶上了", 2)
    assert heard.attempts[0].answer is None


@pytest.mark.slow
def test_it_waits_five_seconds_by_default(make_world):
    world = make_world()
    let_go = Event()
    world.bot.answer = lambda message: let_go.wait(20) and "太晚了"
    started = monotonic()
    heard = phone_in(world).say("你好")
    let_go.set()
    assert 14.9 <= monotonic() - started < 17
    assert heard.text == ERROR_TEXT


def test_it_cuts_an_answer_that_drips(make_world):
    world = make_world(cutoff_seconds=0.4)

    def drip():
        for _ in range(100):
            yield b" "
            sleep(0.1)

    world.bot.answer = lambda message: Response(drip())
    started = monotonic()
    assert phone_in(world).say("你好").is_fault
    assert monotonic() - started < 8


def test_it_tries_three_times_when_nobody_listens():
    phone = Phone(Account(), "http://127.0.0.1:1/wechat")
    heard = phone.say("你好")
    assert (heard.text, len(heard.attempts)) == (ERROR_TEXT, 3)
    assert "连不上" in heard.attempts[0].failure


def test_it_delivers_copies_side_by_side(make_world):
    world = make_world()
    world.bot.answer = lambda message: sleep(0.2) or "一样的话"
    phone = phone_in(world)
    heard = phone.courier.deliver_copies(phone.write("你好"), 3)
    assert [copy.text for copy in heard] == ["一样的话"] * 3
    assert len({message.id for message in world.bot.heard}) == 1
    assert len(phone.inbox) == 1


def test_it_delivers_out_of_order_and_late(make_world):
    world = make_world()
    phone = phone_in(world)
    first, second = phone.write("第一句"), phone.write("第二句")
    for push in (second, first.aged(120)):
        phone.courier.deliver(push)
    assert [message.content for message in world.bot.heard] == ["第二句", "第一句"]
    assert world.bot.heard[1].id < world.bot.heard[0].id
    assert world.bot.heard[1].create_time < world.bot.heard[0].create_time


def test_it_repeats_a_stamped_push_and_renews_an_unstamped_one(make_world):
    world = make_world()
    phone = phone_in(world)
    written = phone.write("你好")
    for push in (written, written, pushes.text(phone.openid, "你好")):
        phone.courier.deliver(push)
    ids = [message.id for message in world.bot.heard]
    assert ids[0] == ids[1] != ids[2]


def test_it_shows_nothing_to_who_left(make_world):
    world = make_world()
    world.bot.answer = lambda message: "别走"
    phone = phone_in(world)
    heard = phone.unfollow()
    assert heard.is_silent
    assert phone.inbox == []


def test_it_writes_in_the_journal_how_an_answer_was_judged(make_world):
    world = make_world()
    phone = phone_in(world)
    phone.say("你好")
    world.bot.answer = lambda message: "**你好**"
    phone.say("再来")
    world.bot.answer = lambda message: Response(status=500)
    phone.say("坏了")
    lines = world.account.journal()
    assert [line.ruling for line in lines] == ["reply", "reply", "fault"]
    assert "Markdown" in lines[1].reason
    assert "500" in lines[2].reason


def test_it_ignores_proxies_from_the_environment(make_world, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert phone_in(make_world()).say("你好").text == "听到：你好"


@pytest.fixture
def serving_app(make_server_for):
    def serve(view):
        app = Flask("odd-bot")
        app.add_url_rule("/wechat", view_func=view, methods=["GET", "POST"])
        return make_server_for(app) + "/wechat"

    return serve
