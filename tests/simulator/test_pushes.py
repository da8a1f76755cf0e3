"""What WeChat would push, read back by wechatpy's own parser."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message

from bot.simulator import Account, pushes

EVERY_MESSAGE = [
    (pushes.text("o1", "你好"), "text"),
    (pushes.image("o1", "m1", "http://x/1"), "image"),
    (pushes.voice("o1", "m1"), "voice"),
    (pushes.video("o1", "m1"), "video"),
    (pushes.video("o1", "m1", short=True), "shortvideo"),
    (pushes.location("o1", "35.1", "118.8", "文疃"), "location"),
    (pushes.link("o1", "标题", "http://x/1"), "link"),
]
EVERY_EVENT = [
    (pushes.follow("o1"), "subscribe"),
    (pushes.follow("o1", scene="7"), "subscribe_scan"),
    (pushes.unfollow("o1"), "unsubscribe"),
    (pushes.scan("o1", "7"), "scan"),
    (pushes.report_location("o1", "35.1", "118.8"), "location"),
    (pushes.menu_click("o1", "K"), "click"),
    (pushes.menu_view("o1", "http://x/1"), "view"),
    (pushes.menu_tool("o1", "scancode_waitmsg", "K"), "scancode_waitmsg"),
    (pushes.menu_tool("o1", "pic_sysphoto", "K"), "pic_sysphoto"),
    (pushes.menu_tool("o1", "location_select", "K"), "location_select"),
    (pushes.template_finished("o1", 5, "success"), "templatesendjobfinish"),
    (pushes.mass_finished("o1", 5, "send success", (3, 3, 2, 1)), "masssendjobfinish"),
    (pushes.customer_service_session("o1", "kf_create_session", "k@x"), "kf_create_session"),
    (pushes.customer_service_session("o1", "kf_switch_session", "k@x"), "kf_switch_session"),
    (pushes.verification("o1", "verify_expired", 1700000000), "verify_expired"),
]
UNKNOWN_TO_WECHATPY = [
    pushes.publish_finished("o1", 5, 0),
    pushes.menu_tool("o1", "view_miniprogram", "K"),
    pushes.subscription("o1", "subscribe_msg_popup_event", [{"TemplateId": "t"}]),
    pushes.authorization_change("o9", "o1", "user_authorization_revoke", "wx1"),
    pushes.authorization_change("o9", "o1", "user_authorization_cancellation", "wx1"),
    pushes.event("o1", "made_up_by_wechat_next_year", {"Strange": {"Deep": [1, 2]}}),
]


def rendered(push):
    return pushes.render(Account().stamp(push), "gh_1")


@pytest.mark.parametrize(("push", "kind"), EVERY_MESSAGE)
def test_it_writes_messages_wechatpy_knows(push, kind):
    message = parse_message(rendered(push))
    assert (message.type, message.source, message.target) == (kind, "o1", "gh_1")
    assert message.id > 10**15


@pytest.mark.parametrize(("push", "event"), EVERY_EVENT)
def test_it_writes_events_wechatpy_knows(push, event):
    message = parse_message(rendered(push))
    assert (message.type, message.event) == ("event", event)
    assert "MsgId" not in rendered(push)


@pytest.mark.parametrize("push", UNKNOWN_TO_WECHATPY)
def test_it_writes_well_formed_events_nobody_knows(push):
    root = ElementTree.fromstring(rendered(push))
    assert root.findtext("Event") == push.event
    assert int(root.findtext("CreateTime")) > 1_700_000_000


def test_it_marks_a_tapped_line():
    root = ElementTree.fromstring(rendered(pushes.text("o1", "离婚", menu_id="2")))
    assert root.findtext("bizmsgmenuid") == "2"


def test_it_names_the_subject_of_a_revocation_apart_from_the_sender():
    push = pushes.authorization_change("o9", "o1", "user_authorization_revoke", "wx1")
    root = ElementTree.fromstring(rendered(push))
    assert (root.findtext("FromUserName"), root.findtext("OpenID")) == ("o9", "o1")


@pytest.mark.parametrize("count", [1, 3])
def test_it_repeats_list_once_per_subscription(count):
    entries = [{"TemplateId": str(number)} for number in range(count)]
    push = pushes.subscription("o1", "subscribe_msg_sent_event", entries)
    root = ElementTree.fromstring(rendered(push))
    assert len(root.findall("SubscribeMsgSentEvent/List")) == count


@given(st.text())
def test_it_carries_any_text_a_phone_can_send(typed):
    root = ElementTree.fromstring(rendered(pushes.text("o1", typed)))
    # XML itself turns carriage returns into newlines.
    expected = pushes.clean(typed).replace("\r\n", "\n").replace("\r", "\n")
    assert (root.findtext("Content") or "") == expected


def test_it_stamps_a_push_once():
    account = Account()
    first = account.stamp(pushes.text("o1", "你好"))
    assert account.stamp(first) == first
    assert account.stamp(pushes.text("o1", "你好")).message_id == first.message_id + 1


def test_it_never_repeats_message_ids_across_restarts():
    before = Account().stamp(pushes.text("o1", "你好")).message_id
    assert before < Account().stamp(pushes.text("o1", "你好")).message_id < 2**63


def test_it_ages_a_push_without_making_it_another():
    push = Account().stamp(pushes.text("o1", "你好"))
    aged = push.aged(3600)
    assert (aged.message_id, push.created - aged.created) == (push.message_id, 3600)
