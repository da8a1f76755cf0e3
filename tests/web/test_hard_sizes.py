"""Hard test 11: bodies too large, endless, packed or slow, against the server of `feisu run`."""

import gzip
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.simulator import Phone
from bot.simulator.envelope import seal
from bot.simulator.pushes import text
from tests.e2e.processes import Machine, Process
from tests.web.conftest import OPENID, Office
from tests.web.small_office import ANSWER, QUESTION

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE


def test_hard_11_it_refuses_more_than_64_kilobytes_unread(office: Office) -> None:
    padding = b" " * 65 * KILOBYTE
    sealed = office.seal(text(OPENID, QUESTION))

    assert office.post(sealed.query, sealed.body + padding).status_code in (400, 413)
    assert office.post(sealed.query, sealed.body + padding[: 50 * KILOBYTE]).status_code == 200


def test_hard_11_it_does_not_unpack_what_is_gzipped(office: Office) -> None:
    """A kilobyte may unpack to a gigabyte; WeChat never packs."""
    packed = gzip.compress(bytes(50 * MEGABYTE))
    headers = {"Content-Encoding": "gzip"}

    assert office.post(office.signed_query(), packed, headers=headers).status_code in (400, 413)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    machine = Machine(Path(tmp_path_factory.mktemp("sizes")))
    machine.connect_account()
    yield machine
    machine.stop_all()


@pytest.fixture(scope="module")
def server(machine: Machine) -> Process:
    """One `feisu run` for all of these tests: what one sends must not hurt the next."""
    return machine.run()


@pytest.fixture
def phone(machine: Machine, server: Process) -> Iterator[Phone]:
    """A resident who is answered before and after."""
    phone = machine.phone(server)
    assert ANSWER in phone.say(QUESTION).text
    yield phone
    assert ANSWER in phone.say(QUESTION).text
    assert server.is_running()
    assert "Traceback" not in server.said


class Wire:
    """A client that minds no rule of HTTP."""

    def __init__(self, machine: Machine, server: Process) -> None:
        account = machine.account
        push = account.stamp(text(OPENID, QUESTION))
        stamp = int(account.signing_clock().timestamp())
        sealed = seal(push, account.original_id, account.credentials, account.mode, stamp)
        query = "&".join(f"{key}={value}" for key, value in sealed.query.items())
        self.body = sealed.body
        self.start = f"POST /wechat?{query} HTTP/1.1\r\nHost: bot\r\n".encode()
        port = int(server.url.rpartition(":")[2])
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def send(self, *pieces: bytes, after: float = 0.0) -> None:
        for piece in pieces:
            self.socket.sendall(piece)
            time.sleep(after)

    def pour(self, pieces: Iterable[bytes]) -> int:
        """Send until the other side has had enough; gives how many bytes went out."""
        poured = 0
        with suppress(OSError):
            for piece in pieces:
                self.socket.sendall(piece)
                poured += len(piece)
        return poured

    def status(self) -> int:
        """Read the status line; 0 when the connection was cut instead."""
        try:
            words = self.socket.recv(4096).split(b" ", 2)
        except ConnectionError:
            return 0
        return int(words[1]) if len(words) > 1 else 0


@pytest.fixture
def wire(machine: Machine, server: Process) -> Iterator[Wire]:
    wire = Wire(machine, server)
    with closing(wire.socket):
        yield wire


def chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


REFUSED_OR_CUT = (0, 400, 413)


@pytest.mark.slow
@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize("size", [65 * KILOBYTE, MEGABYTE, 100 * MEGABYTE, 10**15])
def test_hard_11_it_refuses_what_declares_itself_too_large(wire: Wire, size: int) -> None:
    """Before the body has come: only its length is told, and 60 KB of it."""
    wire.send(wire.start, f"Content-Length: {size}\r\n\r\n".encode(), b" " * 60 * KILOBYTE)
    if size == 65 * KILOBYTE:
        wire.send(b" " * 5 * KILOBYTE)

    assert wire.status() in REFUSED_OR_CUT


@pytest.mark.slow
@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize("packaging", ["length", "chunks"])
def test_hard_11_it_cuts_off_100_megabytes(wire: Wire, packaging: str) -> None:
    size = 100 * MEGABYTE
    piece = b" " * 64 * KILOBYTE
    pieces = [chunk(piece) if packaging == "chunks" else piece] * (size // len(piece))
    header = f"Content-Length: {size}" if packaging == "length" else "Transfer-Encoding: chunked"
    wire.send(wire.start, f"{header}\r\n\r\n".encode())

    assert wire.pour(pieces) < size
    assert wire.status() in REFUSED_OR_CUT


@pytest.mark.slow
@pytest.mark.usefixtures("phone")
def test_hard_11_it_reads_chunks_without_a_length(wire: Wire) -> None:
    half = len(wire.body) // 2
    wire.send(wire.start, b"Transfer-Encoding: chunked\r\n\r\n")
    wire.send(chunk(wire.body[:half]), chunk(wire.body[half:]), chunk(b""))

    assert wire.status() == 200


@pytest.mark.slow
@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize(
    "header",
    [
        "Content-Length: -1",
        "Content-Length: abc",
        "Content-Length: 5\r\nContent-Length: 900",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Expect: 100-continue\r\nContent-Length: 3",
        "X-Long: " + "x" * 300_000,
        "Content-Length : 5",
    ],
)
def test_hard_11_it_survives_lying_headers(wire: Wire, header: str) -> None:
    with suppress(OSError):  # hung up on in the middle is an answer, too
        wire.send(wire.start, f"{header}\r\n\r\n".encode(), b"zzz\r\n\r\n", b"0\r\n\r\n")
        wire.socket.shutdown(socket.SHUT_WR)

    assert wire.status() in (0, 100, 400, 403, 413, 431, 501)


@pytest.mark.slow
@pytest.mark.usefixtures("phone")
def test_hard_11_it_waits_for_a_slow_upload(wire: Wire) -> None:
    size = len(wire.body)
    pieces = [wire.body[at : at + size // 8 + 1] for at in range(0, size, size // 8 + 1)]
    wire.send(wire.start, f"Content-Length: {size}\r\n\r\n".encode())
    wire.send(*pieces, after=0.15)

    assert wire.status() == 200


@pytest.mark.slow
def test_hard_11_slow_strangers_do_not_keep_residents_out(
    machine: Machine, server: Process, phone: Phone
) -> None:
    """Slowloris: three hundred connections that never finish a request."""
    wires = [Wire(machine, server) for _ in range(300)]
    for number, wire in enumerate(wires):
        wire.send(wire.start if number % 2 else wire.start + b"Content-Length: 900\r\n\r\n<x")
    heard = phone.say(QUESTION)
    for wire in wires:
        wire.socket.close()

    assert (ANSWER in heard.text, len(heard.attempts)) == (True, 1)
