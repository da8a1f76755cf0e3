"""Paragraphs out of Word files."""

import zipfile
from pathlib import Path

import pytest
from docx import Document

from bot.documents.docx import read_docx


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.docx"


def test_it_reads_paragraphs_breaks_and_tables_in_order(path: Path) -> None:
    document = Document()
    document.add_heading("题", level=1)
    document.add_paragraph("第一条 甲。")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "乙", "丙"
    document.add_paragraph("丁").add_run().add_break()
    document.save(str(path))
    assert read_docx(path, "a.docx") == (["题", "第一条 甲。", "乙", "丙", "丁", ""], [])


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "不是完好的 .docx"),
        (b"PK\x03\x04cut", "不是完好的 .docx"),
        (b"plain text", "不是完好的 .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 .doc（或加了密码的文件）"),
    ],
)
def test_it_tells_what_is_wrong(path: Path, raw: bytes, told: str) -> None:
    path.write_bytes(raw)
    lines, (problem,) = read_docx(path, "a.docx")
    assert lines == []
    assert told in problem.text


def test_it_tells_of_a_file_that_is_not_there(path: Path) -> None:
    assert "文件不存在" in read_docx(path, "a.docx")[1][0].text


@pytest.mark.parametrize("content", [b"<broken", b"", b"<?xml version='1.0'?><a/>"])
def test_it_tells_of_an_archive_that_is_no_document(path: Path, content: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", content)
        archive.writestr("word/document.xml", content)
    assert "不是完好的 .docx" in read_docx(path, "a.docx")[1][0].text


def test_it_refuses_what_unpacks_to_a_mountain(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (201 * 1024 * 1024))
    assert "过大" in read_docx(path, "a.docx")[1][0].text
