"""The lines of a file that is changed in one place; every byte elsewhere stays as it is."""

import re
from collections.abc import Sequence

from bot.documents.reading import unify_line_ends
from bot.errors import ContentError

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")


class EditError(ContentError):
    """The file cannot be changed in the way asked for."""


def split_lines(content: bytes) -> list[str]:
    """Split a file into lines that keep their ends; raises EditError where it is no UTF-8."""
    try:
        return _LINE.findall(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise EditError("文件不是 UTF-8 编码，请先另存为 UTF-8") from None


def join_lines(lines: Sequence[str]) -> bytes:
    """Put the lines together again."""
    return "".join(lines).encode("utf-8")


def line_end_of(lines: Sequence[str]) -> str:
    """Return the line end that a file uses most."""
    windows = sum(line.endswith("\r\n") for line in lines)
    return "\r\n" if windows * 2 > len(lines) else "\n"


def written_lines(block: str, end: str) -> list[str]:
    """Split what is to be written into lines of the file."""
    return [f"{line}{end}" for line in unify_line_ends(block).strip("\n").split("\n")]
