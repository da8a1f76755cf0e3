"""Chinese numerals and dates, as laws and residents write them."""

import re
import unicodedata
from datetime import date

import cn2an

NUMERAL = r"[0-9０-９零〇○Ｏ一幺二两三四五六七八九十百千]"
"""One character of a number, for use inside other patterns."""

_VARIANTS = str.maketrans("〇○Ｏ幺两", "零零零一二")
_TO_CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
_HEADLESS = re.compile(r"(?<![一二三四五六七八九])([百千])")
_DATE = re.compile(
    r"(\d{4}|[零一二三四五六七八九]{4})年(\d{1,2}|[一二三四五六七八九十]{1,3})月"
    r"(\d{1,2}|[一二三四五六七八九十]{1,3})日"
)


def parse_numeral(text: str) -> int | None:
    """Read `1079`, `１０７９`, `一千零七十九`, `一零七九`; None where it is no number."""
    plain = unicodedata.normalize("NFKC", text.translate(_VARIANTS))
    if plain.isascii() and plain.isdigit():
        return int(plain)
    # People say 千零七十九 and 百二十 for 一千…, 一百…; cn2an wants one script throughout.
    chinese = _HEADLESS.sub(r"一\1", plain.translate(_TO_CHINESE))
    try:
        return int(cn2an.cn2an(chinese, "smart"))
    except (ValueError, KeyError):
        return None


def find_dates(text: str) -> list[tuple[date, str]]:
    """Return every full date with the text after it; impossible dates are left out."""
    plain = unicodedata.normalize("NFKC", text).translate(_VARIANTS)
    found = []
    for match in _DATE.finditer(plain):
        numbers = [parse_numeral(part) or 0 for part in match.groups()]
        try:
            found.append((date(*numbers), plain[match.end() :]))
        except ValueError:
            continue
    return found
