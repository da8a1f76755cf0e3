"""The menu, the list of followers, and files residents sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

from bot.simulator.access import ApiRefusal
from bot.simulator.fake_api.gate import Call, Endpoint, Payload, rows

_FOLLOWERS_A_PAGE = 10_000
_TYPES = {
    "click": "key",
    "view": "url",
    "scancode_push": "key",
    "scancode_waitmsg": "key",
    "pic_sysphoto": "key",
    "pic_photo_or_album": "key",
    "pic_weixin": "key",
    "location_select": "key",
    "media_id": "media_id",
    "view_limited": "media_id",
    "article_id": "article_id",
    "miniprogram": "pagepath",
}
_MAX_BYTES = {"key": 128, "url": 1024}
_OK: Payload = {"errcode": 0, "errmsg": "ok"}


def check_menu(buttons: object) -> Sequence[Mapping[str, Any]]:
    """Return the buttons if WeChat would accept them, or raise its refusal."""
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise ApiRefusal(40016, "invalid button size")
    for button in rows(buttons):
        _check_name(button, 16, 40018)
        children = rows(button.get("sub_button") or [])
        if not children:
            _check_button(button, 40015, 40019)
        if len(children) > 5:
            raise ApiRefusal(40017, "invalid sub button size")
        for child in children:
            _check_name(child, 60, 40025)
            _check_button(child, 40024, 40026)
    return buttons


def _check_name(button: Mapping[str, Any], max_bytes: int, code: int) -> None:
    if not 1 <= len(str(button.get("name") or "").encode()) <= max_bytes:
        raise ApiRefusal(code, "invalid button name size")


def _check_button(button: Mapping[str, Any], type_code: int, value_code: int) -> None:
    needed = _TYPES.get(str(button.get("type")))
    if needed is None:
        raise ApiRefusal(type_code, "invalid button type")
    length = len(str(button.get(needed) or "").encode())
    if not 1 <= length <= _MAX_BYTES.get(needed, 256):
        # The code for a bad address follows that for a bad key, on both levels.
        raise ApiRefusal(value_code + (needed == "url"), f"invalid button {needed} size")


def _create_menu(call: Call) -> Payload:
    call.account.menu = check_menu(call.body.get("button"))
    return _OK


def _get_menu(call: Call) -> Payload:
    if not call.account.menu:
        raise ApiRefusal(46003, "menu no exist")
    return {"menu": {"button": list(call.account.menu)}}


def _delete_menu(call: Call) -> Payload:
    call.account.menu = ()
    return _OK


def _followers(call: Call) -> Payload:
    everyone = call.account.followers()
    start = call.arguments.get("next_openid", "")
    if start and start not in everyone:
        raise ApiRefusal(40003, "invalid openid")
    # The list goes on after the openid given.
    first = everyone.index(start) + 1 if start else 0
    page = everyone[first : first + _FOLLOWERS_A_PAGE]
    listed: Payload = {"data": {"openid": page}} if page else {}
    last = page[-1] if page else ""
    return {"total": len(everyone), "count": len(page), **listed, "next_openid": last}


def _media(call: Call) -> Response:
    kept = call.account.media.get(call.arguments.get("media_id", ""))
    if kept is None or kept.ends_at <= call.account.clock.now():
        raise ApiRefusal(40007, "invalid media_id")
    disposition = f'attachment; filename="media.{kept.content_type.split("/")[1]}"'
    response = Response(kept.content, content_type=kept.content_type)
    response.headers["Content-Disposition"] = disposition
    return response


ENDPOINTS = {
    "menu/create": Endpoint("POST", _create_menu),
    "menu/get": Endpoint("GET", _get_menu),
    "menu/delete": Endpoint("GET", _delete_menu),
    "user/get": Endpoint("GET", _followers),
    "media/get": Endpoint("GET", _media),
}
