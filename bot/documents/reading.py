"""Bytes and text off the disk; whatever goes wrong becomes a problem in plain Chinese."""

import codecs
import errno
from pathlib import Path

from bot.errors import Problem

MAX_CONTENT_BYTES = 1024 * 1024
"""Far above any page of questions; a bigger file was dropped in the folder by mistake."""

_REASONS = {
    errno.ENOENT: "文件不存在",
    errno.EACCES: "没有读取权限",
    errno.EPERM: "没有读取权限",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ELOOP: "快捷链接绕成了一圈",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EIO: "磁盘读写出错",
    errno.ENOSPC: "磁盘满了",
    errno.EROFS: "磁盘是只读的",
    errno.EEXIST: "已经有同名的文件",
    errno.ENOTDIR: "路径中间有个文件，不是文件夹",
}


def read_bytes(path: Path, shown: str, limit: int) -> tuple[bytes, list[Problem]]:
    """Read a file of at most `limit` bytes; `shown` is the path that problems name."""
    try:
        if path.stat().st_size > limit:
            text = f"文件太大（超过 {limit // 1048576} MB），请拆成几个文件"
            return b"", [Problem(shown, 1, text)]
        if not path.is_file():
            # A pipe or device would block the reader for ever.
            return b"", [Problem(shown, 1, f"打不开：{_REASONS[errno.EISDIR]}")]
        return path.read_bytes(), []
    except OSError as error:
        return b"", [Problem(shown, 1, f"打不开文件：{explain_failure(error)}")]


def explain_failure(error: OSError) -> str:
    """Say in Chinese what the system said in English."""
    return _REASONS.get(error.errno or 0, f"系统提示 {error.strerror or error}")


def read_text(path: Path, shown: str) -> tuple[str, list[Problem]]:
    """Read a text file as UTF-8; `shown` is the path that problems name."""
    raw, problems = read_bytes(path, shown, MAX_CONTENT_BYTES)
    if problems:
        return "", problems
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        hint = "文件不是 UTF-8 编码（可能是记事本存成了 ANSI/GBK），请另存为 UTF-8"
        return "", [Problem(shown, line, hint)]
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        return "", [Problem(shown, line, "文件里有空字符，不是文本文件或已损坏")]
    return unify_line_ends(text), []


def read_foreign_text(path: Path, shown: str, limit: int) -> tuple[str, list[Problem]]:
    """Read a text somebody else published: UTF-8, UTF-16 with its mark, or GB 18030."""
    raw, problems = read_bytes(path, shown, limit)
    if problems:
        return "", problems
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return unify_line_ends(text), []
    return "", [Problem(shown, 1, "看不懂这个文件的编码，请用记事本另存为 UTF-8 的 .txt 再导入")]


def unify_line_ends(text: str) -> str:
    """Turn Windows and old Mac line ends into plain ones."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
