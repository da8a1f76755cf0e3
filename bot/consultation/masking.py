"""Personal numbers are masked before a message is stored or shown."""

import re
import unicodedata
from collections.abc import Callable

_MOBILE = re.compile(r"(?<!\d)((?:\+?86|0086)?[ -]?)(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[)]?[ -]?\d{3,4}[ -]?\d{4}(?!\d)")
_LONG_NUMBER = re.compile(r"(?<![\dXx])\d(?:[ -]?\d){13,17}(?:[ -]?[\dXx])(?![\dXx])")
"""15 to 19 digits: identity cards old and new, and bank cards, grouped or not."""

_SPOKEN = str.maketrans("零〇○一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖", "00011223456789123456789")
_SPOKEN_RUN = re.compile("[零〇○一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖]{7,}")

Mask = Callable[[re.Match[str]], str]


def mask_personal_numbers(text: str) -> str:
    """Hide the middle of every phone, identity and bank number; the rest of the text stays."""
    read = "".join(map(_plain, text))
    read = _SPOKEN_RUN.sub(lambda found: found.group().translate(_SPOKEN), read)
    masked = _LONG_NUMBER.sub(_mask_long, read)
    masked = _MOBILE.sub(_mask_mobile, masked)
    masked = _LANDLINE.sub(_mask_landline, masked)
    # Every step keeps the length, so what was not masked can be given back as it was typed.
    return "".join(new if new == "*" else old for old, new in zip(text, masked, strict=True))


def _plain(character: str) -> str:
    """Read full-width digits and odd dashes as plain ones; one character stays one."""
    if character in "‐‑‒–—－﹣−·.":
        return "-"
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 and folded.isascii() else character


def _mask_mobile(found: re.Match[str]) -> str:
    return _star(found.group(), keep_first=found.end(2) - found.start(), keep_last=4)


def _mask_landline(found: re.Match[str]) -> str:
    return _star(found.group(), keep_first=found.end(1) - found.start(), keep_last=2)


def _mask_long(found: re.Match[str]) -> str:
    return _star(found.group(), keep_first=3, keep_last=2)


def _star(text: str, *, keep_first: int, keep_last: int) -> str:
    middle = re.sub(r"[\dXx]", "*", text[keep_first:-keep_last])
    return text[:keep_first] + middle + text[-keep_last:]
