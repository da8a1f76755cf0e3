"""Help, a wrong configuration, and a database that cannot be used: told in words."""

import re

import pytest

from bot.cli.main import feisu
from tests.cli.conftest import Terminal

CONTRACT = [
    ["run"],
    ["work"],
    ["chat"],
    ["ask"],
    ["check"],
    ["tune"],
    ["eval"],
    ["statutes", "import"],
    ["statutes", "list"],
    ["statutes", "show"],
    ["statutes", "lock"],
    ["events", "list"],
    ["events", "preview"],
    ["misses"],
    ["handoffs"],
    ["notices", "list"],
    ["db", "upgrade"],
    ["menu"],
]


@pytest.mark.parametrize("command", CONTRACT, ids=" ".join)
def test_every_command_explains_itself(terminal: Terminal, command: list[str]) -> None:
    """In Chinese, and even with a broken configuration beside it."""
    (terminal.folder / "config.toml").write_text("[nonsense", encoding="utf-8")
    told = terminal(*command, "--help").stdout

    assert re.search(r"[\u4e00-\u9fff]{4}", told)


def test_every_command_has_a_line_of_help() -> None:
    assert [name for name, one in feisu.commands.items() if not one.get_short_help_str()] == []


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ("[wechat]\ntoken = 'x'\n", ["config.toml: wechat.token", "FEISU_WECHAT__TOKEN"]),
        ("[wechat]\napp_id = 'wx1'\n", ["填了 app_id 就必须填 token"]),
        ("[wechat]\naes_key = 'short'\n", ["43 位"]),
        ("[answer]\nanswer_at = 1\n", ["config.toml: answer", "没有这个设置"]),
        ("[answers]\nanswer_at = 2\n", ["answers.answer_at"]),
        ("[server]\nport = 'abc'\n", ["server.port"]),
        ("[server\n", ["不是正确的 TOML"]),
        ("[office]\nname = '司法所'\n".encode("gb18030"), ["UTF-8"]),
    ],
)
def test_a_wrong_configuration_is_told_in_words(
    terminal: Terminal, config: str | bytes, names: list[str]
) -> None:
    content = config if isinstance(config, bytes) else config.encode()
    (terminal.folder / "config.toml").write_bytes(content)
    result = terminal("misses", code=1)

    assert result.stdout == ""
    assert result.stderr.startswith("出错了：config.toml")
    assert [name for name in names if name not in result.stderr] == []


def test_a_secret_is_not_told_with_it(terminal: Terminal) -> None:
    terminal.environment = {
        "FEISU_WECHAT__TOKEN": "geheim-geheim",
        "FEISU_WECHAT__AES_KEY": "geheim",
    }

    assert "geheim" not in terminal("misses", code=1).output


def test_a_configuration_that_is_not_there_is_told(terminal: Terminal) -> None:
    assert "打不开配置文件" in terminal("--config", "no.toml", "ask", "x", code=1).stderr


def test_a_mark_of_notepad_does_no_harm(terminal: Terminal) -> None:
    config = "\ufeff[office]\nname = '某某司法所'\n"
    (terminal.folder / "config.toml").write_text(config, encoding="utf-8")

    assert "某某司法所" in terminal("ask", "你是谁啊，在吗").stdout + terminal("ask", "人工").stdout


@pytest.mark.parametrize(
    "command", [["misses"], ["handoffs"], ["notices", "list"], ["db", "upgrade"]]
)
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///knowledge", "unable to open database file"),
        ("sqlite:///knowledge/safety.md", "not a database"),
        ("sqlite:////proc/no/feisu.db", "文件夹"),
        ("postgresql://u:geheim@127.0.0.1:9/x", "connection failed"),
        ("nonsense://x", "不认识“nonsense”"),
        ("not an address", "数据库地址写得不对"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_words(
    terminal: Terminal, command: list[str], url: str, words: str
) -> None:
    terminal.environment["FEISU_DATABASE__URL"] = url
    result = terminal(*command, code=1)

    assert "出错了：数据库" in result.stderr or "出错了：建不了数据库" in result.stderr
    assert words in result.stderr
    assert "geheim" not in result.output
