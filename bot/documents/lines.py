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


def replace_block(lines: Sequence[str], start: int, end: int, block: str) -> bytes:
    """Put a block in place of the lines from `start` to before `end`; a missing last end stays."""
    new = written_lines(block, line_end_of(lines))
    if not lines[end - 1].endswith(("\n", "\r")):
        new[-1] = new[-1].rstrip("\r\n")
    return join_lines([*lines[:start], *new, *lines[end:]])


def append_block(content: bytes, block: str) -> bytes:
    """Add a block at the end of a file, one blank line below what is there."""
    lines = split_lines(content)
    end = line_end_of(lines)
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += end
    gap = [] if not lines or not lines[-1].strip() else [end]
    return join_lines([*lines, *gap, *written_lines(block, end)])
