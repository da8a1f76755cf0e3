"""Faults on the way to the API, as a client meets them."""

from threading import Thread
from time import monotonic

import pytest
import requests
from waitress.server import create_server

from bot.simulator import Fault, FaultKind, Level, Phone, create_simulator_app


@pytest.fixture
def world(make_world):
    world = make_world(level=Level.VERIFIED_SERVICE)
    yield world
    world.account.faults.clear()


def fetch(world, **more):
    known = world.account.credentials
    body = {
        "grant_type": "client_credential",
        "appid": known.app_id,
        "secret": known.app_secret,
    }
    return requests.post(f"{world.api}/stable_token", json=body, **{"timeout": 5, **more})


@pytest.mark.parametrize("code", [-1, 40001, 40164, 45009])
def test_it_refuses_as_often_as_asked(world, code):
    world.account.faults.add(Fault(FaultKind.CODE, code=code), times=2)
    assert [fetch(world).json().get("errcode") for _ in range(3)] == [code, code, None]


def test_it_answers_with_a_web_page(world):
    world.account.faults.add(Fault(FaultKind.HTML))
    response = fetch(world)
    assert (response.status_code, response.text[:6]) == (200, "<html>")


def test_it_answers_as_a_broken_gateway(world):
    world.account.faults.add(Fault(FaultKind.GATEWAY))
    assert fetch(world).status_code == 502


def test_it_hangs(world):
    world.account.faults.add(Fault(FaultKind.HANG))
    with pytest.raises(requests.Timeout):
        fetch(world, timeout=0.3)


def test_it_is_slow_but_answers(world):
    world.account.faults.add(Fault(FaultKind.SLOW, seconds=0.3))
    started = monotonic()
    assert "access_token" in fetch(world).json()
    assert monotonic() - started >= 0.3


def send(world, openid):
    token = fetch(world).json()["access_token"]
    body = f'{{"touser":"{openid}","msgtype":"text","text":{{"content":"好"}}}}'
    url = f"{world.api}/message/custom/send"
    return requests.post(url, params={"access_token": token}, data=body.encode(), timeout=5)


@pytest.mark.parametrize(("kind", "arrives"), [(FaultKind.RESET, 0), (FaultKind.LOST, 1)])
def test_it_breaks_the_connection_before_or_after_the_call(world, kind, arrives):
    phone = Phone(world.account, world.webhook)
    phone.say("你好")
    world.account.faults.add(Fault(kind, endpoint="message/custom/send"))
    with pytest.raises(requests.ConnectionError):
        send(world, phone.openid)
    assert len(phone.inbox) == 1 + arrives
    assert send(world, phone.openid).json()["errcode"] == 0


def test_it_breaks_the_connection_on_servers_that_keep_their_socket(world):
    """Such a server sends a body that stops short."""
    app = create_simulator_app(world.account, world.webhook)
    server = create_server(app, port=0, host="127.0.0.1")
    serving = Thread(target=server.run, daemon=True)
    serving.start()
    world.account.faults.add(Fault(FaultKind.RESET))
    url = f"http://127.0.0.1:{server.effective_port}/simulator/api/cgi-bin/getcallbackip"
    try:
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            requests.get(url, timeout=5)
    finally:
        server.close()
        serving.join(5)
