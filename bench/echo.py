"""The two rungs below us: a bare wechatpy echo, and the same with one durable insert."""

import os
import time

from flask import Flask, Response, request
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, create_engine, event
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply

from bench.account import AES_KEY, APP_ID, TOKEN

metadata = MetaData()
messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), unique=True),
    Column("openid", String(128), index=True),
    Column("text", Text),
    Column("reply", Text),
    Column("at", Float),
)


def make_app(*, store: bool) -> Flask:
    """Build the echo; with `store` each message is one committed SQLAlchemy insert."""
    app = Flask(__name__)
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    engine = _make_engine() if store else None

    @app.post("/wechat")
    def echo() -> Response:
        query = request.args
        xml = crypto.decrypt_message(
            request.get_data(), query["msg_signature"], query["timestamp"], query["nonce"]
        )
        message = parse_message(xml)
        text = message.content
        if engine is not None:
            row = {
                "key": str(message.id),
                "openid": message.source,
                "text": text,
                "reply": text,
                "at": time.time(),
            }
            with engine.begin() as connection:
                connection.execute(messages.insert(), row)
        reply = create_reply(text, message).render()
        return Response(
            crypto.encrypt_message(reply, query["nonce"], query["timestamp"]), mimetype="text/xml"
        )

    return app


def _make_engine():  # type: ignore[no-untyped-def]
    engine = create_engine(os.environ["BENCH_DATABASE"], pool_size=24, max_overflow=8)

    @event.listens_for(engine, "connect")
    def prepare(connection, record):  # type: ignore[no-untyped-def]
        connection.execute("PRAGMA busy_timeout = 3000")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    metadata.create_all(engine)
    return engine


bare = make_app(store=False)
if "BENCH_DATABASE" in os.environ:
    stored = make_app(store=True)
