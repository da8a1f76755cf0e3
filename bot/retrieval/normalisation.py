"""One spelling for everything residents type: width, script, case, invisible marks, noise."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

import opencc

# Three or more of one character, or of one short phrase, are insistence and not content;
# digits keep their length because 1000 is not 10.
REPEATED_CHARACTER = re.compile(r"([^\W\d])\1{2,}")
REPEATED_PHRASE = re.compile(r"([^\W\d]{2,8}?)\1{2,}")
SPACES = re.compile(r" {2,}")
NEVER = r"(?!)"


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _fold_character(code: int) -> str:
    character = chr(code)
    category = unicodedata.category(character)
    if category == "Cf" or category[0] == "M":
        return ""  # joiners, direction marks, variation selectors: invisible inside a word
    if category[0] in "LN":
        return str(_converter().convert(character.lower()))
    return " "


class _FoldTable(dict[int, str]):
    """A translation table that learns each character once."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(code)
        return folded


_FOLDS = _FoldTable()


def normalise(text: str) -> str:
    """Letters, digits and single spaces only; never raises, whatever came in."""
    folded = unicodedata.normalize("NFKC", text).translate(_FOLDS)
    folded = REPEATED_CHARACTER.sub(r"\1", folded)
    folded = REPEATED_PHRASE.sub(r"\1", folded)
    return SPACES.sub(" ", folded).strip()


@lru_cache(maxsize=65536)
def normalise_known(text: str) -> str:
    """The same, remembered: for texts of ours, most of which are read again at every reload.

    Never for what residents write, which must not stay in memory.
    """
    return normalise(text)


class Replacer:
    """Rewrites known words in one pass, the longest first; what it wrote is not read again."""

    def __init__(self, replacements: Mapping[str, str]) -> None:
        self._replacements = {normalise(old): normalise(new) for old, new in replacements.items()}
        self._replacements.pop("", None)
        words = sorted(self._replacements, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, words)) or NEVER)

    def replace(self, text: str) -> str:
        return self._pattern.sub(lambda match: self._replacements[match[0]], text)

    def find(self, text: str) -> list[str]:
        """The known words of the text, left to right, not overlapping."""
        return [match[0] for match in self._pattern.finditer(text)]
