"""Which files of the knowledge folder the console may read and write."""

import re
from pathlib import Path, PurePosixPath

from bot.errors import ContentError

SINGLE_FILES = (
    "villages.md",
    "lexicon.md",
    "safety.md",
    "other-fields.md",
    "wishes.md",
)
FOLDERS = ("faq", "events")

_NAME = re.compile(r"[\w一-鿿（）()、·—-][\w一-鿿（）()、·—. -]*")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
MAX_PATH_BYTES = 400
MAX_NAME_BYTES = 200


class PathError(ContentError):
    """这个文件不能在工作台里打开"""


def content_file(root: Path, path: str) -> Path:
    """Return the file a path of the console stands for; PathError for anything outside.

    Neither `..`, nor an absolute path, nor a link leads out of the folder; hidden names, names
    Windows cannot hold and every kind of file but ours are refused.
    """
    pure = PurePosixPath(path)
    parts = pure.parts
    sound = (
        path == str(pure)
        and len(path.encode("utf-8", "replace")) <= MAX_PATH_BYTES
        and all(_is_sound(part) for part in parts)
        and pure.suffix == ".md"
        and (path in SINGLE_FILES or (len(parts) > 1 and parts[0] in FOLDERS))
    )
    if not sound:
        raise PathError
    file = root / pure
    if not file.resolve().is_relative_to(root.resolve()):
        raise PathError
    return file


def list_content_paths(root: Path) -> list[str]:
    """List every file the console may open, by path below the folder."""
    files = [root / name for name in SINGLE_FILES]
    for folder in FOLDERS:
        files += sorted((root / folder).rglob("*.md"))
    return [path for file in files if (path := _path_of(root, file))]


def _path_of(root: Path, file: Path) -> str:
    path = file.relative_to(root).as_posix()
    try:
        return path if content_file(root, path).is_file() else ""
    except PathError:
        return ""


def _is_sound(part: str) -> bool:
    return bool(
        _NAME.fullmatch(part)
        and not _DEVICES.fullmatch(part)
        and not part.endswith((".", " "))
        and len(part.encode()) <= MAX_NAME_BYTES
    )
