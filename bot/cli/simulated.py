"""The throw-away account: credentials for the simulator, shared by `run` and `work`."""

import logging
import secrets
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.config import Settings, WechatSettings, read_toml
from bot.conversation.menu import MENU, menu_payload
from bot.errors import SendError
from bot.simulator import Account, create_simulator_app
from bot.wechat.client import WechatClient

log = logging.getLogger(__name__)

THROW_AWAY = Path("var/simulator.toml")


def simulated_settings(settings: Settings, port: int) -> Settings:
    """Return the settings with an account of the simulator's; its keys are kept in `var/`."""
    api_base = f"http://127.0.0.1:{port}/simulator/api"
    if settings.wechat.app_id:
        wechat = settings.wechat.model_copy(update={"api_base": api_base})
    else:
        wechat = WechatSettings(
            app_id="wx" + secrets.token_hex(8),
            app_secret=secrets.token_hex(16),
            token=secrets.token_hex(12),
            aes_key=_letters(43),
            account="subscription",
            verified=True,
            api_base=api_base,
        )
        _write(wechat)
    return settings.model_copy(update={"wechat": wechat})


def open_settings(settings: Settings) -> tuple[Settings, bool]:
    """Return the settings a worker needs: a real account's, or those of the running simulator."""
    if settings.wechat.app_id:
        return settings, False
    if THROW_AWAY.exists():
        wechat = WechatSettings(**read_toml(THROW_AWAY))
        return settings.model_copy(update={"wechat": wechat}), True
    return simulated_settings(settings, settings.server.port), True


def simulator_for(settings: Settings, port: int, jump: Callable[[], str]) -> Any:
    """Build the simulator for this account."""
    wechat = settings.wechat
    account = Account(
        app_id=wechat.app_id,
        app_secret=wechat.app_secret,
        token=wechat.token,
        aes_key=wechat.aes_key,
        mode=wechat.mode,
        kind=wechat.account,
        verified=wechat.verified,
    )
    return create_simulator_app(account, f"http://127.0.0.1:{port}/wechat", jump)


def push_menu(client: WechatClient) -> None:
    """Give the account its menu, as an office would from its console."""
    try:
        client.create_menu(menu_payload(MENU))
    except SendError as error:
        log.warning("menu not created: %s", error.reason, extra={"action": "menu-failed"})


def _write(wechat: WechatSettings) -> None:
    THROW_AWAY.parent.mkdir(parents=True, exist_ok=True)
    values = wechat.model_dump()
    lines = [f"{key} = {_toml(value)}" for key, value in values.items()]
    THROW_AWAY.touch(mode=0o600)
    THROW_AWAY.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


def _letters(count: int) -> str:
    # 43 characters of base64 hold 258 bits for a 256-bit key: the last must leave two unset.
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(count - 1)) + "A"
