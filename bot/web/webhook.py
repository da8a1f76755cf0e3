"""The one address WeChat knows: the handshake, and every push."""

import logging
import secrets

from flask import Blueprint, Response, request

from bot.assistant import Assistant
from bot.clock import Clock
from bot.errors import WebhookError, trace
from bot.wechat.codec import ACKNOWLEDGEMENT, OpenedPush, WebhookCodec

log = logging.getLogger(__name__)


def create_webhook(assistant: Assistant, codec: WebhookCodec, clock: Clock) -> Blueprint:
    """Build the `/wechat` routes."""
    pages = Blueprint("webhook", __name__)

    @pages.get("/wechat")
    def shake_hands() -> Response:
        echo = codec.verify_handshake(_parameters(), clock())
        # As plain text: an echostr made of HTML must not become a page.
        return Response(echo, mimetype="text/plain")

    @pages.post("/wechat")
    def receive() -> Response:
        # get_data() works whatever Content-Type says; request.data is empty for a form's.
        opened = codec.open(_parameters(), request.get_data(), clock())
        content = _answer(assistant, opened)
        body = codec.seal(opened, content, clock(), secrets.token_hex(8))
        return Response(body, mimetype="text/plain" if body == ACKNOWLEDGEMENT else "text/xml")

    @pages.errorhandler(WebhookError)
    def refuse(error: WebhookError) -> Response:
        # Neither the body nor the query: both are a stranger's, or worse, a resident's.
        log.warning("push refused: %s", error.reason, extra={"action": "push-refused"})
        return Response("refused", status=error.status, mimetype="text/plain")

    return pages


def _answer(assistant: Assistant, opened: OpenedPush) -> str:
    """Return the text to send; whatever breaks, the resident reads a kind sentence."""
    try:
        return assistant.answer(opened.inbound) or ""
    except Exception as error:
        log.error("message not answered: %s", trace(error), extra={"action": "answer-failed"})
        return assistant.apologise(opened.inbound, error)


def _parameters() -> dict[str, list[str]]:
    return dict(request.args.lists())
