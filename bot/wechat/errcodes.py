"""What each of WeChat's error codes means for us, in words the staff understand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import Action, SendError


@dataclass(frozen=True)
class Verdict:
    """One code's meaning. `permanent`: the same call can only be refused again."""

    action: Action
    permanent: bool
    reason: str


STALE_TOKEN = frozenset({40001, 40014, 42001})
ADDRESS_NOT_ALLOWED = 40164
ALREADY_SUBMITTED = 45065

_FAR_TOO_LONG = 200

_VERDICTS: Mapping[int, Verdict] = {
    -1: Verdict(Action.RETRY_SOON, False, "微信系统繁忙，请稍后再试"),
    40001: Verdict(Action.REFRESH_TOKEN, False, "access_token 不被接受，换新后仍然如此"),
    40014: Verdict(Action.REFRESH_TOKEN, False, "access_token 不被接受，换新后仍然如此"),
    42001: Verdict(Action.REFRESH_TOKEN, False, "access_token 已过期，换新后仍然如此"),
    40013: Verdict(Action.FIX_CONFIGURATION, True, "AppID 不对，请核对配置 wechat.app_id"),
    40125: Verdict(Action.FIX_CONFIGURATION, True, "AppSecret 不对，请核对配置 wechat.app_secret"),
    40164: Verdict(Action.FIX_CONFIGURATION, True, "本机的 IP 地址不在公众平台的白名单里，请添加"),
    40003: Verdict(Action.MARK_INACTIVE, True, "对方没有关注公众号"),
    43004: Verdict(Action.MARK_INACTIVE, True, "对方没有关注公众号"),
    50005: Verdict(Action.MARK_INACTIVE, True, "对方没有关注公众号"),
    43019: Verdict(Action.SKIP_RECIPIENT, True, "对方在黑名单里"),
    48002: Verdict(Action.SKIP_RECIPIENT, True, "对方拒收公众号的消息"),
    43101: Verdict(Action.DROP_GRANT, True, "对方没有订阅，或订阅次数已用完"),
    45002: Verdict(Action.FIX_CONTENT, True, "消息内容太长"),
    47003: Verdict(Action.FIX_CONTENT, True, "模板内容不合规则"),
    40037: Verdict(Action.FIX_CONTENT, True, "模板编号不对或已停用"),
    45009: Verdict(Action.WAIT_A_DAY, False, "今天的接口调用次数已用完，明天再试"),
    45011: Verdict(Action.WAIT, False, "接口调用太频繁，一分钟后再试"),
    45066: Verdict(Action.WAIT, False, "群发重试太快，一分钟后再试"),
    45028: Verdict(Action.NO_QUOTA, True, "群发次数已用完"),
    45015: Verdict(Action.QUEUE_FOR_NEXT_MESSAGE, True, "对方 48 小时内没有来过消息，现在发不了"),
    45047: Verdict(Action.QUEUE_FOR_NEXT_MESSAGE, True, "对方的客服消息条数已用完，现在发不了"),
    45065: Verdict(Action.ALREADY_SUBMITTED, True, "同一条群发已经提交过"),
    48001: Verdict(Action.NO_RIGHT, True, "公众号没有这个接口的权限（多半是没有认证）"),
    48004: Verdict(Action.STOP, True, "这个接口被微信封禁，请登录公众平台查看原因"),
    50002: Verdict(Action.STOP, True, "公众号被微信限制，请登录公众平台查看原因"),
}

_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*(?::[0-9a-fA-F]*){2,}")


def refusal(code: int, message: str) -> SendError:
    """Build the error for a code; `message` is WeChat's own, already free of secrets."""
    verdict = _VERDICTS.get(code)
    if verdict is None:
        reason = f"微信返回错误 {code}：{message[:_FAR_TOO_LONG]}"
        return SendError(reason, code=code, permanent=True, action=Action.SHOW_STAFF)
    reason = f"{verdict.reason}（微信错误 {code}）"
    address = _ADDRESS.search(message) if code == ADDRESS_NOT_ALLOWED else None
    if address:
        reason = f"{reason}：{address.group()}"
    return SendError(reason, code=code, permanent=verdict.permanent, action=verdict.action)


def wrong_credentials(code: int) -> SendError:
    """Build the error for a token call that was itself refused as unauthorised."""
    verdict = _VERDICTS[40125]
    reason = f"{verdict.reason}（微信错误 {code}）"
    return SendError(reason, code=code, permanent=True, action=verdict.action)
