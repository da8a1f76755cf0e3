"""The villages as a form: their blocks in `villages.md`, whatever is explained above them kept."""

import re
from collections.abc import Iterator, Sequence

from bot.documents.reading import unify_line_ends
from bot.knowledge.editing import keep_line_ends
from bot.knowledge.vocabulary import Village

MAX_NAME = 20
MAX_VILLAGES = 300
_BLOCK = re.compile(r"^## ", re.MULTILINE)
_BETWEEN = re.compile(r"[、,，;；\s]+")


def read_aliases(typed: str) -> tuple[str, ...]:
    """Read names typed in one line."""
    return tuple(dict.fromkeys(name for name in _BETWEEN.split(typed) if name))


def find_problems(villages: Sequence[Village]) -> Iterator[str]:
    """Say in Chinese what is wrong with villages before they are written."""
    if len(villages) > MAX_VILLAGES:
        yield f"最多 {MAX_VILLAGES} 个村。"
    told: dict[str, str] = {}
    for village in villages:
        names = (village.name, *village.aliases)
        if not village.name:
            rest = "、".join(names[1:]) or village.mediator
            yield f"有一行没有填村名（{rest}）；不要的整行清空。"
        for name in (*names, village.mediator):
            if len(name) > MAX_NAME or not name.isprintable() or name.startswith(("#", "-", "*")):
                yield f"“{name[:MAX_NAME]}”：最多 {MAX_NAME} 个字，开头不能是 # - *，也不能换行。"
            if re.search(r"[：:]", name):
                yield f"“{name}”：名字里不能有冒号。"
        for name in filter(None, names):
            if told.setdefault(name, village.name) != village.name:
                yield f"“{name}”同时是{told[name]}和{village.name}的名字，机器分不清。"
    written = [village.name for village in villages if village.name]
    for name in sorted({name for name in written if written.count(name) > 1}):
        yield f"“{name}”写了两次。"


def write_villages(content: bytes, villages: Sequence[Village]) -> bytes:
    """Put the blocks in place of those that are there; line ends stay the file's own."""
    text = unify_line_ends(content.decode("utf-8-sig")) if content else "# 村庄和调解员\n"
    first = _BLOCK.search(text)
    above = text[: first.start()] if first else text
    blocks = [_block(village) for village in villages]
    return keep_line_ends(content, "\n\n".join([above.rstrip("\n"), *blocks]) + "\n")


def _block(village: Village) -> str:
    lines = [f"## {village.name}"]
    if village.aliases:
        lines += ["别名：", *(f"- {name}" for name in village.aliases)]
    # Written also when empty: a heading with nothing below it is an error.
    lines.append(f"调解员：{village.mediator}".rstrip())
    return "\n".join(lines)
