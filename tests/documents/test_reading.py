"""Bytes off the disk, and what may be wrong with them."""

import os
from pathlib import Path

import pytest

from bot.documents.reading import MAX_CONTENT_BYTES, read_foreign_text, read_text
from bot.documents.writing import write_atomically


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.md"


def test_it_reads_utf8_with_mark_and_any_line_ends(path: Path) -> None:
    path.write_bytes("\ufeff甲\r\n乙\r丙\n".encode())
    assert read_text(path, "a.md") == ("甲\n乙\n丙\n", [])


@pytest.mark.parametrize(
    ("raw", "line", "told"),
    [
        ("甲\n乙".encode("gb18030"), 1, "文件不是 UTF-8 编码"),
        ("甲\n".encode() + "乙".encode("gb18030"), 2, "文件不是 UTF-8 编码"),
        ("甲".encode("utf-16"), 1, "文件不是 UTF-8 编码"),
        (b"a\nb\x00", 2, "文件里有空字符"),
        (b"a" * (MAX_CONTENT_BYTES + 1), 1, "文件太大（超过 1 MB），请拆成几个文件"),
    ],
)
def test_it_tells_what_is_wrong(path: Path, raw: bytes, line: int, told: str) -> None:
    path.write_bytes(raw)
    text, (problem,) = read_text(path, "甲.md")
    assert (text, problem.path, problem.line) == ("", "甲.md", line)
    assert problem.text.startswith(told)


def test_it_tells_why_a_file_does_not_open(tmp_path: Path) -> None:
    (tmp_path / "夹").mkdir()
    os.mkfifo(tmp_path / "管道")
    (tmp_path / "圈").symlink_to(tmp_path / "圈")
    for name, told in (
        ("无", "不存在"),
        ("夹", "文件夹"),
        ("管道", "打不开"),
        ("圈", "绕成了一圈"),
    ):
        _, (problem,) = read_text(tmp_path / name, name)
        assert told in problem.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_it_reads_foreign_texts_in_the_encodings_offices_use(path: Path, encoding: str) -> None:
    path.write_bytes("第一条 甲。\r\n".encode(encoding))
    assert read_foreign_text(path, "a", 1000) == ("第一条 甲。\n", [])


@pytest.mark.parametrize("raw", [b"\x89PNG\x00\xff\xfe\x81", b"a\x00b"])
def test_it_refuses_foreign_bytes_that_are_no_text(path: Path, raw: bytes) -> None:
    path.write_bytes(raw)
    assert "看不懂这个文件的编码" in read_foreign_text(path, "a", 1000)[1][0].text


def test_it_writes_whole_files_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "新" / "a.md"
    write_atomically(path, "甲\n")
    write_atomically(path, "乙\n")
    assert path.read_bytes() == "乙\n".encode()
    assert [file.name for file in path.parent.iterdir()] == ["a.md"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_failed_write_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("甲", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "\ud800")
    assert path.read_text(encoding="utf-8") == "甲"
    assert [file.name for file in tmp_path.iterdir()] == ["a.md"]
