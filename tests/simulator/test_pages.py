"""The page's state and controls over HTTP, without a browser."""

from datetime import timedelta
from time import monotonic, sleep

import pytest
import requests
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bot.simulator import Account, Fault, FaultKind, Level, Phone, create_simulator_app
from bot.simulator.pages import FIRST_RESIDENTS

FIRST = next(iter(FIRST_RESIDENTS))


class Desk:
    """The page's requests by name."""

    def __init__(self, url):
        self.url = url

    def state(self, openid=FIRST, after=0):
        query = {"openid": openid, "after": after}
        return requests.get(f"{self.url}/state", params=query, timeout=5).json()

    def control(self, name, **wish):
        return requests.post(f"{self.url}/control/{name}", json=wish, timeout=5)

    def act(self, action, **more):
        return self.control("act", openid=FIRST, action=action, **more)

    def until(self, is_so):
        deadline = monotonic() + 5
        while monotonic() < deadline:
            if is_so(state := self.state()):
                return state
            sleep(0.02)
        raise AssertionError(self.state())


@pytest.fixture
def world(make_world):
    return make_world(level=Level.VERIFIED_SERVICE)


@pytest.fixture
def desk(world):
    return Desk(world.url)


def texts(state):
    return ["".join(part["text"] for part in line["segments"]) for line in state["lines"]]


def test_it_serves_the_page_and_its_own_files_only(desk):
    page = requests.get(f"{desk.url}/", timeout=5)
    assert "非诉在线" in page.text
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    for name in ("simulator.js", "simulator.css", "icon.svg"):
        assert f"/simulator/static/{name}" in page.text
        assert requests.get(f"{desk.url}/static/{name}", timeout=5).status_code == 200


@pytest.mark.parametrize("mounted", [False, True])
def test_it_looks_the_same_alone_and_mounted(make_server_for, mounted):
    app = create_simulator_app(Account(), "http://127.0.0.1:1/wechat")
    wsgi = DispatcherMiddleware(lambda *_: [], {"/simulator": app}) if mounted else app
    url = make_server_for(wsgi)
    page = requests.get(f"{url}/simulator/", timeout=5).text
    assert 'href="/simulator/static/simulator.css"' in page
    assert requests.get(f"{url}/simulator", timeout=5).status_code == 200
    call = requests.get(f"{url}/simulator/api/cgi-bin/getcallbackip", timeout=5)
    assert call.json()["errcode"] == 41001


def test_it_shows_question_and_answer(desk):
    assert desk.act("say", text="离婚冷静期多久").ok
    state = desk.until(lambda state: len(state["lines"]) == 2)
    assert texts(state) == ["离婚冷静期多久", "听到：离婚冷静期多久"]
    newest = state["lines"][-1]["number"]
    assert desk.state(after=newest)["lines"] == []


@pytest.mark.parametrize(
    ("action", "more", "shown"),
    [
        ("voice", {}, "[语音]"),
        ("image", {}, "[图片]"),
        ("tap", {"text": "彩礼", "menu_id": "2"}, "彩礼"),
    ],
)
def test_it_acts(world, desk, action, more, shown):
    world.bot.answer = lambda message: "好"
    desk.act(action, **more)
    assert texts(desk.until(lambda state: len(state["lines"]) == 2)) == [shown, "好"]


def test_it_presses_the_menu(world, desk):
    world.account.menu = [{"type": "click", "name": "活动", "key": "EVENTS"}]
    world.bot.answer = lambda message: f"按了 {message.key}"
    assert desk.state()["menu"][0]["name"] == "活动"
    desk.act("menu", key="EVENTS")
    assert texts(desk.until(lambda state: state["lines"])) == ["按了 EVENTS"]


def test_it_follows_and_leaves(world, desk):
    world.bot.answer = lambda message: "欢迎"
    desk.act("unfollow")
    desk.until(lambda state: not state["residents"][0]["following"])
    refused = desk.act("say", text="还在吗")
    assert (refused.status_code, "关注" in refused.json()["error"]) == (409, True)
    desk.act("follow")
    state = desk.until(lambda state: state["lines"])
    assert (texts(state), state["residents"][0]["following"]) == (["欢迎"], True)


def test_it_pushes_the_last_message_again(world, desk):
    desk.act("say", text="你好")
    desk.until(lambda state: len(state["lines"]) == 2)
    desk.act("repeat")
    desk.until(lambda state: len(state["journal"]) == 2)
    assert len({message.id for message in world.bot.heard}) == 1
    assert len(world.bot.heard) == 3


def test_it_says_in_the_journal_why_nothing_could_be_repeated(desk):
    desk.act("repeat")
    assert "没有发过" in desk.until(lambda state: state["journal"])["journal"][0]["reason"]


def test_it_adds_phones(desk):
    openid = desk.control("resident").json()["result"]
    residents = desk.state()["residents"]
    assert [resident["openid"] for resident in residents] == [*FIRST_RESIDENTS, openid]


def test_it_changes_level_time_and_protection(world, desk):
    before = world.account.clock.now()
    assert desk.state()["allowance"] == 0
    desk.control("level", level="subscription")
    desk.control("forward", seconds=172800)
    desk.control("protection", on=True)
    state = desk.state()
    assert (state["level"], state["protected"], state["allowance"]) == ("subscription", True, None)
    assert world.account.clock.now() - before >= timedelta(days=2)


@pytest.mark.parametrize(("agreed", "received"), [(True, ["开集"]), (False, [])])
def test_it_lets_the_administrator_decide(world, desk, agreed, received):
    world.account.mass_sends.protected = True
    send = world.account.mass_sends.submit([FIRST], to_all=True, kind="text", text="开集")
    assert desk.state()["awaiting"] == [{"id": send.message_id, "text": "开集"}]
    desk.control("mass", id=send.message_id, agreed=agreed)
    desk.until(lambda state: state["journal"])
    state = desk.state()
    assert (texts(state), state["awaiting"]) == (received, [])


def test_it_queues_and_clears_faults(world, desk):
    desk.control("faults", kind="code", code=45009, endpoint="token", times=2)
    assert world.account.faults.take("token") == Fault(FaultKind.CODE, 45009, "token")
    assert desk.state()["faults"] == 1
    desk.control("faults", kind="none")
    assert desk.state()["faults"] == 0


def test_it_shakes_hands_again(desk):
    assert desk.control("handshake").json()["result"] == "握手成功"


@pytest.mark.parametrize(
    ("name", "wish", "status"),
    [
        ("nothing", {}, 404),
        ("act", {}, 400),
        ("act", {"openid": "o-unknown", "action": "voice"}, 409),
        ("act", {"openid": FIRST, "action": "dance"}, 400),
        ("act", {"openid": FIRST, "action": "say"}, 409),
        ("act", {"openid": FIRST, "action": "say", "text": " \x00 "}, 409),
        ("act", {"openid": FIRST, "action": "tap", "menu_id": "2"}, 409),
        ("act", {"openid": [FIRST], "action": "voice"}, 400),
        ("level", {"level": "king"}, 400),
        ("forward", {"seconds": -1}, 400),
        ("forward", {"seconds": 10**12}, 400),
        ("faults", {"kind": "earthquake"}, 400),
        ("mass", {"id": 1, "agreed": True}, 409),
    ],
)
def test_it_refuses_nonsense(world, desk, name, wish, status):
    assert desk.control(name, **wish).status_code == status
    assert world.bot.heard == []


def test_it_takes_controls_only_as_json(world, desk):
    """A form on another site could not send JSON without asking first."""
    url = f"{desk.url}/control/level"
    for headers in ({}, {"Content-Type": "text/plain"}):
        response = requests.post(url, data='{"level":"service"}', headers=headers, timeout=5)
        assert response.status_code == 400
    assert world.account.level is Level.VERIFIED_SERVICE


def test_it_shows_what_came_by_which_channel(world, desk):
    phone = Phone(world.account, world.webhook, FIRST)
    world.account.mass_sends.submit([FIRST], to_all=True, kind="text", text="开集")
    assert phone.wait().text == "开集"
    assert [line["channel"] for line in desk.state()["lines"]] == ["mass-send"]
