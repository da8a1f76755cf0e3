"""The HTTP server lives through what strangers do to it."""

import logging
import socket
import threading
import time

import pytest
from flask import Flask

from bot.cli.http_server import open_server


def test_whoever_hangs_up_while_being_refused_leaves_a_line_and_no_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The channel is cut between the start of the refusal and its first byte."""
    server = open_server(Flask(__name__), "127.0.0.1", 0)
    near, far = socket.socketpair()
    channel = server.channel_class(server, near, ("", 0), server.adj, map={})
    request = channel.parser_class(server.adj)
    request.received(b"no request at all\r\n\r\n")
    channel.requests = [request]
    task = threading.Thread(target=channel.service)

    with caplog.at_level(logging.INFO, "waitress"), near, far:
        with channel.outbuf_lock:
            task.start()
            time.sleep(0.3)  # now the refusal waits for the lock
            channel.connected = False
        task.join(5)
    server.close()

    assert request.error
    assert "Client disconnected while serving" in caplog.text
