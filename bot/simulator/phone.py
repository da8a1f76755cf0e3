"""A resident's phone, for tests and for the page: every method is something a thumb can do."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.simulator import pushes
from bot.simulator.account import Account, SimulatorError
from bot.simulator.chat import ChatLine, Segment, Sender
from bot.simulator.delivery import Courier, Heard
from bot.simulator.pushes import Push
from bot.simulator.quotas import Trigger

# The shortest files that are what they claim: one silent AMR frame, one grey GIF pixel.
SILENT_VOICE = b"#!AMR\n" + bytes([0x3C]) + bytes(31)
GREY_PIXEL = bytes.fromhex("47494638396101000100800000999999ffffff2c00000000010001000002024401003b")


def new_openid() -> str:
    """Make an openid of WeChat's length and letters."""
    return "oSim" + secrets.token_urlsafe(18)


class Phone:
    """One resident and what they do; a follower from the start unless told otherwise."""

    def __init__(
        self,
        account: Account,
        webhook_url: str,
        openid: str = "",
        *,
        name: str = "",
        following: bool = True,
    ) -> None:
        self.account = account
        self.openid = openid or new_openid()
        self.courier = Courier(account, webhook_url)
        account.resident(self.openid, name, following=following)

    @property
    def lines(self) -> Sequence[ChatLine]:
        """Everything on the screen."""
        return self.account.chat.of(self.openid)

    @property
    def inbox(self) -> Sequence[ChatLine]:
        """What the resident received, WeChat's error texts included."""
        return [line for line in self.lines if line.sender is not Sender.RESIDENT]

    def wait(self, *, after: int = 0, timeout_seconds: float = 10.0) -> ChatLine | None:
        """Wait for a line to arrive whose number is above `after`."""
        chat = self.account.chat
        return chat.wait_for(self.openid, after=after, timeout_seconds=timeout_seconds)

    def say(self, text: str) -> Heard:
        """Type a text and send it."""
        return self.courier.deliver(self.write(text))

    def write(self, text: str) -> Push:
        """Send a text that stays on its way: deliver it with the courier, late or out of order."""
        return self._send(pushes.text(self.openid, pushes.clean(text)), text, Trigger.MESSAGE)

    def tap(self, number: int) -> Heard:
        """Tap the `number`th line (from 1) of the newest message that has any."""
        for line in reversed(self.inbox):
            if line.taps:
                if not 1 <= number <= len(line.taps):
                    raise SimulatorError(f"最近的消息只有 {len(line.taps)} 行可以点")
                return self.tap_segment(line.taps[number - 1])
        raise SimulatorError("没有可以点的消息")

    def tap_segment(self, segment: Segment) -> Heard:
        """Tap one particular line; WeChat counts it as a menu click, not as a message."""
        push = pushes.text(self.openid, segment.message, menu_id=segment.menu_id)
        return self.courier.deliver(self._send(push, segment.message, Trigger.MENU_CLICK))

    def menu(self, key: str) -> Heard:
        """Press the menu button with this key, address or name."""
        for button in _leaves(self.account.menu):
            if key in (button.get("key"), button.get("url"), button.get("name")):
                return self._press(button)
        raise SimulatorError(f"菜单上没有「{key}」")

    def follow(self, *, scene: str = "") -> Heard:
        """Follow the account, by a QR code if a scene is given."""
        self.account.set_following(self.openid, following=True)
        self.account.grant(self.openid, Trigger.FOLLOW)
        return self.courier.deliver(pushes.follow(self.openid, scene=scene))

    def unfollow(self) -> Heard:
        """Leave the account."""
        self.account.set_following(self.openid, following=False)
        return self.courier.deliver(pushes.unfollow(self.openid))

    def scan(self, scene: str) -> Heard:
        """Scan a QR code while already following."""
        self._require_following()
        self.account.grant(self.openid, Trigger.SCAN)
        return self.courier.deliver(pushes.scan(self.openid, scene))

    def send_voice(self, *, recognition: str = "") -> Heard:
        """Speak."""
        media_id = self.account.keep_media(SILENT_VOICE, "audio/amr")
        push = pushes.voice(self.openid, media_id, recognition=recognition)
        return self.courier.deliver(self._send(push, "[语音]", Trigger.MESSAGE))

    def send_image(self) -> Heard:
        """Send a picture."""
        media_id = self.account.keep_media(GREY_PIXEL, "image/gif")
        push = pushes.image(self.openid, media_id, f"http://mmbiz.qpic.cn/simulated/{media_id}")
        return self.courier.deliver(self._send(push, "[图片]", Trigger.MESSAGE))

    def send_location(self, latitude: str, longitude: str, label: str) -> Heard:
        """Send a place."""
        push = pushes.location(self.openid, latitude, longitude, label)
        return self.courier.deliver(self._send(push, f"[位置] {label}", Trigger.MESSAGE))

    def send(self, push: Push) -> Heard:
        """Deliver any other push as this resident's, without a bubble."""
        return self.courier.deliver(push)

    def _press(self, button: Mapping[str, Any]) -> Heard:
        self._require_following()
        kind = str(button.get("type", "click"))
        if kind == "view":
            return self.courier.deliver(pushes.menu_view(self.openid, str(button["url"])))
        key = str(button.get("key", ""))
        if kind != "click":
            return self.courier.deliver(pushes.menu_tool(self.openid, kind, key))
        self.account.grant(self.openid, Trigger.MENU_CLICK)
        return self.courier.deliver(pushes.menu_click(self.openid, key))

    def _send(self, push: Push, shown: str, trigger: Trigger) -> Push:
        self._require_following()
        self.account.show(self.openid, Sender.RESIDENT, pushes.clean(shown))
        self.account.grant(self.openid, trigger)
        return self.account.stamp(push)

    def _require_following(self) -> None:
        if not self.account.is_following(self.openid):
            raise SimulatorError("没有关注公众号，发不了消息")


def _leaves(menu: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for button in menu:
        children = button.get("sub_button") or []
        yield from children if children else [button]
