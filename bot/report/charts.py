"""Charts as SVG: drawn by the server, read by a screen reader, clear in black and white.

No `style` anywhere, since the pages' policy forbids it; every colour is an attribute, and the
three shades differ in lightness.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 240
LEFT, BOTTOM, TOP = 44, 34, 12
SHADES = ("#0b4f9c", "#8fb8e8", "#a3130f")
ROW = 26
LABEL = 230


def column_chart(
    title: str, names: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]
) -> str:
    """Draw stacked columns, one for each name; a table with the same numbers must stand below."""
    highest = max(
        (sum(values) for values in zip(*(one for _, one in series), strict=True)), default=0
    )
    top = _round_up(highest)
    step = (WIDTH - LEFT) / max(1, len(names))
    parts = [*_scale(top), *_legend([name for name, _ in series])]
    for place in range(len(names)):
        below = 0
        for shade, (_, values) in zip(SHADES, series, strict=False):
            if values[place]:
                low, high = _height(below, top), _height(below + values[place], top)
                parts.append(
                    f'<rect x="{LEFT + place * step + step * 0.12:.1f}" y="{high:.1f}" '
                    f'width="{step * 0.76:.1f}" height="{low - high:.1f}" fill="{shade}"/>'
                )
            below += values[place]
    every = max(1, -(-len(names) // 12))
    for place in range(0, len(names), every):
        parts.append(
            _text(LEFT + (place + 0.5) * step, HEIGHT - BOTTOM + 18, _short(names[place]), "middle")
        )
    return _svg(title, _told(names, series), HEIGHT + 24, parts)


def bar_chart(title: str, rows: Sequence[tuple[str, int]]) -> str:
    """Draw one bar a row, its number beside it."""
    top = max((count for _, count in rows), default=0) or 1
    parts = []
    for place, (name, count) in enumerate(rows):
        y = place * ROW + 4
        length = (WIDTH - LABEL - 70) * count / top
        parts.append(_text(LABEL - 8, y + 15, _short(name, 15), "end"))
        parts.append(
            f'<rect x="{LABEL}" y="{y}" width="{length:.1f}" height="{ROW - 8}" '
            f'fill="{SHADES[0]}"/>'
        )
        parts.append(_text(LABEL + length + 6, y + 15, str(count), "start"))
    told = "；".join(f"{name} {count}" for name, count in rows)
    return _svg(title, told, len(rows) * ROW + 8, parts)


def _svg(title: str, told: str, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" font-size="13"><title>{_plain(title)}</title><desc>{_plain(told)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _scale(top: int) -> list[str]:
    lines = []
    for share in (0, 1, 2, 3, 4):
        value = top * share / 4
        y = _height(value, top)
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#c4c8cf"/>')
        lines.append(_text(LEFT - 6, y + 4, f"{value:g}", "end"))
    return lines


def _legend(names: Sequence[str]) -> list[str]:
    parts = []
    for place, (shade, name) in enumerate(zip(SHADES, names, strict=False)):
        x = LEFT + place * 130
        parts.append(f'<rect x="{x}" y="{HEIGHT + 4}" width="14" height="14" fill="{shade}"/>')
        parts.append(_text(x + 20, HEIGHT + 16, name, "start"))
    return parts


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#1c1c1c">{_plain(text)}</text>'
    )


def _height(value: float, top: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top


def _round_up(highest: int) -> int:
    """The next number that four parts of the scale divide."""
    size = 4
    while size < highest:
        size = size * 2 if str(size)[0] in "48" else size * 5 // 4 * 2
    return size


def _told(names: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> str:
    totals = "，".join(f"{name} {sum(values)}" for name, values in series)
    span = f"{names[0]} 到 {names[-1]}" if names else "没有数据"
    return f"{span}，合计：{totals}。每一项的数字在下面的表里。"


def _short(text: str, longest: int = 10) -> str:
    bare = text[5:] if len(text) == 10 and text[4] == "-" else text
    return bare if len(bare) <= longest else f"{bare[: longest - 1]}…"


def _plain(text: str) -> str:
    return escape("".join(one for one in text if one.isprintable()), {'"': "&quot;"})
