"""Nothing that goes wrong may tell the secret or the token."""

import logging
import socket
import traceback

import pytest

from bot.errors import SendError
from bot.wechat.transport import scrub

SEND = "message/custom/send"


def everything_about(error):
    """What any log, page or traceback could show, the hidden contexts included."""
    shown = []
    seen = error
    while seen is not None:
        shown += [str(seen), repr(seen), repr(seen.args), repr(vars(seen))]
        seen = seen.__cause__ or seen.__context__
    return "\n".join([*shown, *traceback.format_exception(error)])


def fails(client):
    with pytest.raises(SendError) as caught:
        client.send_text("o", "x")
    return everything_about(caught.value)


@pytest.fixture
def unreachable():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_it_tells_no_token_when_the_connection_is_refused(unreachable, fresh_store, connect):
    """requests' own error quotes the whole address here."""
    shown = fails(connect(unreachable, fresh_store))
    assert "TOKEN-0" not in shown
    assert "access_token" not in shown


def test_it_tells_no_secret_when_the_token_call_fails(unreachable, store, connect, settings):
    assert settings.app_secret not in fails(connect(unreachable, store))


@pytest.mark.parametrize("fault", ["hang", "reset", "trickle"])
def test_it_tells_no_token_when_the_answer_fails(client, platform, fault):
    platform.says(SEND, getattr(platform, fault))
    assert "TOKEN-0" not in fails(client)


def test_it_tells_no_secret_that_wechat_repeats(client, platform, settings):
    message = f"bad {settings.app_secret} TOKEN-0 access_token=OLD-TOKEN"
    platform.says(SEND, platform.json(errcode=49999, errmsg=message))
    shown = fails(client)
    assert "bad ***" in shown
    for secret in (settings.app_secret, "TOKEN-0", "OLD-TOKEN"):
        assert secret not in shown


def test_it_logs_no_secret_even_when_everything_is_logged(
    platform, store, connect, caplog, settings
):
    """urllib3 writes every address in full at its lowest level."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="urllib3")  # a command run before may have hushed it
    client = connect(platform.base, store)
    client.send_text("o", "正文不该出现")
    platform.says(SEND, platform.reset)
    fails(client)
    assert "/cgi-bin/message/custom/send?access_token=***" in caplog.text
    for secret in ("TOKEN-1", settings.app_secret, "正文不该出现"):
        assert secret not in caplog.text


def test_it_shows_no_secret_of_a_client(client, settings):
    shown = repr(client) + repr(vars(client)) + repr(vars(client._tokens))
    assert settings.app_secret not in shown


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("/x?access_token=abc&y=1", "/x?access_token=***&y=1"),
        ("url: /t?appid=1&secret=abc (Caused by", "url: /t?appid=1&secret=*** (Caused by"),
        ('"GET /x?ACCESS_TOKEN=abc HTTP/1.1" 200', '"GET /x?ACCESS_TOKEN=*** HTTP/1.1" 200'),
        ("canary in words", "*** in words"),
        ("nothing", "nothing"),
    ],
)
def test_it_scrubs(text, clean):
    assert scrub(text, "canary", "") == clean
