"""WeChat's API on a bad day: it keeps a true record of who received what, whatever it answers."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SO_LINGER, SOL_SOCKET
from struct import pack
from typing import ClassVar

SLOW_SECONDS = 1.5
"""Longer than the senders of these tests wait for an answer."""

FAULTS = {
    "busy": 0.02,
    "not now": 0.005,
    "not following": 0.005,
    "stale token": 0.01,
    "calls used up": 0.001,
    "too often": 0.002,
    "page instead": 0.008,
    "page though sent": 0.008,
    "reset": 0.008,
    "reset though sent": 0.008,
    "silence": 0.001,
    "silence though sent": 0.001,
}
"""How often what goes wrong; where it is not said, the message did not go out."""

CODES = {
    "busy": -1,
    "not now": 45015,
    "not following": 43004,
    "stale token": 40001,
    "calls used up": 45009,
    "too often": 45011,
}


class FaultyApi:
    """Answers token and customer-service calls on loopback, a few in a hundred badly."""

    def __init__(self, seed: int) -> None:
        self.received: Counter[str] = Counter()
        """Messages that reached each resident's phone."""
        self.calls: Counter[str] = Counter()
        """Calls by what was done to them."""
        self.under_way = 0
        self.last_call_at = time.monotonic()
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        api = self

        class Handler(_Handler):
            owner = api

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def total(self) -> int:
        """How many calls there were."""
        return sum(self.calls.values())

    @contextmanager
    def serving(self) -> Iterator["FaultyApi"]:
        """Serve until the block ends."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield self
        self._server.shutdown()
        self._server.server_close()

    def decide(self, openid: str) -> str:
        """Choose what becomes of a message, and record it if it arrives."""
        with self._lock:
            self.under_way += 1
            self.last_call_at = time.monotonic()
            fate = self._choose()
            self.calls[fate] += 1
            if fate == "fine" or fate.endswith("though sent"):
                self.received[openid] += 1
        return fate

    def end(self) -> None:
        """One call is answered, or left without an answer."""
        with self._lock:
            self.under_way -= 1

    def _choose(self) -> str:
        dice = self._random.random()
        for fault, share in FAULTS.items():
            dice -= share
            if dice < 0:
                return fault
        return "fine"


class _Handler(BaseHTTPRequestHandler):
    owner: ClassVar[FaultyApi]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.startswith("/cgi-bin/stable_token"):
            return self._answer({"access_token": "t0ken", "expires_in": 7200})
        fate = self.owner.decide(wish["touser"])
        try:
            self._do(fate)
        finally:
            self.owner.end()

    def _do(self, fate: str) -> None:
        time.sleep(0.005)
        if fate.startswith("reset"):
            return self._reset()
        if fate.startswith("page"):
            return self._send(b"<html><body>Login to the village's network</body></html>")
        if fate.startswith("silence"):
            time.sleep(SLOW_SECONDS)
        return self._answer({"errcode": CODES.get(fate, 0), "errmsg": fate})

    def _answer(self, answer: dict[str, object]) -> None:
        self._send(json.dumps(answer).encode())

    def _send(self, body: bytes) -> None:
        try:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # whoever asked was killed meanwhile

    def _reset(self) -> None:
        self.connection.setsockopt(SOL_SOCKET, SO_LINGER, pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        del arguments

    def handle(self) -> None:
        with suppress(OSError):  # the same
            super().handle()
