"""Tokens, quota clearing and WeChat's own addresses."""

from bot.simulator.access import ApiRefusal
from bot.simulator.fake_api.gate import Call, Endpoint, Payload


def _token(call: Call) -> Payload:
    arguments = call.arguments
    _check_credentials(
        call, arguments.get("grant_type"), arguments.get("appid"), arguments.get("secret")
    )
    value, seconds = call.account.tokens.plain()
    return {"access_token": value, "expires_in": seconds}


def _stable_token(call: Call) -> Payload:
    body = call.body
    _check_credentials(call, body.get("grant_type"), body.get("appid"), body.get("secret"))
    value, seconds = call.account.tokens.stable(force=body.get("force_refresh") is True)
    return {"access_token": value, "expires_in": seconds}


def _check_credentials(call: Call, grant: object, app_id: object, secret: object) -> None:
    account = call.account
    if grant != "client_credential":
        raise ApiRefusal(40002, "invalid grant_type")
    if not app_id:
        raise ApiRefusal(41002, "appid missing")
    if not secret:
        raise ApiRefusal(41004, "appsecret missing")
    if app_id != account.credentials.app_id:
        raise ApiRefusal(40013, "invalid appid")
    if secret != account.credentials.app_secret:
        raise ApiRefusal(40125, "invalid appsecret")
    if account.allowed_ips is not None and call.address not in account.allowed_ips:
        raise ApiRefusal(40164, f"invalid ip {call.address}, not in whitelist")


def _clear_quota(call: Call) -> Payload:
    if call.body.get("appid") != call.account.credentials.app_id:
        raise ApiRefusal(40013, "invalid appid")
    call.account.tokens.clear_quota()
    return {"errcode": 0, "errmsg": "ok"}


def _addresses(call: Call) -> Payload:
    return {"ip_list": ["127.0.0.1"]}


ENDPOINTS = {
    "token": Endpoint("ANY", _token, needs_token=False),
    "stable_token": Endpoint("POST", _stable_token, needs_token=False),
    "clear_quota": Endpoint("POST", _clear_quota),
    "getcallbackip": Endpoint("GET", _addresses),
    "get_api_domain_ip": Endpoint("GET", _addresses),
}
