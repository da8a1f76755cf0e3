"""What every call passes before its endpoint runs: faults, method, token, rights, a JSON body."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from flask import Request, Response

from bot.simulator.access import ApiRefusal, is_permitted
from bot.simulator.account import Account

Payload: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call as the endpoint sees it."""

    account: Account
    arguments: Mapping[str, str]
    body: Payload
    address: str

    def required(self, name: str, code: int) -> Any:
        """Return a member of the body, or refuse with the code WeChat has for its absence."""
        value = self.body.get(name)
        if value in (None, "", [], {}):
            raise ApiRefusal(code, f"missing {name}")
        return value

    def section(self, name: str, code: int) -> Payload:
        """Return a member of the body that must be an object."""
        return rows([self.required(name, code)])[0]


@dataclass(frozen=True)
class Endpoint:
    """One path of the API."""

    method: Literal["GET", "POST", "ANY"]
    run: Callable[[Call], "Payload | Response"]
    needs_token: bool = True


def admit(account: Account, path: str, endpoint: Endpoint | None, request: Request) -> Call:
    """Check a call in WeChat's order and return it ready to run, or raise the refusal."""
    if endpoint is None:
        raise ApiRefusal(40066, "invalid url")
    if endpoint.method == "POST" and request.method != "POST":
        raise ApiRefusal(43002, "require POST method")
    if endpoint.method == "GET" and request.method != "GET":
        raise ApiRefusal(43001, "require GET method")
    if endpoint.needs_token:
        account.tokens.check(request.args.get("access_token", ""))
        if not is_permitted(account.level, path):
            raise ApiRefusal(48001, "api unauthorized")
    body = _read_body(request) if request.method == "POST" else {}
    return Call(account, request.args, body, request.remote_addr or "")


def answer(payload: Mapping[str, Any]) -> Response:
    """Return JSON with status 200, as WeChat does for success and refusal alike."""
    text = json.dumps(payload, ensure_ascii=False)
    return Response(text, content_type="application/json; encoding=utf-8")


def refuse(refusal: ApiRefusal) -> Response:
    """Return a refusal the way WeChat words it."""
    errmsg = f"{refusal.errmsg} rid: {secrets.token_hex(4)}-{secrets.token_hex(4)}"
    return answer({"errcode": refusal.code, "errmsg": errmsg, **refusal.more})


def rows(values: object) -> list[Payload]:
    """Return a list of objects, or refuse: WeChat parses before it looks at meaning."""
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise ApiRefusal(47001, "data format error")
    return values


def require_text(content: object, *, limit: int = 2048) -> str:
    """Return a text to send, refused when it is missing or longer than a phone accepts."""
    if not isinstance(content, str) or not content:
        raise ApiRefusal(44004, "empty content")
    if len(content.encode()) > limit:
        raise ApiRefusal(45002, "content size out of limit")
    return content


def _read_body(request: Request) -> Payload:
    raw = request.get_data()
    try:
        body = json.loads(raw.decode("utf-8"))
    except ValueError:
        raise ApiRefusal(47001, "data format error") from None
    if not isinstance(body, dict):
        raise ApiRefusal(47001, "data format error")
    if raw.isascii() and not json.dumps(body, ensure_ascii=False).isascii():
        # Escaped Chinese reaches the resident as backslashes; the API documents a refusal.
        raise ApiRefusal(40033, "invalid charset. if include \\uxxxx will create fail!")
    return body
