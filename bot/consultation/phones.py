"""Telephone numbers as residents type them: checked, and shown in groups to be read back."""

import re
import unicodedata

_SPOKEN = str.maketrans("零〇○一幺二两三四五六七八九", "00011223456789")
_RUN = re.compile(r"\+?\d(?:[ \-()]*\d)*")
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")


def find_phone(text: str) -> str:
    """Return the one valid mainland number in the text, digits only; empty where there is none."""
    numbers = dict.fromkeys(number for run in _runs(text) if (number := _valid(run)))
    return next(iter(numbers)) if len(numbers) == 1 else ""


def count_digits(text: str) -> int:
    """Count the digits of the longest number in the text, to say what is wrong with it."""
    return max((len(re.sub(r"\D", "", run)) for run in _runs(text)), default=0)


def show_phone(number: str) -> str:
    """Group a number's digits as people read them aloud."""
    if re.fullmatch(r"1\d{10}", number):
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    if number.startswith("0"):
        area = 3 if number[1] in "12" else 4
        return f"{number[:area]}-{number[area:]}"
    return number


def _runs(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text)
    spoken = (
        plain.translate(_SPOKEN) if re.search(r"[零〇一幺二三四五六七八九]{7,}", plain) else plain
    )
    return _RUN.findall(re.sub(r"[‐‑–—−]", "-", spoken))


def _valid(run: str) -> str:
    digits = re.sub(r"[^\d+]", "", run)
    mobile = _MOBILE.fullmatch(digits)
    if mobile:
        return mobile.group(1)
    return digits if _LANDLINE.fullmatch(digits) or _LOCAL.fullmatch(digits) else ""
