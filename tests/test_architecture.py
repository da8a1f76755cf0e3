"""The import law of ARCHITECTURE.md, kept by reading every module's imports."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

BOT = Path(__file__).parent.parent / "bot"

LAYERS = {
    "errors": 1,
    "clock": 1,
    "messages": 1,
    "config": 2,
    "retrieval": 2,
    "wechat": 2,
    "documents": 2,
    "knowledge": 3,
    "events": 3,
    "consultation": 3,
    "conversation": 4,
    "storage": 5,
    "assistant": 6,
    "scheduler": 6,
    "report": 6,
    "bootstrap": 7,
    "web": 8,
    "simulator": 8,
    "cli": 9,
    "wsgi": 9,
    "__main__": 10,
}

THIRD_PARTY = {
    "config": {"pydantic", "pydantic_settings"},
    "retrieval": {"numpy", "rapidfuzz", "pypinyin", "opencc"},
    "wechat": {"wechatpy", "requests", "urllib3", "cryptography", "regex", "xmltodict"},
    "documents": {"yaml", "rapidfuzz", "docx", "openpyxl", "segno", "icalendar"},
    "knowledge": {"markdown_it", "cn2an", "watchfiles"},
    "events": {"dateutil", "lunar_python", "chinese_calendar", "holidays"},
    "storage": {"sqlalchemy", "alembic", "argon2"},
    "scheduler": {"apscheduler"},
    "web": {"flask", "werkzeug", "markupsafe", "pydantic"},
    "simulator": {
        "flask",
        "werkzeug",
        "markupsafe",
        "wechatpy",
        "requests",
        "cryptography",
        "xmltodict",
    },
    "cli": {"click", "waitress", "flask"},
    "wsgi": {"flask"},
}

MAX_LINES = 400
MAX_LINES_OF_TESTS = 500


def list_modules() -> list[Path]:
    return [path for path in sorted(BOT.rglob("*.py")) if "versions" not in path.parts]


def room_of(path: Path) -> str:
    first = path.relative_to(BOT).parts[0]
    return first.removesuffix(".py")


def list_imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of every import, wherever in the module it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            if node.module == "bot":
                yield from ((node.lineno, f"bot.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module or ""


def find_breaks(path: Path) -> Iterator[str]:
    room = room_of(path)
    for line, name in list_imports(path):
        top, *rest = name.split(".")
        where = f"{path.relative_to(BOT)}:{line}: {name}"
        if top == "bot" and rest:
            if rest[0] != room and LAYERS[rest[0]] >= LAYERS[room]:
                yield f"{where}: {room} may not know {rest[0]}"
            if rest[0] == "wechat" and room not in ("wechat", "bootstrap", "web"):
                yield f"{where}: wechat has a guest list"
            if rest[0] == "clock" and LAYERS[room] in (3, 4):
                yield f"{where}: below storage the time is passed in"
        elif top not in {"bot", "_typeshed", *sys.stdlib_module_names, *THIRD_PARTY.get(room, ())}:
            yield f"{where}: {top} does not live in {room}"


@pytest.mark.parametrize("path", list_modules(), ids=lambda path: str(path.relative_to(BOT)))
def test_it_keeps_the_import_law(path: Path) -> None:
    if path == BOT / "__init__.py":
        return

    assert list(find_breaks(path)) == []


def test_it_lists_every_room() -> None:
    rooms = {room_of(path) for path in list_modules()} - {"__init__"}

    assert rooms == set(LAYERS)


@pytest.mark.parametrize(
    "source",
    [
        "import flask",
        "from bot.storage import inbox",
        "from bot.events import calendar",
        "def late():\n    from bot.storage import inbox",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sqlalchemy",
        "from bot import clock",
        "from bot.wechat import codec",
    ],
)
def test_it_catches_a_break(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "BOT", tmp_path)
    module = tmp_path / "knowledge" / "sinner.py"
    module.parent.mkdir()
    module.write_text(source, encoding="utf-8")

    assert len(list(find_breaks(module))) >= 1


@pytest.mark.parametrize("path", list_modules(), ids=lambda path: str(path.relative_to(BOT)))
def test_it_keeps_modules_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_it_keeps_test_files_small() -> None:
    large = [
        path.name
        for path in Path(__file__).parent.rglob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > MAX_LINES_OF_TESTS
    ]

    assert large == []


def test_it_gives_every_module_a_docstring() -> None:
    silent = [
        str(path.relative_to(BOT))
        for path in list_modules()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []
