"""Whether a request was signed by someone who knows the token."""

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha1

from bot.errors import WebhookError

Parameters = Mapping[str, Sequence[str]]
"""A query string with every value of every name, as `request.args.to_dict(flat=False)` gives."""

WINDOW_SECONDS = 600
"""How far a request's timestamp may lie from our clock, either way."""

LONGEST_PARAMETER = 512

_TIMESTAMP = re.compile(r"[0-9]{10}")
_VISIBLE_ASCII = re.compile(r"[!-~]+")


def get_parameter(parameters: Parameters, name: str) -> str:
    """Return the only value of `name`; missing, repeated, odd or endless ones are refused."""
    values = parameters.get(name, ())
    if len(values) != 1:
        raise WebhookError(f"参数 {name} 缺少或重复")
    value = values[0]
    if len(value) > LONGEST_PARAMETER or not _VISIBLE_ASCII.fullmatch(value):
        raise WebhookError(f"参数 {name} 的内容不合规")
    return value


def sign(*parts: str) -> str:
    """Sign as WeChat does: the parts sorted, joined with nothing between, sha1 in hex."""
    return sha1("".join(sorted(parts)).encode()).hexdigest()


def check_signature(token: str, parameters: Parameters, now: datetime) -> None:
    """Check `signature`, which covers token, timestamp and nonce but never the body."""
    _check(token, parameters, now, "signature")


def check_message_signature(
    token: str, parameters: Parameters, now: datetime, encrypted: str
) -> None:
    """Check `msg_signature`, which also covers the encrypted body."""
    _check(token, parameters, now, "msg_signature", encrypted)


def _check(token: str, parameters: Parameters, now: datetime, name: str, *covered: str) -> None:
    # With an empty token the signature is a sum of public values that anyone can work out.
    if not token:
        raise WebhookError("没有设置 token，拒绝一切推送")
    given = get_parameter(parameters, name)
    timestamp = get_parameter(parameters, "timestamp")
    nonce = get_parameter(parameters, "nonce")
    # Nothing separates the signed parts: without a fixed length, digits could be moved between
    # timestamp and nonce and the signature would still hold.
    if not _TIMESTAMP.fullmatch(timestamp):
        raise WebhookError("参数 timestamp 的内容不合规")
    expected = sign(token, timestamp, nonce, *covered)
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise WebhookError(f"{name} 不对")
    # WeChat's retries may reuse a nonce, so freshness is all that can be asked for here.
    if abs(now.timestamp() - int(timestamp)) > WINDOW_SECONDS:
        raise WebhookError("timestamp 与本机时间相差太多")
