"""The API over real HTTP: who is let in, and what is refused with which code."""

import json
from threading import Event

import pytest
import requests

from bot.simulator import Level, Phone

EVERYONE = list(Level)


class Caller:
    """A client as thin as can be: WeChat's JSON in, WeChat's JSON out."""

    def __init__(self, world):
        self.world = world
        known = world.account.credentials
        self.credentials = {
            "grant_type": "client_credential",
            "appid": known.app_id,
            "secret": known.app_secret,
        }
        self.token = self.post("stable_token", self.credentials)["access_token"]

    def post(self, path, body, **query):
        raw = json.dumps(body, ensure_ascii=False).encode()
        return self.post_raw(path, raw, **query)

    def post_raw(self, path, raw, **query):
        query.setdefault("access_token", getattr(self, "token", ""))
        url = f"{self.world.api}/{path}"
        return requests.post(url, params=query, data=raw, timeout=10).json()

    def get(self, path, **query):
        query.setdefault("access_token", self.token)
        return requests.get(f"{self.world.api}/{path}", params=query, timeout=10).json()

    def send(self, openid, **message):
        message = message or {"msgtype": "text", "text": {"content": "好"}}
        return self.post("message/custom/send", {"touser": openid, **message})["errcode"]


@pytest.fixture
def make_caller(make_world):
    return lambda **settings: Caller(make_world(**settings))


@pytest.fixture
def caller(make_caller):
    return make_caller(level=Level.VERIFIED_SERVICE)


@pytest.fixture
def resident(caller):
    return Phone(caller.world.account, caller.world.webhook)


def test_it_issues_tokens_both_ways(caller):
    assert caller.post("stable_token", caller.credentials)["access_token"] == caller.token
    first = caller.get("token", **caller.credentials)
    assert first["expires_in"] == 7200
    assert caller.get("token", **caller.credentials) != first


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"appid": "wx_other"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
    ],
)
def test_it_refuses_wrong_credentials(caller, change, code):
    wrong = {**caller.credentials, **change}
    assert caller.post("stable_token", wrong)["errcode"] == code
    assert caller.get("token", **wrong)["errcode"] == code


def test_it_refuses_addresses_outside_the_list_only_for_tokens(caller):
    caller.world.account.allowed_ips = frozenset({"203.0.113.9"})
    refusal = caller.post("stable_token", caller.credentials)
    assert refusal["errcode"] == 40164
    assert "127.0.0.1" in refusal["errmsg"]
    assert "ip_list" in caller.get("getcallbackip")


def test_it_wants_a_token(caller):
    assert caller.get("getcallbackip", access_token="")["errcode"] == 41001
    assert caller.get("getcallbackip", access_token="made-up")["errcode"] == 40001


def test_it_wants_the_right_method_and_json(caller):
    assert caller.get("message/custom/send")["errcode"] == 43002
    assert caller.post("menu/get", {})["errcode"] == 43001
    for raw in (b"{", b"[]", b"\xff", b""):
        assert caller.post_raw("message/custom/send", raw)["errcode"] == 47001


def test_it_refuses_escaped_chinese(caller, resident):
    resident.say("你好")
    message = {"touser": resident.openid, "msgtype": "text", "text": {"content": "好"}}
    escaped = json.dumps(message).encode()
    assert caller.post_raw("message/custom/send", escaped)["errcode"] == 40033


@pytest.mark.parametrize("path", ["nothing", "draft/add", "../datacube/x", "message/custom"])
def test_it_refuses_what_it_does_not_know(caller, path):
    assert caller.post(path, {})["errcode"] == 40066


@pytest.mark.parametrize("level", EVERYONE)
def test_it_answers_48001_by_level(make_caller, level):
    caller = make_caller(level=level)
    denied = {
        path
        for path in ("message/custom/send", "message/mass/sendall", "message/mass/send")
        if caller.post(path, {"x": 1})["errcode"] == 48001
    }
    denied |= {
        path for path in ("menu/get", "user/get") if caller.get(path).get("errcode") == 48001
    }
    expected = {
        Level.SUBSCRIPTION: 5,
        Level.SERVICE: 4,
        Level.VERIFIED_SUBSCRIPTION: 1,
        Level.VERIFIED_SERVICE: 0,
    }
    assert len(denied) == expected[level]


def test_it_sends_customer_service_messages_within_the_quota(caller, resident):
    assert caller.send(resident.openid) == 45015
    resident.say("你好")
    assert [caller.send(resident.openid) for _ in range(6)] == [0] * 5 + [45047]
    assert [line.channel for line in resident.inbox] == ["talk"] + ["customer-service"] * 5


def test_it_counts_follow_menu_and_tap_as_three_a_minute(caller, resident):
    caller.world.account.menu = [{"type": "click", "name": "活动", "key": "EVENTS"}]
    caller.world.bot.answer = lambda message: (
        '<a href="weixin://bizmsgmenu?msgmenucontent=离婚&msgmenuid=1">离婚</a>'
    )
    for step in (resident.follow, lambda: resident.menu("EVENTS"), lambda: resident.tap(1)):
        resident.unfollow()
        resident.follow()
        caller.world.account.allowances.revoke(resident.openid)
        step()
        assert [caller.send(resident.openid) for _ in range(4)] == [0] * 3 + [45047]


def test_it_sends_nothing_to_strangers_and_leavers(caller, resident):
    assert caller.send("o-unknown") == 40003
    resident.say("你好")
    resident.unfollow()
    assert caller.send(resident.openid) == 45015


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"msgtype": "text", "text": {"content": "文" * 682}}, 0),
        ({"msgtype": "text", "text": {"content": "文" * 683}}, 45002),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text"}, 44004),
        ({"msgtype": "text", "text": "好"}, 47001),
        ({"msgtype": "news", "news": {"articles": ["一"]}}, 47001),
        ({"msgtype": "msgmenu", "msgmenu": {"list": "一"}}, 47001),
        ({"msgtype": "markdown", "markdown": {"content": "x"}}, 40008),
        ({"msgtype": "image", "image": {"media_id": "unknown"}}, 40007),
        ({"msgtype": "news", "news": {"articles": [{"title": "一"}]}}, 0),
        ({"msgtype": "news", "news": {"articles": [{"title": "一"}] * 2}}, 45008),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1", "content": "好"}]}}, 0),
    ],
)
def test_it_checks_the_message(caller, resident, message, code):
    resident.say("你好")
    assert caller.send(resident.openid, **message) == code


def test_it_refuses_menu_messages_to_subscription_accounts(make_caller):
    caller = make_caller(level=Level.VERIFIED_SUBSCRIPTION)
    phone = Phone(caller.world.account, caller.world.webhook)
    phone.say("你好")
    menu = {"list": [{"id": "1", "content": "好"}]}
    assert caller.send(phone.openid, msgtype="msgmenu", msgmenu=menu) == 40200


def test_it_shows_a_menu_message_that_can_be_tapped(caller, resident):
    resident.say("你好")
    menu = {"head_content": "满意吗", "list": [{"id": "7", "content": "满意"}]}
    caller.send(resident.openid, msgtype="msgmenu", msgmenu=menu)
    assert resident.tap(1).text == "听到：满意"


def test_it_gives_out_voices_until_they_are_forgotten(caller, resident):
    resident.send_voice()
    media_id = caller.world.bot.heard[-1].media_id
    url = f"{caller.world.api}/media/get"
    query = {"access_token": caller.token, "media_id": media_id}
    response = requests.get(url, params=query, timeout=10)
    assert response.content.startswith(b"#!AMR")
    assert response.headers["Content-Type"] == "audio/amr"
    assert caller.get("media/get", media_id="unknown")["errcode"] == 40007


def test_it_lists_followers(caller, resident):
    gone = Phone(caller.world.account, caller.world.webhook)
    gone.unfollow()
    listed = caller.get("user/get")
    assert resident.openid in listed["data"]["openid"]
    assert gone.openid not in listed["data"]["openid"]
    rest = caller.get("user/get", next_openid=listed["next_openid"])
    assert (rest["count"], "data" in rest) == (0, False)


BUTTON = {"type": "click", "name": "活动", "key": "EVENTS"}


def test_it_keeps_the_menu(caller):
    assert caller.get("menu/get")["errcode"] == 46003
    assert caller.post("menu/create", {"button": [BUTTON]})["errcode"] == 0
    assert caller.get("menu/get")["menu"]["button"] == [BUTTON]
    assert caller.get("menu/delete")["errcode"] == 0
    assert caller.get("menu/get")["errcode"] == 46003


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([], 40016),
        ([BUTTON] * 4, 40016),
        (["活动"], 47001),
        ([{**BUTTON, "name": "名字有六个字"}], 40018),
        ([{**BUTTON, "name": ""}], 40018),
        ([{**BUTTON, "type": "tap"}], 40015),
        ([{**BUTTON, "key": "k" * 129}], 40019),
        ([{"type": "view", "name": "网页"}], 40020),
        ([{"name": "更多", "sub_button": [BUTTON] * 6}], 40017),
        ([{"name": "更多", "sub_button": [{**BUTTON, "key": ""}]}], 40026),
        ([{"name": "更多", "sub_button": [BUTTON] * 5}], 0),
    ],
)
def test_it_checks_the_menu(caller, buttons, code):
    assert caller.post("menu/create", {"button": buttons})["errcode"] == code


def test_it_clears_the_quota(caller):
    known = {"appid": caller.credentials["appid"]}
    assert [caller.post("clear_quota", known)["errcode"] for _ in range(11)] == [0] * 10 + [48006]
    assert caller.post("clear_quota", {"appid": "wx_other"})["errcode"] == 40013


def mass(text="明日开集", **more):
    everyone = {"filter": {"is_to_all": True}} if "touser" not in more else {}
    return {**everyone, "msgtype": "text", "text": {"content": text}, **more}


def test_it_carries_a_mass_send_from_call_to_phone(caller, resident):
    accepted = caller.post("message/mass/sendall", mass(clientmsgid="市集-1"))
    assert accepted["errcode"] == 0
    assert resident.wait().text == "明日开集"
    state = caller.post("message/mass/get", {"msg_id": accepted["msg_id"]})
    assert state["msg_status"] == "SEND_SUCCESS"
    again = caller.post("message/mass/sendall", mass("换了话", clientmsgid="市集-1"))
    assert (again["errcode"], again["msg_id"]) == (45065, accepted["msg_id"])


def test_it_pushes_the_end_of_a_mass_send_to_the_bot(caller, resident):
    finished = Event()
    caller.world.bot.answer = lambda message: finished.set() or ""
    accepted = caller.post("message/mass/sendall", mass())
    assert finished.wait(5)
    fields = caller.world.bot.heard[-1]._data
    assert (fields["Event"], fields["MsgID"]) == ("MASSSENDJOBFINISH", str(accepted["msg_id"]))


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("send", mass(touser=["o1"]), 40130),
        ("send", mass(touser="o1"), 40031),
        ("send", mass(touser=["o1"] * 10_001), 40032),
        ("sendall", mass(filter={}), 40035),
        ("sendall", mass(filter={"is_to_all": False, "tag_id": 2}), 45159),
        ("sendall", mass(text={}, msgtype="image"), 40007),
        ("sendall", mass("文" * 683), 45002),
        ("get", {"msg_id": "abc"}, 40059),
        ("get", {"msg_id": 1}, 40059),
        ("delete", {"msg_id": 1}, 40059),
        ("preview", mass(touser="o-unknown"), 40003),
    ],
)
def test_it_checks_a_mass_send(caller, path, body, code):
    assert caller.post(f"message/mass/{path}", body)["errcode"] == code


def test_it_sends_to_a_tag_and_to_a_list(caller, resident):
    other = Phone(caller.world.account, caller.world.webhook)
    caller.world.account.tags["2"] = frozenset({resident.openid})
    caller.post("message/mass/sendall", mass("给标签", filter={"tag_id": 2}))
    assert resident.wait().text == "给标签"
    assert other.inbox == []
    caller.post("message/mass/send", mass("给名单", touser=[other.openid, resident.openid]))
    assert other.wait().text == "给名单"


def test_it_deletes_news_but_not_texts(caller):
    text = caller.post("message/mass/sendall", mass())
    news = caller.post("message/mass/sendall", mass(msgtype="mpnews", mpnews={"media_id": "m1"}))
    assert caller.post("message/mass/delete", {"msg_id": text["msg_id"]})["errcode"] == 40008
    assert caller.post("message/mass/delete", {"msg_id": news["msg_id"]})["errcode"] == 0
    state = caller.post("message/mass/get", {"msg_id": news["msg_id"]})
    assert state["msg_status"] == "DELETE"


def test_it_previews_to_one_phone_by_id_or_name(caller, resident):
    account = caller.world.account
    named = account.resident("o-named", "所长")
    for body in (mass("一", touser=resident.openid), mass("二", touser="o-no", towxname="所长")):
        assert caller.post("message/mass/preview", body)["errcode"] == 0
    assert [line.text for line in resident.inbox] == ["一"]
    assert [line.text for line in account.chat.of(named.openid)] == ["二"]
