"""The calls we make to WeChat, each with one retry on a stale token and no other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.clock import Clock
from bot.errors import SendError, UnknownOutcome
from bot.wechat.account import Account
from bot.wechat.errcodes import ALREADY_SUBMITTED, STALE_TOKEN, refusal, wrong_credentials
from bot.wechat.token import AccessTokens, TokenStore
from bot.wechat.transport import Answer, Call, TimeLimits, Transport, scrub
from bot.wechat.xml import clean_text

LONGEST_MEDIA = 2 * 1024 * 1024
"""Voice messages, the only media we fetch, are at most this long."""

LONGEST_CLIENT_ID = 64

OK = 200

Exchange = Callable[[Call], Answer]

_MEDIA = "cgi-bin/media/get"
_NOT_MEDIA = ("text/", "application/json")


class MassStatus(StrEnum):
    """How far a mass send has come."""

    SENDING = "SENDING"
    SENT = "SEND_SUCCESS"
    FAILED = "SEND_FAIL"
    DELETED = "DELETE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class MassReceipt:
    """A mass send was submitted; whether it went out is told later."""

    message_id: str
    repeated: bool = False
    """WeChat had it already, from a call of ours whose answer was lost."""


class WechatClient:
    """One account's calls; make one and share it between threads."""

    def __init__(
        self,
        account: Account,
        store: TokenStore,
        clock: Clock,
        limits: TimeLimits | None = None,
    ) -> None:
        self._account = account
        self._transport = Transport(account.api_base, limits or TimeLimits())
        self._tokens = AccessTokens(self._fetch_token, store, clock)

    def send_text(self, openid: str, content: str) -> None:
        """Send a customer-service text; WeChat allows few and only soon after a message."""
        text = {"content": clean_text(content)}
        self._send(
            Call("cgi-bin/message/custom/send", {"touser": openid, "msgtype": "text", "text": text})
        )

    def mass_send_text(
        self,
        content: str,
        *,
        client_message_id: str,
        tag_id: int | None = None,
        ignore_reprint: bool = False,
    ) -> MassReceipt:
        """Submit a text to one tag, or to everyone.

        `client_message_id` is what WeChat tells a repetition by, for 24 hours; without it the
        same text to two tags would count as one.
        """
        if not 0 < len(client_message_id.encode()) <= LONGEST_CLIENT_ID:
            raise ValueError(f"client_message_id: 1 to {LONGEST_CLIENT_ID} bytes")
        everyone = tag_id is None
        payload = {
            "filter": {"is_to_all": True} if everyone else {"is_to_all": False, "tag_id": tag_id},
            "text": {"content": clean_text(content)},
            "msgtype": "text",
            "send_ignore_reprint": int(ignore_reprint),
            "clientmsgid": client_message_id,
        }
        call = Call("cgi-bin/message/mass/sendall", payload)
        answer = self._send(call, also_fine=ALREADY_SUBMITTED)
        return MassReceipt(
            message_id=str(answer.get("msg_id", "")),
            repeated=answer["errcode"] == ALREADY_SUBMITTED,
        )

    def mass_status(self, message_id: str) -> MassStatus:
        """Ask how far a mass send has come."""
        answer = self._ask(Call("cgi-bin/message/mass/get", {"msg_id": message_id}))
        try:
            return MassStatus(str(answer.get("msg_status", "")).replace(" ", "_").upper())
        except ValueError:
            return MassStatus.UNKNOWN

    def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Replace the account's menu."""
        self._ask(Call("cgi-bin/menu/create", menu))

    def callback_addresses(self) -> tuple[str, ...]:
        """List the addresses WeChat pushes from; a further filter, never the only one."""
        addresses = self._ask(Call("cgi-bin/getcallbackip")).get("ip_list")
        return tuple(str(each) for each in addresses) if isinstance(addresses, list) else ()

    def download_media(self, media_id: str, *, limit: int = LONGEST_MEDIA) -> bytes:
        """Fetch what a resident sent, while WeChat keeps it (three days)."""
        answer = self._repeatable(Call(_MEDIA, query={"media_id": media_id}, limit=limit))
        if answer.code:
            raise self._refusal(answer)
        if not answer.complete:
            raise SendError("文件太大", permanent=True)
        if answer.status != OK or answer.content_type.startswith(_NOT_MEDIA):
            raise SendError("微信服务器没有给出文件", permanent=False)
        return answer.body

    def _send(self, call: Call, *, also_fine: int = 0) -> Mapping[str, Any]:
        """Make a call that must not be made twice."""
        answer = self._exchange(call)
        if answer.json is None or answer.code is None:
            raise UnknownOutcome("微信服务器的回答看不懂，不知道是否已收到")
        if answer.code not in (0, also_fine):
            raise self._refusal(answer)
        return answer.json

    def _ask(self, call: Call) -> Mapping[str, Any]:
        """Make a call that may be made again at will."""
        return self._accept(self._repeatable(call))

    def _accept(self, answer: Answer) -> Mapping[str, Any]:
        if answer.code:
            raise self._refusal(answer)
        if answer.json is None:
            raise SendError("微信服务器的回答看不懂", permanent=False)
        return answer.json

    def _repeatable(self, call: Call, exchange: Exchange | None = None) -> Answer:
        """Where repeating does no harm, not knowing the outcome is a passing failure."""
        try:
            return (exchange or self._exchange)(call)
        except UnknownOutcome as error:
            raise SendError(error.reason, permanent=False) from None

    def _exchange(self, call: Call) -> Answer:
        token = self._tokens.get()
        answer = self._transport.exchange(call, token)
        if answer.code not in STALE_TOKEN:
            return answer
        return self._transport.exchange(call, self._tokens.get(failing=token))

    def _fetch_token(self) -> tuple[str, timedelta]:
        # stable_token gives every caller the same token; the older call invalidates the last.
        payload = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.app_secret,
            "force_refresh": False,
        }
        answer = self._repeatable(Call("cgi-bin/stable_token", payload), self._transport.exchange)
        if answer.code in STALE_TOKEN:
            raise wrong_credentials(answer.code)
        accepted = self._accept(answer)
        token, seconds = accepted.get("access_token"), accepted.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise SendError("微信服务器没有给出 access_token", permanent=False)
        return token, timedelta(seconds=seconds)

    def _refusal(self, answer: Answer) -> SendError:
        return refusal(answer.code or 0, scrub(answer.message, self._account.app_secret))
