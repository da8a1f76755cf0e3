"""Paragraphs out of Word files."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from bot.documents.reading import read_bytes
from bot.errors import Problem

MAX_DOCX_BYTES = 20 * 1024 * 1024
_MAX_UNPACKED_BYTES = 200 * 1024 * 1024
_OLD_WORD = b"\xd0\xcf\x11\xe0"


def read_docx(path: Path, shown: str) -> tuple[list[str], list[Problem]]:
    """Return the lines of a .docx in reading order, table cells included."""
    raw, problems = read_bytes(path, shown, MAX_DOCX_BYTES)
    if problems:
        return [], problems
    if raw.startswith(_OLD_WORD):
        hint = "这是旧版 .doc（或加了密码的文件），请用 Word 或 WPS 另存为不加密的 .docx 再导入"
        return [], [Problem(shown, 1, hint)]
    damaged = [Problem(shown, 1, "打不开：不是完好的 .docx 文件，请重新下载或另存一次")]
    try:
        with ZipFile(BytesIO(raw)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MAX_UNPACKED_BYTES:
                return [], [Problem(shown, 1, "文件解压后过大，不像正常的法律文本")]
        return list(_lines(raw)), []
    except (BadZipFile, zipfile.LargeZipFile, KeyError, ValueError, OSError):
        return [], damaged
    except (NotImplementedError, RuntimeError, SyntaxError, AttributeError):
        # An encrypted or oddly compressed archive; broken XML is a SyntaxError in lxml, and
        # python-docx trips over elements it does not expect.
        return [], damaged


def _lines(raw: bytes) -> Iterator[str]:
    # Ten megabytes that only an import of statutes needs, not every process that answers.
    from docx import Document
    from docx.text.paragraph import Paragraph

    for block in Document(BytesIO(raw)).iter_inner_content():
        if isinstance(block, Paragraph):
            yield from block.text.split("\n")
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from cell.text.split("\n")
