"""A lean client: requests are signed and encrypted beforehand, then sent over open sockets."""

import random
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

from bench.account import ACCOUNT, AES_KEY, APP_ID, TOKEN

_XML = (
    "<xml><ToUserName><![CDATA[{account}]]></ToUserName>"
    "<FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{at}</CreateTime>"
    "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>"
    "<MsgId>{number}</MsgId></xml>"
)


@dataclass(frozen=True)
class Load:
    """What a run came to; times in milliseconds."""

    answered: int
    failed: int
    seconds: float
    milliseconds: Sequence[float]

    @property
    def rate(self) -> float:
        """Answered messages a second."""
        return self.answered / self.seconds

    def percentile(self, share: float) -> float:
        """The time within which this share of messages was answered."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def prepare(texts: Sequence[str], count: int, *, residents: int = 2000) -> list[bytes]:
    """Build `count` distinct messages as whole HTTP requests in secure mode."""
    chance = random.Random(20261123)
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    first = chance.randrange(10**15, 9 * 10**15)
    return [
        _request(
            crypto, chance.choice(texts), f"oBench{chance.randrange(residents):022d}", first + n
        )
        for n in range(count)
    ]


def _request(crypto: WeChatCrypto, text: str, openid: str, number: int) -> bytes:
    now, nonce = str(int(time.time())), str(number)[-10:]
    xml = _XML.format(account=ACCOUNT, openid=openid, at=now, text=text, number=number)
    body = crypto.encrypt_message(xml, nonce, now).encode()
    signer = WeChatSigner()
    signer.add_data(TOKEN, now, nonce)
    # encrypt_message signs for a reply; the field it wrote is the msg_signature of the query.
    signature = body.split(b"<MsgSignature><![CDATA[")[1].split(b"]]>")[0].decode()
    query = urlencode(
        {
            "signature": signer.signature,
            "timestamp": now,
            "nonce": nonce,
            "openid": openid,
            "encrypt_type": "aes",
            "msg_signature": signature,
        }
    )
    head = (
        f"POST /wechat?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Line:
    """One open connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> bool:
        """Send one message; True when it was answered with an encrypted reply."""
        self._socket.sendall(request)
        answer = self._socket.recv(65536)
        while b"\r\n\r\n" not in answer:
            answer += self._socket.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self._socket.recv(65536)
        return b" 200 " in head.split(b"\r\n")[0] and b"<Encrypt>" in body

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def hammer(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> Load:
    """Send as fast as `connections` lines allow, for `seconds` or until all is sent."""
    return _drive(port, requests, connections, lambda started, number: time.monotonic(), seconds)


def steady(port: int, requests: Sequence[bytes], *, per_second: float) -> Load:
    """Send at an even pace; waiting for a late answer counts into the next one's time."""
    return _drive(port, requests, 16, lambda started, number: started + number / per_second, 3600)


def _drive(
    port: int,
    requests: Sequence[bytes],
    connections: int,
    due: Callable[[float, int], float],
    seconds: float,
) -> Load:
    numbers = iter(range(len(requests)))
    lock = threading.Lock()
    times: list[float] = []
    failed: list[int] = []
    started = time.monotonic()

    def work() -> None:
        line = Line(port)
        while time.monotonic() - started < seconds:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            at = due(started, number)
            time.sleep(max(0.0, at - time.monotonic()))
            good = line.ask(requests[number])
            times.append((time.monotonic() - at) * 1000)
            if not good:
                failed.append(number)
        line.close()

    workers = [threading.Thread(target=work) for _ in range(connections)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    took = time.monotonic() - started
    return Load(len(times) - len(failed), len(failed), took, times)
