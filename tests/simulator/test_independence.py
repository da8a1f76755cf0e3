"""The judge must not be the bot's relative."""

import ast
from pathlib import Path

ROOM = Path(__file__).parents[2] / "bot" / "simulator"
ALLOWED = ("bot.simulator", "bot.errors", "bot.clock")


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_it_imports_nothing_of_the_bot_but_errors_and_clock():
    modules = list(ROOM.rglob("*.py"))
    assert len(modules) > 10
    for module in modules:
        own = {name for name in imported(module) if name.split(".")[0] == "bot"}
        assert {name for name in own if not name.startswith(ALLOWED)} == set(), module


def test_the_page_takes_nothing_from_other_hosts():
    for path in [*ROOM.glob("templates/*"), *ROOM.glob("static/*")]:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text, path
        assert "https://" not in text, path
        assert "innerHTML" not in text, path
