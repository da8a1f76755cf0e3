"""Every message and event WeChat pushes, as a value and as XML."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

Element: TypeAlias = "str | int | Mapping[str, Element] | Sequence[Element]"

# Characters XML 1.0 cannot carry, and lone surrogates: no phone can send them either.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# Passive replies to other events are accepted and shown to nobody.
_ANSWERABLE = {"subscribe", "scan", "click", "location", "scancode_waitmsg", "location_select"}


@dataclass(frozen=True)
class Push:
    """One message or event. Until stamped with a time (and MsgId) it is new at every delivery."""

    openid: str
    kind: str
    fields: Mapping[str, Element]
    summary: str
    """What the log panel calls it."""
    created: int = 0
    message_id: int = 0

    @property
    def event(self) -> str:
        """The event's name, or nothing for a message."""
        return str(self.fields.get("Event", "")) if self.kind == "event" else ""

    @property
    def shows_reply(self) -> bool:
        """Tell whether the phone shows a passive reply to it."""
        return not self.event or self.event.lower() in _ANSWERABLE

    def aged(self, seconds: int) -> "Push":
        """Return the same push as one that was created earlier and arrives late."""
        return replace(self, created=self.created - seconds)


def text(openid: str, content: str, *, menu_id: str = "") -> Push:
    """A typed text, or a tapped menu line when `menu_id` is given."""
    fields: dict[str, Element] = {"Content": content}
    if menu_id:
        fields["bizmsgmenuid"] = menu_id
    return Push(openid, "text", fields, f"文字：{content}")


def image(openid: str, media_id: str, picture: str) -> Push:
    """A picture."""
    return Push(openid, "image", {"PicUrl": picture, "MediaId": media_id}, "图片")


def voice(openid: str, media_id: str, *, recognition: str = "") -> Push:
    """A voice message; WeChat's own recognition has been empty since 2023."""
    fields = {"MediaId": media_id, "Format": "amr", "Recognition": recognition}
    return Push(openid, "voice", fields, "语音")


def video(openid: str, media_id: str, *, short: bool = False) -> Push:
    """A video, or one taken inside the chat."""
    fields = {"MediaId": media_id, "ThumbMediaId": f"{media_id}-thumb"}
    return Push(openid, "shortvideo" if short else "video", fields, "小视频" if short else "视频")


def location(openid: str, latitude: str, longitude: str, label: str) -> Push:
    """A place sent as a message."""
    place: dict[str, Element] = {"Location_X": latitude, "Location_Y": longitude, "Label": label}
    return Push(openid, "location", {**place, "Scale": 20}, f"位置：{label}")


def link(openid: str, title: str, url: str, description: str = "") -> Push:
    """A shared article."""
    fields = {"Title": title, "Description": description, "Url": url}
    return Push(openid, "link", fields, f"链接：{title}")


def event(openid: str, name: str, fields: Mapping[str, Element] | None = None) -> Push:
    """Any event by its name, known or not."""
    return Push(openid, "event", {"Event": name, **(fields or {})}, f"事件：{name}")


def follow(openid: str, *, scene: str = "") -> Push:
    """A new follower, by QR code when a scene is given."""
    by_code = {"EventKey": f"qrscene_{scene}", "Ticket": "gQ-simulated"} if scene else {}
    return event(openid, "subscribe", {"EventKey": "", **by_code})


def unfollow(openid: str) -> Push:
    """A follower leaves."""
    return event(openid, "unsubscribe", {"EventKey": ""})


def scan(openid: str, scene: str) -> Push:
    """A follower scans a QR code with a scene."""
    return event(openid, "SCAN", {"EventKey": scene, "Ticket": "gQ-simulated"})


def report_location(openid: str, latitude: str, longitude: str) -> Push:
    """The phone tells where it is on opening the chat."""
    fields = {"Latitude": latitude, "Longitude": longitude, "Precision": "40.000000"}
    return event(openid, "LOCATION", fields)


def menu_click(openid: str, key: str) -> Push:
    """A press on a menu button of type click."""
    return event(openid, "CLICK", {"EventKey": key})


def menu_view(openid: str, url: str) -> Push:
    """A press on a menu button that opens a page."""
    return event(openid, "VIEW", {"EventKey": url, "MenuId": "400000000"})


def menu_tool(openid: str, name: str, key: str) -> Push:
    """A press on a menu button that scans, takes pictures or picks a place."""
    tools: dict[str, dict[str, Element]] = {
        "scancode": {"ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "1"}},
        "pic": {"SendPicsInfo": {"Count": 1, "PicList": {"item": {"PicMd5Sum": "0" * 32}}}},
        "location": {"SendLocationInfo": {"Location_X": "35.1", "Location_Y": "118.8"}},
        "view": {"MenuId": "400000000"},
    }
    return event(openid, name, {"EventKey": key, **tools.get(name.split("_")[0], {})})


def template_finished(openid: str, message_id: int, status: str) -> Push:
    """How a template message went: success, failed:user block or failed: system failed."""
    return event(openid, "TEMPLATESENDJOBFINISH", {"MsgID": message_id, "Status": status})


def mass_finished(
    openid: str, message_id: int, status: str, counts: tuple[int, int, int, int]
) -> Push:
    """How a mass send went; counts are total, after filtering, sent and failed."""
    names = ("TotalCount", "FilterCount", "SentCount", "ErrorCount")
    fields: dict[str, Element] = {"MsgID": message_id, "Status": status}
    fields |= dict(zip(names, counts, strict=True))
    # Both may be empty, as reported from the field in 2025.
    return event(openid, "MASSSENDJOBFINISH", {**fields, "CopyrightCheckResult": ""})


def publish_finished(openid: str, publish_id: int, status: int) -> Push:
    """How publishing a draft went; 0 is success."""
    return event(
        openid,
        "PUBLISHJOBFINISH",
        {"PublishEventInfo": {"publish_id": publish_id, "publish_status": status}},
    )


def subscription(openid: str, name: str, entries: Sequence[Mapping[str, Element]]) -> Push:
    """A subscribe_msg_popup_event, _change_event or _sent_event; List stands once per entry."""
    wrapper = "".join(part.title() for part in name.removesuffix("_event").split("_")) + "Event"
    return event(openid, name, {wrapper: {"List": list(entries)}})


def customer_service_session(openid: str, name: str, clerk: str) -> Push:
    """A kf_create_session, kf_close_session or kf_switch_session."""
    keys = ("FromKfAccount", "ToKfAccount") if "switch" in name else ("KfAccount",)
    return event(openid, name, dict.fromkeys(keys, clerk))


def verification(openid: str, name: str, expires: int) -> Push:
    """A qualification_verify_success, naming_verify_success, annual_renew or verify_expired."""
    return event(openid, name, {"ExpiredTime": expires})


def authorization_change(reporter: str, subject: str, name: str, app_id: str) -> Push:
    """A personal-data event: whom it is about stands in OpenID, not in FromUserName."""
    fields: dict[str, Element] = {"OpenID": subject, "AppID": app_id}
    if name == "user_authorization_revoke":
        fields["RevokeInfo"] = "1"
    return event(reporter, name, fields)


def render(push: Push, account: str) -> str:
    """Write a push as WeChat writes it, before any encryption."""
    head: dict[str, Element] = {
        "ToUserName": account,
        "FromUserName": push.openid,
        "CreateTime": push.created,
        "MsgType": push.kind,
    }
    tail: dict[str, Element] = {"MsgId": push.message_id} if push.message_id else {}
    return f"<xml>{render_elements({**head, **push.fields, **tail})}</xml>"


def clean(typed: str) -> str:
    """Drop what a phone cannot send."""
    return _ILLEGAL.sub("", typed)


def render_elements(fields: Mapping[str, Element]) -> str:
    """Write elements one after another; text in CDATA, as WeChat does."""
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Element) -> str:
    if isinstance(value, str):
        # A CDATA section cannot hold its own end; two sections can.
        inner = "<![CDATA[" + clean(value).replace("]]>", "]]]]><![CDATA[>") + "]]>"
    elif isinstance(value, int):
        inner = str(value)
    elif isinstance(value, Mapping):
        inner = render_elements(value)
    else:
        return "".join(_element(name, one) for one in value)
    return f"<{name}>{inner}</{name}>"
