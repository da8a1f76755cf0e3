"""HTTP to WeChat: never without a time limit, and never a secret in what goes wrong."""

import logging
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from json import dumps, loads
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError
from urllib3.exceptions import TimeoutError as ReadingTooSlow

from bot.clock import monotonic
from bot.errors import SendError, UnknownOutcome

LONGEST_ANSWER = 1024 * 1024

_CHUNK = 64 * 1024
_POOL = 20
_SECRET_PARAMETER = re.compile(r"((?:access_token|secret)=)[^&\s\"'<>)]+", re.IGNORECASE)

_NEVER_LEFT = (
    requests.ConnectTimeout,
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


@dataclass(frozen=True)
class TimeLimits:
    """Seconds for connecting, for each silence while reading, and for the whole answer."""

    connect: float = 3.0
    read: float = 6.0
    total: float = 10.0


@dataclass(frozen=True)
class Call:
    """One request to the platform, without the token."""

    path: str
    payload: Mapping[str, Any] | None = None
    """Posted as JSON; None makes it a GET."""
    query: Mapping[str, str] | None = None
    limit: int = LONGEST_ANSWER


@dataclass(frozen=True)
class Answer:
    """What came back, whatever it is."""

    status: int
    content_type: str
    body: bytes = field(repr=False)
    complete: bool
    """False when the body was longer than the call's limit and was cut off."""
    token: str = field(repr=False)
    """What the call was made with."""

    @property
    def json(self) -> Mapping[str, Any] | None:
        """The JSON object in it; None for anything else, such as a captive portal's page."""
        if self.status != requests.codes.ok or not self.complete:
            return None
        try:
            value = loads(self.body)
        except (ValueError, RecursionError):
            return None
        is_answer = isinstance(value, dict) and isinstance(value.get("errcode", 0), int)
        return value if is_answer else None

    @property
    def code(self) -> int | None:
        """WeChat's error code, 0 for success; None where it gives none."""
        return (self.json or {}).get("errcode")

    @property
    def message(self) -> str:
        """WeChat's own words about the code, without what nobody may see."""
        return scrub(str((self.json or {}).get("errmsg", "")), self.token)


class Transport:
    """One session for all threads."""

    def __init__(self, base_url: str, limits: TimeLimits) -> None:
        self._base_url = base_url.rstrip("/")
        self._limits = limits
        self._session = requests.Session()
        # No retries beneath us: only the caller knows what may be sent twice.
        adapter = HTTPAdapter(pool_maxsize=_POOL, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def exchange(self, call: Call, token: str = "") -> Answer:
        """Send a call. SendError: it never left; UnknownOutcome: it may have arrived."""
        # Raised outside the except block: requests' errors quote the address with the token,
        # and must not travel along as the context of ours.
        try:
            return self._exchange(call, token)
        except (requests.RequestException, HTTPError, OSError) as error:
            failure = _failure(error)
        raise failure

    def _exchange(self, call: Call, token: str) -> Answer:
        give_up_at = monotonic() + self._limits.total
        query = dict(call.query or {})
        if token:
            query["access_token"] = token
        with self._session.request(
            "GET" if call.payload is None else "POST",
            f"{self._base_url}/{call.path}",
            params=query,
            data=None if call.payload is None else _encode(call.payload),
            headers={"Content-Type": "application/json; charset=utf-8"},
            timeout=(self._limits.connect, self._limits.read),
            # A redirect would carry the token to another host.
            allow_redirects=False,
            stream=True,
        ) as response:
            body = _read(response, call.limit, give_up_at)
            return Answer(
                status=response.status_code,
                content_type=response.headers.get("Content-Type", ""),
                body=body[: call.limit],
                complete=len(body) <= call.limit,
                token=token,
            )


def scrub(text: str, *secrets: str) -> str:
    """Take out the given secrets and whatever stands where WeChat's addresses carry one."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return _SECRET_PARAMETER.sub(r"\1***", text)


def _encode(payload: Mapping[str, Any]) -> bytes:
    # WeChat shows \uXXXX escapes as they stand.
    return dumps(payload, ensure_ascii=False).encode()


def _read(response: requests.Response, limit: int, give_up_at: float) -> bytes:
    """Read at most a little over `limit`; a trickle that never pauses is given up as well."""
    body = b""
    while len(body) <= limit:
        chunk = response.raw.read1(_CHUNK, decode_content=True)
        if not chunk:
            break
        body += chunk
        if monotonic() > give_up_at:
            raise requests.ReadTimeout
    return body


def _failure(error: Exception) -> SendError:
    if _never_left(error):
        return SendError("连不上微信服务器，请检查网络", permanent=False)
    if isinstance(error, requests.Timeout | ReadingTooSlow):
        return UnknownOutcome("微信服务器没有在限定时间内回答，不知道是否已收到")
    return UnknownOutcome("与微信服务器的连接中断，不知道是否已收到")


def _never_left(error: Exception) -> bool:
    """Refused, unresolved, unreachable, or an untrusted certificate: nothing was sent yet."""
    if isinstance(error, _NEVER_LEFT):
        return True
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", None)
    cause = reason.args[0] if isinstance(reason, HTTPError) and reason.args else None
    return isinstance(reason, ConnectTimeoutError) or isinstance(
        cause, ssl.SSLCertVerificationError
    )


class _Redact(logging.Filter):
    """Keeps tokens out of urllib3's debug lines, which quote every address in full."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage()), None
        return True


for _name in ("urllib3.connectionpool", "urllib3.poolmanager", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_Redact())
