"""The calls to WeChat over real HTTP, with everything that goes wrong there."""

import json
import socket
import time

import pytest

from bot.errors import SendError, UnknownOutcome
from bot.wechat.client import MassReceipt, MassStatus

SEND = "message/custom/send"
MASS = "message/mass/sendall"


def refusal(call, *arguments, **options):
    with pytest.raises(SendError) as caught:
        call(*arguments, **options)
    return caught.value


def test_it_sends_a_customer_service_text_as_it_is_written(client, platform, payload_of):
    client.send_text("oResident", '他说“还钱”\n<a href="https://x.example">看</a>😀')
    text = {"content": '他说“还钱”\n<a href="https://x.example">看</a>😀'}
    assert payload_of(SEND) == {"touser": "oResident", "msgtype": "text", "text": text}
    assert b"\\u" not in platform.calls(SEND)[0][2]
    assert platform.calls(SEND)[0][1] == {"access_token": "TOKEN-0"}


def test_it_sends_text_no_encoding_could_carry(client, payload_of):
    client.send_text("o", "半\ud83d个\x00")
    assert payload_of(SEND)["text"] == {"content": "半个"}


@pytest.mark.parametrize(
    ("tag", "target"),
    [(None, {"is_to_all": True}), (100, {"is_to_all": False, "tag_id": 100})],
)
def test_it_submits_a_mass_send_in_todays_form(client, platform, payload_of, tag, target):
    """wechatpy 1.8 posts the group_id that WeChat dropped in 2016."""
    platform.says(MASS, platform.json(errcode=0, errmsg="send job submission success", msg_id=7))
    receipt = client.mass_send_text("逢五赶集", client_message_id="n-1", tag_id=tag)
    assert receipt == MassReceipt("7", repeated=False)
    assert payload_of(MASS) == {
        "filter": target,
        "text": {"content": "逢五赶集"},
        "msgtype": "text",
        "send_ignore_reprint": 0,
        "clientmsgid": "n-1",
    }


def test_it_takes_a_mass_send_wechat_already_has_as_submitted(client, platform):
    platform.says(MASS, platform.json(errcode=45065, errmsg="clientmsgid exist", msg_id=2**53 + 1))
    receipt = client.mass_send_text("x", client_message_id="n-1", ignore_reprint=True)
    assert receipt == MassReceipt("9007199254740993", repeated=True)


def test_it_takes_that_code_for_a_refusal_anywhere_else(client, platform):
    platform.says(SEND, platform.json(errcode=45065, errmsg=""))
    assert refusal(client.send_text, "o", "x").code == 45065


@pytest.mark.parametrize("client_id", ["", "x" * 65, "通" * 22])
def test_it_refuses_a_client_id_wechat_would_not_take(client, platform, client_id):
    with pytest.raises(ValueError, match="client_message_id"):
        client.mass_send_text("x", client_message_id=client_id)
    assert platform.asked == []


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("SEND_SUCCESS", MassStatus.SENT),
        ("SEND SUCCESS", MassStatus.SENT),
        ("SENDING", MassStatus.SENDING),
        ("SEND_FAIL", MassStatus.FAILED),
        ("DELETE", MassStatus.DELETED),
        ("something else", MassStatus.UNKNOWN),
        (None, MassStatus.UNKNOWN),
    ],
)
def test_it_asks_how_far_a_mass_send_has_come(client, platform, payload_of, told, status):
    platform.says("message/mass/get", platform.json(msg_id=7, msg_status=told))
    assert client.mass_status("7") is status
    assert payload_of("message/mass/get") == {"msg_id": "7"}


def test_it_creates_a_menu(client, payload_of):
    menu = {"button": [{"type": "click", "name": "最近赶集", "key": "LATEST"}]}
    client.create_menu(menu)
    assert payload_of("menu/create") == menu


@pytest.mark.parametrize(
    ("told", "addresses"),
    [(["101.226.62.77", "101.226.62.78"], ("101.226.62.77", "101.226.62.78")), (None, ())],
)
def test_it_lists_the_addresses_wechat_pushes_from(client, platform, told, addresses):
    platform.says("getcallbackip", platform.json(ip_list=told))
    assert client.callback_addresses() == addresses


def test_it_fetches_a_voice_message(client, platform):
    sound = b"#!AMR" + bytes(range(256)) * 100
    platform.says("media/get", platform.body(sound, content_type="voice/amr"))
    assert client.download_media("v1") == sound
    assert platform.calls("media/get")[0][1] == {"media_id": "v1", "access_token": "TOKEN-0"}


def test_it_fetches_media_again_with_a_new_token(client, platform):
    sound = platform.body(b"#!AMR", content_type="voice/amr")
    platform.says("media/get", platform.json(errcode=42001, errmsg="expired"), sound)
    assert client.download_media("v1") == b"#!AMR"


@pytest.mark.parametrize(("limit", "fits"), [(1000, True), (999, False)])
def test_it_fetches_no_media_over_the_limit(client, platform, limit, fits):
    platform.says("media/get", platform.body(b"x" * 1000, content_type="voice/amr"))
    if fits:
        assert len(client.download_media("v1", limit=limit)) == 1000
    else:
        assert refusal(client.download_media, "v1", limit=limit).permanent


def test_it_takes_neither_an_error_nor_a_page_for_media(client, platform):
    platform.says("media/get", platform.json(errcode=40007, errmsg="invalid media_id"))
    assert refusal(client.download_media, "v1").code == 40007
    for respond in (
        platform.body(b"<html>"),
        platform.body(b'{"video_url": "https://x"}', content_type="application/json"),
        platform.body(b"oops", status=500, content_type="image/jpeg"),
        platform.reset,
    ):
        platform.says("media/get", respond)
        error = refusal(client.download_media, "v1")
        assert (error.permanent, type(error)) == (False, SendError)


CALLS = {
    SEND: lambda client: client.send_text("o", "x"),
    MASS: lambda client: client.mass_send_text("x", client_message_id="n"),
}
PAGES = {
    "html": (b"<html>please log in</html>", 200),
    "empty": (b"", 200),
    "error": (b'{"errcode": 0}', 500),
    "gateway": (b"Bad Gateway", 502),
    "redirect": (b"", 302),
    "list": (b"[0]", 200),
    "bare": (b"{}", 200),
    "odd": (b'{"errcode": "ok"}', 200),
    "nested": (b"[" * 100_000, 200),
    "long": (b'{"errcode": 0}' + b" " * 2_000_000, 200),
}


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("fault", ["hang", "reset", "trickle", *PAGES])
def test_it_does_not_know_what_became_of_a_send_without_a_clear_answer(
    client, platform, fault, path
):
    body, status = PAGES.get(fault, (b"", 0))
    platform.says(path, platform.body(body, status=status) if status else getattr(platform, fault))
    started = time.perf_counter()
    with pytest.raises(UnknownOutcome):
        CALLS[path](client)
    assert platform.count(path) == 1
    assert time.perf_counter() - started < 1.9


@pytest.mark.parametrize("fault", ["hang", "reset", "trickle"])
def test_it_sent_nothing_when_only_the_token_call_went_wrong(platform, store, connect, fault):
    platform.says("stable_token", getattr(platform, fault))
    error = refusal(connect(platform.base, store).send_text, "o", "x")
    assert (type(error), error.permanent) == (SendError, False)
    assert platform.count(SEND) == 0


@pytest.mark.parametrize("fault", ["hang", "reset"])
def test_it_may_ask_again_where_asking_twice_does_no_harm(client, platform, fault):
    platform.says("message/mass/get", getattr(platform, fault))
    error = refusal(client.mass_status, "7")
    assert (type(error), error.permanent) == (SendError, False)


def test_it_knows_that_nothing_left_when_nobody_listens(fresh_store, connect):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
        error = refusal(connect(base, fresh_store).send_text, "o", "x")
    assert (type(error), error.permanent) == (SendError, False)


@pytest.mark.parametrize(
    "base", ["http://nowhere.invalid", "api.weixin.example", "http://", "ftp://127.0.0.1"]
)
def test_it_knows_that_nothing_left_when_the_address_leads_nowhere(fresh_store, connect, base):
    error = refusal(connect(base, fresh_store).send_text, "o", "x")
    assert (type(error), error.permanent) == (SendError, False)


def test_it_follows_no_redirect_with_the_token(client, platform):
    def away(handler):
        handler.send_response(307)
        handler.send_header("Location", f"{platform.base}/cgi-bin/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    platform.says(SEND, away)
    with pytest.raises(UnknownOutcome):
        client.send_text("o", "x")
    assert platform.count("elsewhere") == 0


def test_it_reads_an_answer_that_is_slow_but_in_time(client, platform):
    def slow(handler):
        body = json.dumps({"errcode": 0}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        for byte in body:
            time.sleep(0.02)
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()

    platform.says(SEND, slow)
    client.send_text("o", "x")
    assert platform.count(SEND) == 1


def test_it_works_again_after_a_failure(client, platform):
    platform.says(SEND, platform.reset, platform.json(errcode=0, errmsg="ok"))
    refusal(client.send_text, "o", "x")
    client.send_text("o", "x")
    assert platform.count(SEND) == 2


@pytest.mark.parametrize("page", ["html", "gateway", "list"])
def test_it_may_also_ask_again_after_a_page_of_somebody_elses(client, platform, page):
    body, status = PAGES[page]
    platform.says("menu/create", platform.body(body, status=status))
    error = refusal(client.create_menu, {"button": []})
    assert (type(error), error.permanent) == (SendError, False)
