"""A little bot of its own, written on wechatpy alone, and servers on real loopback ports."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime

import pytest
from flask import Flask, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

from bot.clock import SHANGHAI
from bot.simulator import Account, Mode, VirtualClock, create_simulator_app
from tests.browsing import serving


def repeat(message: object) -> str:
    return f"听到：{message.content}" if message.type == "text" else ""


class EchoBot:
    """Repeats what it hears; `answer` may be replaced by a test to misbehave."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.heard = []
        self.queries = []
        self.answer: Callable[[object], object] = repeat
        self.app = Flask("echo-bot")
        self.app.add_url_rule("/wechat", view_func=self.shake_hands, methods=["GET"])
        self.app.add_url_rule("/wechat", view_func=self.receive, methods=["POST"])

    @property
    def crypto(self) -> WeChatCrypto:
        known = self.account.credentials
        return WeChatCrypto(known.token, known.aes_key, known.app_id)

    def shake_hands(self) -> str:
        return request.args["echostr"]

    def receive(self) -> object:
        query, body = request.args, request.get_data().decode()
        self.queries.append(query)
        if "msg_signature" in query:
            body = self.crypto.decrypt_message(
                body, query["msg_signature"], query["timestamp"], query["nonce"]
            )
        message = parse_message(body)
        self.heard.append(message)
        said = self.answer(message)
        return said if not isinstance(said, str) else self.reply(said, message)

    def reply(self, said: str, message: object) -> str:
        if not said:
            return "success"
        xml = create_reply(said, message).render()
        if self.account.mode is Mode.PLAIN:
            return xml
        return self.crypto.encrypt_message(xml, "nonce", "1700000000")


class World:
    """An account, a bot and the simulator between them, each on its own port."""

    def __init__(self, account: Account, stack: ExitStack) -> None:
        self.account = account
        self.bot = EchoBot(account)
        self.webhook = stack.enter_context(serving(self.bot.app)) + "/wechat"
        app = create_simulator_app(account, self.webhook)
        self.url = stack.enter_context(serving(app)) + "/simulator"
        self.api = self.url + "/api/cgi-bin"


@pytest.fixture
def make_world() -> Iterator[Callable[..., World]]:
    with ExitStack() as stack:

        def make(**settings: object) -> World:
            settings.setdefault("mass_delay_seconds", 0.01)
            return World(Account(**settings), stack)

        yield make


@pytest.fixture
def make_server_for() -> Iterator[Callable[..., str]]:
    """Serve any application for the length of a test."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(serving(app))


@pytest.fixture
def standing_clock() -> VirtualClock:
    """A clock that moves only when a test moves it; it starts on a Monday morning."""
    return VirtualClock(lambda: datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI))
