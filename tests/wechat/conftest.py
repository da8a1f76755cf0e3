"""One account, WeChat's side of the webhook (made with wechatpy), and a platform on loopback."""

import json
import struct
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

import pytest
import xmltodict
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from wechatpy.crypto import WeChatCrypto

from bot.clock import SHANGHAI
from bot.config import WechatSettings
from bot.wechat.client import WechatClient
from bot.wechat.codec import WebhookCodec
from bot.wechat.transport import TimeLimits

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
NONCE = "1514711492"
SECRET = "5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0"
SETTINGS = WechatSettings(
    app_id="wx0123456789abcdef",
    app_secret=SECRET,
    token="wendongsifasuo",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    previous_aes_key="GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba",
)


@dataclass(frozen=True)
class Push:
    """One request as it reaches the webhook."""

    parameters: dict[str, list[str]]
    body: bytes

    def altered(self, **parameters: list[str]) -> "Push":
        """The same body under other parameters."""
        return Push(self.parameters | parameters, self.body)


@dataclass(frozen=True)
class WechatSide:
    """Signs and encrypts as the platform does, without a line of the code under test."""

    settings: WechatSettings = SETTINGS

    def message(self, **elements: str) -> str:
        """A text message, or whatever `elements` make of it."""
        known = {
            "ToUserName": "gh_account",
            "FromUserName": "oResident",
            "CreateTime": str(int(NOW.timestamp())),
            "MsgType": "text",
            "Content": "离婚冷静期有多久",
            "MsgId": "23456789012345678",
        }
        both = known | elements
        inner = "".join(f"<{name}><![CDATA[{text}]]></{name}>" for name, text in both.items())
        return f"<xml>{inner}</xml>"

    def sign(self, *parts: str) -> str:
        """WeChat's signature of the token and `parts`."""
        return sha1("".join(sorted([self.settings.token, *parts])).encode()).hexdigest()

    def query(self, at: datetime = NOW) -> dict[str, list[str]]:
        """The parameters every request carries."""
        timestamp = str(int(at.timestamp()))
        return {
            "signature": [self.sign(timestamp, NONCE)],
            "timestamp": [timestamp],
            "nonce": [NONCE],
            "openid": ["oResident"],
        }

    def plain(self, xml: str | bytes) -> Push:
        """A push in plain mode."""
        return Push(self.query(), xml if isinstance(xml, bytes) else xml.encode())

    def secure(self, xml: str, *, aes_key: str = "", app_id: str = "") -> Push:
        """A push in secure mode."""
        settings = self.settings
        crypto = WeChatCrypto(
            settings.token, aes_key or settings.aes_key, app_id or settings.app_id
        )
        timestamp = self.query()["timestamp"][0]
        sealed = xmltodict.parse(crypto.encrypt_message(xml, NONCE, timestamp))["xml"]
        return self.enveloped(sealed["Encrypt"])

    def enveloped(self, encrypted: str, beside: str = "") -> Push:
        """A rightly signed push around any `encrypted`, with plain elements beside it."""
        query = self.query()
        signature = self.sign(query["timestamp"][0], NONCE, encrypted)
        query |= {"encrypt_type": ["aes"], "msg_signature": [signature]}
        body = (
            f"<xml><ToUserName><![CDATA[gh_account]]></ToUserName>{beside}"
            f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        )
        return Push(query, body.encode())

    def raw(self, padded: bytes) -> str:
        """Encrypt whole blocks as they are, so that their layout may be as wrong as wanted."""
        key = WeChatCrypto(self.settings.token, self.settings.aes_key, "").key
        encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
        return b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def packed(self, xml: bytes, *, length: int | None = None, tail: bytes = b"") -> bytes:
        """The layout inside the cipher, before padding."""
        announced = struct.pack(">I", len(xml) if length is None else length)
        return b"R" * 16 + announced + xml + self.settings.app_id.encode() + tail

    def read_reply(self, sealed: bytes, aes_key: str = "") -> dict[str, Any]:
        """Open a sealed reply as the platform would."""
        outer = xmltodict.parse(sealed)["xml"]
        crypto = WeChatCrypto(
            self.settings.token, aes_key or self.settings.aes_key, self.settings.app_id
        )
        xml = crypto.decrypt_message(
            sealed, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"]
        )
        reply = xmltodict.parse(xml)["xml"]
        assert isinstance(reply, dict)
        return reply


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def settings() -> WechatSettings:
    return SETTINGS


@pytest.fixture(scope="session")
def wechat() -> WechatSide:
    return WechatSide()


@pytest.fixture(scope="session")
def codec() -> WebhookCodec:
    return WebhookCodec(SETTINGS)


@pytest.fixture(scope="session")
def plain_codec() -> WebhookCodec:
    return WebhookCodec(SETTINGS.model_copy(update={"mode": "plain"}))


@pytest.fixture(scope="session")
def compat_codec() -> WebhookCodec:
    return WebhookCodec(SETTINGS.model_copy(update={"mode": "compat"}))


Respond = Callable[["PlatformHandler"], None]


def _answer(body: bytes, status: int, content_type: str) -> Respond:
    def respond(handler: "PlatformHandler") -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return respond


@dataclass
class Platform:
    """A fake api.weixin.qq.com: a script for each path, and everything it was asked."""

    base: str = ""
    scripts: dict[str, list[Respond]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    tokens: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def says(self, path: str, *respond: Respond) -> None:
        """Answer the calls of `path` in turn; the last answer is for ever."""
        self.scripts[path] = list(respond)

    def json(self, **value: Any) -> Respond:
        return _answer(json.dumps(value).encode(), 200, "application/json; encoding=utf-8")

    def body(self, body: bytes, *, status: int = 200, content_type: str = "text/html") -> Respond:
        return _answer(body, status, content_type)

    def hang(self, handler: "PlatformHandler") -> None:
        self.released.wait(20)

    def reset(self, handler: "PlatformHandler") -> None:
        handler.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    def trickle(self, handler: "PlatformHandler") -> None:
        """Never silent for long and never done."""
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not self.released.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    def new_token(self, handler: "PlatformHandler") -> None:
        with self.lock:
            self.tokens += 1
            number = self.tokens
        self.json(access_token=f"TOKEN-{number}", expires_in=7200)(handler)

    def calls(self, path: str) -> list[tuple[str, dict[str, str], Any]]:
        return [call for call in self.asked if call[0] == path]

    def count(self, path: str) -> int:
        return len(self.calls(path))


class PlatformHandler(BaseHTTPRequestHandler):
    """Records a call and plays the next line of its script."""

    platform: Platform
    protocol_version = "HTTP/1.1"

    def _play(self) -> None:
        path, _, query = self.path.partition("?")
        path = path.removeprefix("/cgi-bin/")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parameters = dict(part.partition("=")[::2] for part in query.split("&") if part)
        platform = self.platform
        with platform.lock:
            platform.asked.append((path, parameters, body))
            script = platform.scripts.get(path, [platform.json(errcode=0, errmsg="ok")])
            respond = script.pop(0) if len(script) > 1 else script[0]
        try:
            respond(self)
        except OSError:
            self.close_connection = True
        if respond in (platform.hang, platform.reset, platform.trickle):
            self.close_connection = True

    do_GET = _play
    do_POST = _play

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            return

    def log_message(self, format: str, *args: Any) -> None:
        return


class PlatformServer(ThreadingHTTPServer):
    """Takes a burst of connections, and forgives clients that hang up."""

    request_queue_size = 64
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        return


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A running platform that gives tokens and says ok to everything else."""
    fake = Platform()
    fake.says("stable_token", fake.new_token)
    handler = type("Handler", (PlatformHandler,), {"platform": fake})
    with PlatformServer(("127.0.0.1", 0), handler) as server:
        fake.base = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield fake
        fake.released.set()
        server.shutdown()
        thread.join()


@dataclass
class MemoryStore:
    """A token store for one process; `slow` seconds stand for the database's way."""

    stored: tuple[str, datetime] | None = None
    slow: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> tuple[str, datetime] | None:
        time.sleep(self.slow)
        return self.stored

    def save(self, token: str, expires_at: datetime) -> None:
        self.stored = (token, expires_at)

    @contextmanager
    def refreshing(self) -> Iterator[None]:
        with self.lock:
            yield


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def fresh_store() -> MemoryStore:
    """A store whose token is still good for an hour."""
    return MemoryStore(("TOKEN-0", NOW + timedelta(hours=1)))


@pytest.fixture
def connect() -> Callable[..., WechatClient]:
    """Make a client of the fake platform, or of any address."""

    def connect(
        base: str, store: MemoryStore, limits: TimeLimits | None = None, **changes: Any
    ) -> WechatClient:
        settings = SETTINGS.model_copy(update={"api_base": base, **changes})
        quick = TimeLimits(connect=0.5, read=0.5, total=1.0)
        return WechatClient(settings, store, lambda: NOW, limits or quick)

    return connect


@pytest.fixture
def client(
    platform: Platform, fresh_store: MemoryStore, connect: Callable[..., WechatClient]
) -> WechatClient:
    """A client with a good token."""
    return connect(platform.base, fresh_store)


@pytest.fixture
def payload_of(platform: Platform) -> Callable[[str], Mapping[str, Any]]:
    """The JSON of the last call of a path."""

    def read(path: str) -> Mapping[str, Any]:
        value = json.loads(platform.calls(path)[-1][2])
        assert isinstance(value, dict)
        return value

    return read
