"""One token for many threads and processes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.errors import SendError
from bot.wechat.token import MARGIN, AccessTokens

SEND = "message/custom/send"


def test_it_fetches_once_for_twenty_threads_starting_cold(platform, store, connect):
    store.slow = 0.002
    client = connect(platform.base, store)
    ready = threading.Barrier(20)

    def send(number):
        ready.wait()
        client.send_text(f"o{number}", "你好")

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(send, range(20)))
    assert (platform.count("stable_token"), platform.count(SEND)) == (1, 20)
    assert {query["access_token"] for _, query, _ in platform.calls(SEND)} == {"TOKEN-1"}


def test_it_fetches_once_for_two_processes_that_share_a_store(platform, store, connect):
    clients = [connect(platform.base, store) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: clients[n % 2].send_text("o", "x"), range(8)))
    assert platform.count("stable_token") == 1


def test_it_fetches_nothing_when_another_process_has_just_done_so(store, now):
    """It did, while we were waiting for our turn."""

    @contextmanager
    def refreshing():
        store.save("THEIRS", now + timedelta(hours=2))
        yield

    store.refreshing = refreshing
    tokens = AccessTokens(lambda: ("OURS", timedelta(hours=2)), store, lambda: now)
    assert tokens.get() == "THEIRS"


def test_it_knocks_at_the_store_once_for_all_its_threads(store, now):
    knocks = []

    @contextmanager
    def refreshing():
        knocks.append(1)
        time.sleep(0.1)
        yield

    store.refreshing = refreshing
    tokens = AccessTokens(lambda: ("T", timedelta(hours=2)), store, lambda: now)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: tokens.get(), range(8))) == {"T"}
    assert len(knocks) == 1


def test_it_replaces_a_token_that_died_once_for_twenty_threads(platform, fresh_store, connect):
    """Whoever finds the token already replaced uses the new one, and does not fetch again."""

    def only_new(handler):
        dead = "access_token=TOKEN-0" in handler.path
        platform.json(errcode=40001 if dead else 0, errmsg="")(handler)

    platform.says(SEND, only_new)
    client = connect(platform.base, fresh_store)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda n: client.send_text(f"o{n}", "x"), range(20)))
    assert platform.count("stable_token") == 1
    accepted = [query for _, query, _ in platform.calls(SEND) if query["access_token"] != "TOKEN-0"]
    assert len(accepted) == 20


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_it_retries_a_stale_token_once_and_then_gives_up(platform, client, code):
    """wechatpy sends 485 times here, and eats a quarter of the day's tokens."""
    platform.says(SEND, platform.json(errcode=code, errmsg="invalid credential"))
    with pytest.raises(SendError) as caught:
        client.send_text("o", "x")
    assert (caught.value.code, caught.value.permanent) == (code, False)
    assert (platform.count(SEND), platform.count("stable_token")) == (2, 1)


def test_it_gives_up_too_when_wechat_gives_the_dead_token_again(platform, client):
    platform.says("stable_token", platform.json(access_token="TOKEN-0", expires_in=7200))
    platform.says(SEND, platform.json(errcode=40001, errmsg=""))
    with pytest.raises(SendError):
        client.send_text("o", "x")
    assert (platform.count(SEND), platform.count("stable_token")) == (2, 1)


def test_it_asks_for_the_stable_token_and_never_forces_it(client, platform, payload_of, settings):
    platform.says(SEND, platform.json(errcode=40001), platform.json(errcode=0))
    client.send_text("o", "x")
    assert payload_of("stable_token") == {
        "grant_type": "client_credential",
        "appid": settings.app_id,
        "secret": settings.app_secret,
        "force_refresh": False,
    }


def test_it_keeps_a_token_until_shortly_before_its_end(store, now):
    moment = now
    fetched = iter([("T1", timedelta(hours=2)), ("T2", timedelta(hours=2))])
    tokens = AccessTokens(lambda: next(fetched), store, lambda: moment)
    assert tokens.get() == "T1"
    moment = now + timedelta(hours=2) - MARGIN - timedelta(seconds=1)
    assert tokens.get() == "T1"
    moment = now + timedelta(hours=2) - MARGIN
    assert tokens.get() == "T2"


def test_it_keeps_the_token_of_a_slow_fetch_no_longer_than_it_lives(store, now):
    moments = iter([now, now + timedelta(seconds=15), now + timedelta(seconds=15)])
    tokens = AccessTokens(lambda: ("T1", timedelta(hours=2)), store, lambda: next(moments))
    tokens.get()
    assert store.stored == ("T1", now + timedelta(hours=2))


def test_it_leaves_the_lock_free_after_a_fetch_that_failed(platform, store, connect):
    client = connect(platform.base, store)
    platform.says("stable_token", platform.json(errcode=-1, errmsg="busy"), platform.new_token)
    with pytest.raises(SendError) as caught:
        client.send_text("o", "x")
    assert not caught.value.permanent
    client.send_text("o", "x")
    assert platform.count(SEND) == 1


@pytest.mark.parametrize("code", [40001, 40013, 40125, 40164])
def test_it_names_a_wrong_setting_at_the_first_refusal(platform, store, connect, code):
    message = "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 1-2-3"
    platform.says("stable_token", platform.json(errcode=code, errmsg=message))
    with pytest.raises(SendError) as caught:
        connect(platform.base, store).send_text("o", "x")
    assert (caught.value.code, caught.value.permanent) == (code, True)
    assert (platform.count("stable_token"), platform.count(SEND)) == (1, 0)
    assert ("203.0.113.9" in caught.value.reason) is (code == 40164)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": ""},
        {"access_token": None, "expires_in": 7200},
        {"access_token": "T", "expires_in": "7200"},
        {"access_token": ["T"], "expires_in": 7200},
    ],
)
def test_it_takes_no_token_from_an_odd_answer(platform, store, connect, answer):
    platform.says("stable_token", platform.json(**answer))
    with pytest.raises(SendError) as caught:
        connect(platform.base, store).send_text("o", "x")
    assert (caught.value.permanent, store.stored) == (False, None)
