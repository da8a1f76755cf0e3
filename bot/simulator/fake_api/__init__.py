"""The account's stand-in for api.weixin.qq.com: tokens, messages, menu, followers and media.

Refusals are what WeChat answers at the account's level, quotas and clock; anything this room does
not know is refused and never quietly accepted.
"""

import socket
from struct import pack

from flask import Blueprint, Response, request

from bot.simulator.access import ApiRefusal, Fault, FaultKind
from bot.simulator.account import Account
from bot.simulator.fake_api import directory, messages, tokens
from bot.simulator.fake_api.gate import admit, answer, refuse

ENDPOINTS = {**tokens.ENDPOINTS, **messages.ENDPOINTS, **directory.ENDPOINTS}


def create_api_blueprint(account: Account) -> Blueprint:
    """Build the routes below `/cgi-bin/`."""
    blueprint = Blueprint("api", __name__)

    @blueprint.route("/cgi-bin/<path:path>", methods=["GET", "POST"])
    def call(path: str) -> Response:
        fault = account.faults.take(path)
        if fault is None or fault.kind is FaultKind.LOST:
            response = _run(account, path)
            return _break(account, path, fault) if fault else response
        return _go_wrong(account, path, fault)

    @blueprint.route("/<path:path>", methods=["GET", "POST"])
    def unknown(path: str) -> Response:
        return refuse(ApiRefusal(40066, "invalid url"))

    return blueprint


def _run(account: Account, path: str) -> Response:
    endpoint = ENDPOINTS.get(path)
    try:
        call = admit(account, path, endpoint, request)
        # admit() refuses unknown paths, so the endpoint is there.
        result = ENDPOINTS[path].run(call)
    except ApiRefusal as refusal:
        account.note("api", path, "refused", str(refusal))
        return refuse(refusal)
    account.note("api", path, "ok", "成功")
    return result if isinstance(result, Response) else answer(result)


def _go_wrong(account: Account, path: str, fault: Fault) -> Response:
    kind = fault.kind
    if kind is FaultKind.CODE:
        refusal = ApiRefusal(fault.code, "simulated error")
        account.note("api", path, "refused", f"{refusal}（人为故障）")
        return refuse(refusal)
    if kind is FaultKind.RESET:
        return _break(account, path, fault)
    account.note("api", path, "refused", f"{kind.value}（人为故障）")
    if kind is FaultKind.HTML:
        return Response("<html><body>请先登录网络</body></html>", content_type="text/html")
    if kind is FaultKind.GATEWAY:
        return Response("Bad Gateway", status=502, content_type="text/plain")
    account.faults.wait(fault.seconds)
    if kind is FaultKind.SLOW:
        return _run(account, path)
    return Response("", status=504)


def _break(account: Account, path: str, fault: Fault) -> Response:
    """Cut the connection without an answer."""
    account.note("api", path, "refused", f"{fault.kind.value}（人为故障）")
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    # Other servers do not lend out their socket; a body that stops short breaks off as well.
    return Response(iter([b" "]), headers={"Content-Length": "64"})
