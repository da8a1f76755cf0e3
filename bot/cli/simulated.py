"""The throw-away account: credentials for the simulator, shared by `run` and `work`."""

import logging
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from bot.bootstrap import Parts, push_menu
from bot.config import Settings, WechatSettings, read_toml
from bot.errors import ConfigError, SendError
from bot.simulator import Account, Credentials, Level, Mode, create_simulator_app

log = logging.getLogger(__name__)

THROW_AWAY = Path("var/simulator.toml")


def simulated_settings(settings: Settings, port: int) -> Settings:
    """Return the settings with an account of the simulator's; its keys are kept in `var/`."""
    api_base = f"http://127.0.0.1:{port}/simulator/api"
    # Those of the last run, if there are any: a worker that is still running knows no others.
    wechat = settings.wechat if settings.wechat.app_id else _read() or _throw_away()
    wechat = wechat.model_copy(update={"api_base": api_base})
    if not settings.wechat.app_id:
        _write(wechat)
    return settings.model_copy(update={"wechat": wechat})


def open_settings(settings: Settings) -> tuple[Settings, bool]:
    """Return the settings a worker needs: a real account's, or those of the running simulator."""
    if settings.wechat.app_id:
        return settings, False
    if known := _read():
        return settings.model_copy(update={"wechat": known}), True
    return simulated_settings(settings, settings.server.port), True


def _throw_away() -> WechatSettings:
    made = Credentials.throwaway()
    return WechatSettings(
        app_id=made.app_id,
        app_secret=made.app_secret,
        token=made.token,
        aes_key=made.aes_key,
        account="subscription",
        verified=True,
    )


def _read() -> WechatSettings | None:
    """Read the account of the last run; one that cannot be read is made anew."""
    if not THROW_AWAY.exists():
        return None
    try:
        known = WechatSettings(**read_toml(THROW_AWAY))
    except (ConfigError, ValueError):
        return None
    return known if known.app_id else None


def simulator_for(settings: Settings, port: int, next_notice: Callable[[], str]) -> Flask:
    """Build the simulator for this account."""
    wechat = settings.wechat
    account = Account(
        Credentials(wechat.app_id, wechat.app_secret, wechat.token, wechat.aes_key),
        mode=Mode(wechat.mode),
        level=Level.of(wechat.account, verified=wechat.verified),
    )
    return create_simulator_app(account, f"http://127.0.0.1:{port}/wechat", next_notice)


def give_menu(parts: Parts) -> None:
    """Give the simulated account its menu, as an office does once."""
    try:
        push_menu(parts)
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
