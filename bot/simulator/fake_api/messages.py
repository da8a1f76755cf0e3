"""Customer-service messages and mass sends."""

from collections.abc import Callable, Sequence

from bot.simulator.access import ApiRefusal
from bot.simulator.chat import Article, Channel, Sender
from bot.simulator.fake_api.gate import Call, Endpoint, Payload, require_text, rows
from bot.simulator.mass_send import MassSend, MassState

_MAX_RECIPIENTS = 10_000
_MEDIA = {"image": "[图片]", "voice": "[语音]", "video": "[视频]", "mpvideo": "[视频]"}

Shown = tuple[str, Sequence[Article]]


def _custom_send(call: Call) -> Payload:
    account = call.account
    openid = str(call.required("touser", 40003))
    kind = str(call.required("msgtype", 40008))
    if openid not in {resident.openid for resident in account.residents()}:
        raise ApiRefusal(40003, "invalid openid")
    text, articles = _customer_service_content(call, kind)
    account.allowances.spend(openid, account.clock.now())
    account.show(openid, Sender.ACCOUNT, text, channel=Channel.CUSTOMER_SERVICE, articles=articles)
    return {"errcode": 0, "errmsg": "ok"}


def _customer_service_content(call: Call, kind: str) -> Shown:
    readers: dict[str, Callable[[Call], Shown]] = {
        "text": lambda call: (_text(call), ()),
        "news": _news,
        "msgmenu": _menu_message,
    }
    if kind in readers:
        return readers[kind](call)
    return _media(call, kind), ()


def _text(call: Call) -> str:
    return require_text(call.section("text", 44004).get("content"))


def _news(call: Call) -> Shown:
    articles = rows(call.section("news", 44003).get("articles") or [])
    if not articles:
        raise ApiRefusal(44003, "empty news")
    if len(articles) > 1:
        raise ApiRefusal(45008, "article size out of limit")
    names = ("title", "description", "picurl", "url")
    return "", [Article(*(str(one.get(name, "")) for name in names)) for one in articles]


def _menu_message(call: Call) -> Shown:
    """A list of lines to tap; 公众号 and test accounts report 40200 for it."""
    if not call.account.level.is_service:
        raise ApiRefusal(40200, "invalid account type")
    menu = call.section("msgmenu", 44004)
    lines = [str(menu.get("head_content", ""))]
    for item in rows(menu.get("list") or []):
        content, number = str(item.get("content", "")), str(item.get("id", ""))
        href = f"weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid={number}"
        lines.append(f'<a href="{href}">{content}</a>')
    lines.append(str(menu.get("tail_content", "")))
    return require_text("\n".join(line for line in lines if line)), ()


def _media(call: Call, kind: str) -> str:
    if kind not in _MEDIA:
        raise ApiRefusal(40008, "invalid message type")
    if call.section(kind, 40007).get("media_id") not in call.account.media:
        raise ApiRefusal(40007, "invalid media_id")
    return _MEDIA[kind]


def _send_all(call: Call) -> Payload:
    account = call.account
    chosen = call.section("filter", 40035)
    to_all = chosen.get("is_to_all") is True
    if to_all:
        audience = account.followers()
    else:
        audience = sorted(account.tags.get(str(chosen.get("tag_id")), frozenset()))
        if not audience:
            raise ApiRefusal(45159, "invalid tag_id")
    return _submit(call, audience, to_all=to_all)


def _send_list(call: Call) -> Payload:
    audience = call.required("touser", 40031)
    if not isinstance(audience, list):
        raise ApiRefusal(40031, "invalid openid list")
    if len(audience) < 2:
        raise ApiRefusal(40130, "invalid openid list size, at least two openid")
    if len(audience) > _MAX_RECIPIENTS:
        raise ApiRefusal(40032, "invalid openid list size")
    return _submit(call, [str(openid) for openid in audience], to_all=False)


def _submit(call: Call, audience: Sequence[str], *, to_all: bool) -> Payload:
    kind, text = _mass_content(call)
    client_id = str(call.body.get("clientmsgid") or "")
    send = call.account.mass_sends.submit(
        audience, to_all=to_all, kind=kind, text=text, client_id=client_id
    )
    return {
        "errcode": 0,
        "errmsg": "send job submission success",
        "msg_id": send.message_id,
        "msg_data_id": send.message_id + 1,
    }


def _mass_content(call: Call) -> tuple[str, str]:
    kind = str(call.required("msgtype", 40008))
    if kind == "text":
        return kind, _text(call)
    if kind == "mpnews":
        return kind, f"[图文] {call.section('mpnews', 40007).get('media_id')}"
    return kind, _media(call, kind)


def _preview(call: Call) -> Payload:
    account = call.account
    by_name = {resident.name: resident.openid for resident in account.residents()}
    openid = by_name.get(str(call.body.get("towxname"))) or str(call.body.get("touser") or "")
    if not account.is_following(openid):
        raise ApiRefusal(40003, "invalid openid")
    _, text = _mass_content(call)
    account.mass_sends.spend_preview()
    account.show(openid, Sender.ACCOUNT, text, channel=Channel.PREVIEW)
    return {"errcode": 0, "errmsg": "preview success", "msg_id": 0}


def _find(call: Call) -> MassSend:
    number = str(call.required("msg_id", 40059))
    if not number.isdecimal():
        raise ApiRefusal(40059, "invalid msg id")
    call.account.mass_sends.settle()
    return call.account.mass_sends.find(int(number))


def _get(call: Call) -> Payload:
    send = _find(call)
    # A send that waits for the administrator is still being sent, as far as the API tells.
    waits = send.state is MassState.AWAITING_CONFIRMATION
    state = MassState.SENDING if waits else send.state
    return {"msg_id": send.message_id, "msg_status": state.value}


def _delete(call: Call) -> Payload:
    call.account.mass_sends.delete(_find(call).message_id)
    return {"errcode": 0, "errmsg": "ok"}


ENDPOINTS = {
    "message/custom/send": Endpoint("POST", _custom_send),
    "message/mass/sendall": Endpoint("POST", _send_all),
    "message/mass/send": Endpoint("POST", _send_list),
    "message/mass/preview": Endpoint("POST", _preview),
    "message/mass/get": Endpoint("POST", _get),
    "message/mass/delete": Endpoint("POST", _delete),
}
