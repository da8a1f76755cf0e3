"""Changing one entry in the bytes of its file; every byte elsewhere stays as it is.

Line ends, a byte-order mark, trailing blanks and a missing last newline are the file's own
business: what is written follows the line end the file uses most.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.documents.lines import (
    EditError,
    append_block,
    join_lines,
    line_end_of,
    replace_block,
    split_lines,
)
from bot.documents.reading import unify_line_ends
from bot.knowledge.parser import WrittenEntry, parse_faq

__all__ = ["EditError"]

_TITLE = re.compile(r"^ {0,3}#\s")
_ITEM = re.compile(r"^\s*[-*+]\s+\S")


@dataclass(frozen=True)
class _Place:
    """Where an entry stands among the lines: the first, and the one after its last word."""

    written: WrittenEntry
    start: int
    end: int


def entry_block(content: bytes, code: str) -> str:
    """Return the entry's markdown with plain line ends; raises EditError where there is none."""
    lines = split_lines(content)
    place = _find(lines, code)
    return unify_line_ends("".join(lines[place.start : place.end])).rstrip("\n")


def replace_entry(content: bytes, code: str, block: str) -> bytes:
    """Put a block in place of the entry's; the blank lines after it stay."""
    lines = split_lines(content)
    place = _find(lines, code)
    return replace_block(lines, place.start, place.end, block)


def set_fields(content: bytes, code: str, fields: Mapping[str, str]) -> bytes:
    """Set fields of one line (状态, 审核人 …); one that is missing is put below the code."""
    lines = split_lines(content)
    end = line_end_of(lines)
    for label, value in fields.items():
        if "\n" in value or "\r" in value:
            raise EditError(f"“{label}”只能写一行")
        place = _find(lines, code)
        known = place.written.block.fields.get(label)
        if known is None:
            below = place.written.block.line_of("编号")
            lines[below - 1] = lines[below - 1].rstrip("\r\n") + end
            lines.insert(below, f"{label}：{value}{end}")
            continue
        line = lines[known.line - 1]
        tail = line[len(line.rstrip("\r\n")) :]
        lines[known.line - 1] = f"{_label_part(line, label)}{value}{tail}"
    return join_lines(lines)


def add_phrasings(content: bytes, code: str, phrasings: Sequence[str]) -> bytes:
    """Add ways of asking below those that are there."""
    lines = split_lines(content)
    place = _find(lines, code)
    end = line_end_of(lines)
    field = place.written.block.fields.get("问法")
    if field is None:
        raise EditError(f"编号 {code} 的问答里没有“问法：”一行，请先补上")
    last = max((number for number, _ in field.lines), default=field.line)
    lines[last - 1] = lines[last - 1].rstrip("\r\n") + end
    new = [f"- {_one_line(phrasing)}{end}" for phrasing in phrasings if _one_line(phrasing)]
    return join_lines([*lines[:last], *new, *lines[last:]])


def keep_line_ends(base: bytes, typed: str) -> bytes:
    """Return what was typed into a form as bytes of the file it came from.

    A browser sends every line end as CRLF; lines that did not change get back their own, and
    the file its byte-order mark and its missing last newline.
    """
    old = split_lines(base)
    mark = "\ufeff" if old and old[0].startswith("\ufeff") else ""
    bare = [line.rstrip("\r\n").removeprefix("\ufeff") for line in old]
    new = unify_line_ends(typed).removeprefix("\ufeff").split("\n")
    if not new[-1]:
        new.pop()
    end = line_end_of(old)
    ends = [end] * len(new)
    for match in difflib.SequenceMatcher(None, bare, new, autojunk=False).get_matching_blocks():
        for step in range(match.size):
            line = old[match.a + step]
            ends[match.b + step] = line[len(line.rstrip("\r\n")) :] or end
    if new and old and not old[-1].endswith(("\n", "\r")) and bare[-1] == new[-1]:
        ends[-1] = ""
    lines = [line + line_end for line, line_end in zip(new, ends, strict=True)]
    return join_lines([mark, *lines])


def merge(base: bytes, mine: bytes, theirs: bytes) -> bytes | None:
    """Apply my changes of entries to their file; None where both touched the same entry.

    Whatever stands outside entries (front matter, titles) must not have been touched by me.
    """
    try:
        before, after, current = _blocks(base), _blocks(mine), _blocks(theirs)
        touched = [code for code in after if before.get(code) != after[code]]
        gone = [code for code in before if code not in after]
        rebuilt = base
        for code in touched:
            rebuilt = _put(rebuilt, code, after[code], known=before)
        if gone or rebuilt != mine or any(before.get(one) != current.get(one) for one in touched):
            return None
        for code in touched:
            theirs = _put(theirs, code, after[code], known=current)
    except EditError:
        return None
    return theirs


def _put(content: bytes, code: str, block: str, *, known: Mapping[str, str]) -> bytes:
    if code in known:
        return replace_entry(content, code, block)
    return append_block(content, block)


def _blocks(content: bytes) -> dict[str, str]:
    text = unify_line_ends("".join(split_lines(content))).removeprefix("\ufeff")
    codes = [one.entry.code for one in parse_faq(text, "")[0]]
    return {code: entry_block(content, code) for code in codes}


def _find(lines: Sequence[str], code: str) -> _Place:
    text = unify_line_ends("".join(lines)).removeprefix("\ufeff")
    found = [one for one in parse_faq(text, "")[0] if one.entry.code == code]
    if len(found) != 1:
        problem = "没有" if not found else f"有 {len(found)} 条"
        raise EditError(f"这个文件里{problem}编号 {code} 的问答")
    start, end = found[0].entry.line - 1, min(found[0].last_line, len(lines))
    title = (number for number in range(start + 1, end) if _TITLE.match(lines[number]))
    end = next(title, end)
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return _Place(found[0], start, end)


def _label_part(line: str, label: str) -> str:
    """The line up to and with its colon, as it was typed."""
    found = re.match(rf"^.*?{label}(?:\*\*)?\s*[：:；;=＝,，、.。](?:\*\*)?", line)
    return found.group() if found else f"{label}："


def _one_line(text: str) -> str:
    return " ".join(text.split())
