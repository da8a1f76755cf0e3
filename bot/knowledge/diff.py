"""What differs between two states of a file, line by line."""

import difflib

from bot.documents.reading import unify_line_ends


def show_diff(before: bytes, after: bytes) -> list[tuple[str, int, str]]:
    """Return changed lines and three around each: (`-`, `+`, ` ` or `…`), line number, text."""
    old, new = (_lines(one) for one in (before, after))
    rows: list[tuple[str, int, str]] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(3):
        if rows:
            rows.append(("…", 0, ""))
        for tag, first, last, start, end in group:
            if tag == "equal":
                rows += [(" ", n + 1, new[n]) for n in range(start, end)]
                continue
            rows += [("-", n + 1, old[n]) for n in range(first, last)]
            rows += [("+", n + 1, new[n]) for n in range(start, end)]
    return rows


def _lines(content: bytes) -> list[str]:
    return unify_line_ends(content.decode("utf-8-sig", "replace")).split("\n")
