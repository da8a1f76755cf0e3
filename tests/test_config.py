"""Settings: the example is complete, mistakes are named, secrets are never shown."""

import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.config import Settings, load_settings
from bot.errors import ConfigError

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
AES_KEY = "a" * 42 + "A"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_holds_every_setting_at_its_default() -> None:
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    names = {
        section: set(type(value).model_fields)
        for section, value in Settings()
        if isinstance(value, BaseModel)
    }

    assert {section: set(values) for section, values in example.items()} == names
    assert load_settings(EXAMPLE) == Settings()


def test_every_setting_of_the_example_is_explained() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if "=" in line.split("#")[0] and "#" not in line] == []


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEISU_SERVER__PORT", "9001")
    path = write(tmp_path, "[server]\nport = 9000\nhost = '0.0.0.0'\n")

    server = load_settings(path).server
    assert (server.port, server.host) == (9001, "0.0.0.0")


def test_it_reads_a_file_saved_by_notepad(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes("\ufeff[office]\r\nname = '司法所'\r\n".encode())

    assert load_settings(path).office.name == "司法所"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[office]\nnmae = 'x'\n", "office.nmae：没有这个设置"),
        ("[nonsense]\n", "nonsense：没有这个设置"),
        ("[server]\nport = 'x'\n", "server.port（或环境变量 FEISU_SERVER__PORT）"),
        ("[wechat]\ntoken = '有中文'\n", "3 到 32 位字母或数字"),
        ("[wechat]\naes_key = 'short'\n", "43 位"),
        ("[wechat]\napp_id = 'wx1'\n", "必须填 token"),
        ("[wechat]\napp_id = 'wx1'\ntoken = 'abc'\n", "必须填 aes_key"),
        ("[answers]\nanswer_at = 0.2\nclarify_at = 0.5\n", "不能大于"),
        ("[server]\npublic_url = 'fs.example.cn'\n", "https://"),
        ("[server\n", "不是正确的 TOML"),
    ],
)
def test_it_names_the_mistake(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml") as caught:
        load_settings(write(tmp_path, text))

    assert told in str(caught.value)


def test_it_names_a_missing_file_and_a_wrong_encoding(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="打不开"):
        load_settings(tmp_path / "nowhere.toml")
    path = tmp_path / "gbk.toml"
    path.write_bytes("[office]\nname = '司法所'\n".encode("gb18030"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_settings(path)


def test_it_never_shows_a_secret(tmp_path: Path) -> None:
    canary = "TOPSECRETTOPSECRET"
    path = write(
        tmp_path,
        f"[wechat]\napp_id = 'wx1'\ntoken = 'abc'\naes_key = '{AES_KEY}'\napp_secret = '{canary}'",
    )
    assert canary not in repr(load_settings(path))
    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, f"[wechat]\naes_key = '{canary}'\n"))
    assert canary not in str(caught.value)
