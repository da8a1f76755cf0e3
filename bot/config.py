"""Settings: `config.toml`, then environment variables `FEISU_<SECTION>__<KEY>`."""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import ConfigError

DEFAULT_CONFIG = Path("config.toml")


class Section(BaseModel):
    """One table of the file: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficeSettings(Section):
    """What replies may say of the office; an empty field is left out of them."""

    name: str = ""
    town: str = ""
    county: str = ""
    phone: str = ""
    address: str = ""
    hours: str = ""
    follow_link: str = ""

    @field_validator("follow_link")
    @classmethod
    def _follow_link_shape(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/]+/[^\s]*", value):
            raise ValueError("应以 http:// 或 https:// 开头")
        return value


class WechatSettings(Section):
    """The account's credentials and level."""

    app_id: str = ""
    app_secret: str = Field(default="", repr=False)
    token: str = Field(default="", repr=False)
    aes_key: str = Field(default="", repr=False)
    previous_aes_key: str = Field(default="", repr=False)
    mode: Literal["secure", "compat", "plain"] = "secure"
    account: Literal["subscription", "service"] = "subscription"
    verified: bool = False
    api_base: str = "https://api.weixin.qq.com"

    @field_validator("token")
    @classmethod
    def _token_shape(cls, value: str) -> str:
        # 3 to 32 letters or digits, as WeChat's own form demands.
        if value and not re.fullmatch(r"[A-Za-z0-9]{3,32}", value):
            raise ValueError("应为 3 到 32 位字母或数字")
        return value

    @field_validator("aes_key", "previous_aes_key")
    @classmethod
    def _aes_key_shape(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9]{43}", value):
            raise ValueError("应为 43 位字母或数字（EncodingAESKey）")
        return value

    @model_validator(mode="after")
    def _complete(self) -> "WechatSettings":
        # An empty token would let anyone sign a push (sha1 of public values only).
        if self.app_id and not self.token:
            raise ValueError("填了 app_id 就必须填 token，否则任何人都能冒充微信")
        if self.app_id and self.mode != "plain" and not self.aes_key:
            raise ValueError(f"{self.mode} 模式必须填 aes_key")
        return self


class ServerSettings(Section):
    """Where the web server listens and how the outside reaches it."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    public_url: str = ""
    proxies: Annotated[int, Field(ge=0, le=5)] = 0

    @field_validator("public_url")
    @classmethod
    def _public_url_shape(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/]+(/[^\s]*)?", value):
            raise ValueError("应以 http:// 或 https:// 开头")
        return value.rstrip("/")


class DatabaseSettings(Section):
    """Where people's data is kept."""

    url: str = "sqlite:///var/feisu.db"


class KnowledgeSettings(Section):
    """Where content is kept, and the imported official texts."""

    path: Path = Path("knowledge")
    statutes: Path = Path("var/statutes")
    second_person: bool = True


class AnswersSettings(Section):
    """Thresholds on the calibrated confidence, 0 to 1."""

    answer_at: Annotated[float, Field(ge=0, le=1)] = 0.72
    clarify_at: Annotated[float, Field(ge=0, le=1)] = 0.25

    @model_validator(mode="after")
    def _ordered(self) -> "AnswersSettings":
        if self.clarify_at > self.answer_at:
            raise ValueError("clarify_at 不能大于 answer_at")
        return self


class NoticesSettings(Section):
    """When notices may go out."""

    quiet_from: time = time(21, 0)
    quiet_until: time = time(7, 0)
    late_hours: Annotated[float, Field(gt=0, le=72)] = 2.0
    approval: bool = False


class PrivacySettings(Section):
    """How long personal data is kept."""

    keep_messages_days: Annotated[int, Field(ge=1, le=3650)] = 180


class ConsoleSettings(Section):
    """How long a member of staff may sit idle before signing in again."""

    idle_minutes: Annotated[int, Field(ge=5, le=720)] = 30


class MailSettings(Section):
    """Where the e-mail about danger signs goes out; no host, no mail."""

    host: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 465
    security: Literal["ssl", "starttls", "none"] = "ssl"
    user: str = ""
    password: str = Field(default="", repr=False)
    sender: str = ""
    recipients: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> "MailSettings":
        if self.host and not (self.sender and self.recipients):
            raise ValueError("填了 host 就必须填 sender（发件人）和 recipients（收件人）")
        if any("@" not in address for address in self.recipients):
            raise ValueError("recipients 里要写邮箱地址")
        return self


class Settings(BaseSettings):
    """Everything an installation can set."""

    model_config = SettingsConfigDict(
        env_prefix="FEISU_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    office: OfficeSettings = OfficeSettings()
    wechat: WechatSettings = WechatSettings()
    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    knowledge: KnowledgeSettings = KnowledgeSettings()
    answers: AnswersSettings = AnswersSettings()
    notices: NoticesSettings = NoticesSettings()
    privacy: PrivacySettings = PrivacySettings()
    console: ConsoleSettings = ConsoleSettings()
    mail: MailSettings = MailSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, which arrives as init values."""
        return env_settings, init_settings


def load_settings(path: Path | None = None) -> Settings:
    """Read `path` (or `config.toml` if it is there), then the environment.

    Raises ConfigError naming the file, the key and what was expected.
    """
    source = path or DEFAULT_CONFIG
    values: dict[str, Any] = {}
    if path is not None or source.exists():
        values = read_toml(source)
    try:
        return Settings(**values)
    except ValidationError as error:
        raise ConfigError(_explain(error, source)) from None


def with_options(settings: Settings, options: Mapping[str, Any]) -> Settings:
    """Lay what was set at the console over the file; the environment still wins.

    A section that does not fit (of another release, or changed by hand) is left out whole.
    """
    fixed = fixed_by_environment()
    sections: dict[str, Section] = {}
    for name in ("office", "answers", "notices"):
        known: Section = getattr(settings, name)
        given = options.get(name)
        if not isinstance(given, Mapping):
            continue
        values = {key: value for key, value in given.items() if f"{name}.{key}" not in fixed}
        try:
            sections[name] = type(known)(**{**known.model_dump(), **values})
        except ValidationError:
            continue
    return settings.model_copy(update=sections)


def fixed_by_environment() -> frozenset[str]:
    """List the settings (`office.phone`) that the environment decides, whatever else is set."""
    names = (name.upper().removeprefix("FEISU_") for name in os.environ if _is_ours(name))
    return frozenset(name.lower().replace("__", ".", 1) for name in names)


def _is_ours(name: str) -> bool:
    return name.upper().startswith("FEISU_")


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; ConfigError says in Chinese what is wrong with it."""
    try:
        # Notepad on Windows saves a byte-order mark; tomllib refuses it.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: 打不开配置文件：{error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: 配置文件不是 UTF-8 编码，请用记事本另存为 UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: 不是正确的 TOML：{error}") from None


def _explain(error: ValidationError, source: Path) -> str:
    lines = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"]) or "（整个文件）"
        variable = "FEISU_" + "__".join(str(part).upper() for part in item["loc"])
        if item["type"] == "extra_forbidden":
            lines.append(f"{source}: {key}：没有这个设置，请对照 config.example.toml")
            continue
        # Never echo the value: it may be a secret.
        reason = item["msg"].removeprefix("Value error, ")
        lines.append(f"{source}: {key}（或环境变量 {variable}）：{reason}")
    return "\n".join(lines)
