"""The webhook's two ends: bytes in, a verified message out; a reply in, bytes out."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import ConfigError
from bot.messages import Inbound, InboundKind
from bot.wechat.account import Account
from bot.wechat.crypto import Envelope, decode_key, open_envelope, seal_envelope
from bot.wechat.inbound import read_inbound
from bot.wechat.replies import render_reply_xml
from bot.wechat.signature import Parameters, check_signature, get_parameter

ACKNOWLEDGEMENT = b"success"
"""What tells WeChat that we have nothing to say; it needs no encryption in any mode."""

# An answer to these would go nowhere, or to somebody else.
_UNANSWERABLE = frozenset(
    {InboundKind.UNFOLLOW, InboundKind.REVOCATION, InboundKind.MASS_SEND_FINISHED}
)


@dataclass(frozen=True)
class OpenedPush:
    """A verified message and the key that opened it (None where it came in the clear)."""

    inbound: Inbound
    key: bytes | None = field(default=None, repr=False)


class WebhookCodec:
    """Opens and seals for one account; safe to share between threads."""

    def __init__(self, account: Account) -> None:
        """Refuse to start without what the chosen mode needs to keep strangers out."""
        if not account.token:
            raise ConfigError("wechat.token：没有设置，任何人都能冒充微信")
        if account.mode != "plain" and not (account.aes_key and account.app_id):
            raise ConfigError(f"wechat：{account.mode} 模式必须填 app_id 和 aes_key")
        keys = (account.aes_key, account.previous_aes_key)
        self._envelope = Envelope(
            app_id=account.app_id,
            token=account.token,
            keys=tuple(decode_key(key) for key in keys if key),
            mode=account.mode,
        )

    def verify_handshake(self, parameters: Parameters, now: datetime) -> str:
        """Return the `echostr` of a rightly signed GET; it is never encrypted for an account."""
        check_signature(self._envelope.token, parameters, now)
        return get_parameter(parameters, "echostr")

    def open(self, parameters: Parameters, body: bytes, now: datetime) -> OpenedPush:
        """Verify, decrypt and parse a POST; WebhookError says with which status to refuse it."""
        opened = open_envelope(self._envelope, parameters, body, now)
        return OpenedPush(read_inbound(opened.root), opened.key)

    def seal(self, opened: OpenedPush, content: str, now: datetime, nonce: str) -> bytes:
        """Write the response body; no content, or nobody to answer, gives `success`."""
        inbound = opened.inbound
        if not content or not inbound.openid or not inbound.account:
            return ACKNOWLEDGEMENT
        if inbound.kind in _UNANSWERABLE:
            return ACKNOWLEDGEMENT
        xml = render_reply_xml(inbound, content, now)
        if opened.key is None:
            return xml
        timestamp = str(int(now.timestamp()))
        return seal_envelope(self._envelope, xml, key=opened.key, timestamp=timestamp, nonce=nonce)
