"""Lines said on the next page, carried over a redirect by a cookie: nothing to keep or sign."""

import base64
import binascii
import json
from collections.abc import Sequence

from flask import Response, g, request

SAID_COOKIE = "feisu_said"
LONGEST = 2000

Said = tuple[str, str]
"""`good` or `bad`, and the line."""


def collect() -> Sequence[Said]:
    """Return what is to be said on the page being made: now, and from the page before."""
    g.said_shown = True
    return [*_read(request.cookies.get(SAID_COOKIE, "")), *g.said]


def carry(response: Response) -> Response:
    """Hand on what was not shown; forget what was."""
    if g.get("said") and not g.get("said_shown"):
        packed = json.dumps(g.said, ensure_ascii=False)[:LONGEST].encode()
        value = base64.urlsafe_b64encode(packed).decode()
        response.set_cookie(
            SAID_COOKIE, value, path="/console", httponly=True, samesite="Lax", max_age=60
        )
    elif g.get("said_shown") and SAID_COOKIE in request.cookies:
        response.delete_cookie(SAID_COOKIE, path="/console")
    return response


def _read(value: str) -> Sequence[Said]:
    try:
        lines = json.loads(base64.urlsafe_b64decode(value.encode()))
        return [("good" if kind == "good" else "bad", str(text)) for kind, text in lines]
    except (binascii.Error, ValueError, TypeError):
        return []
