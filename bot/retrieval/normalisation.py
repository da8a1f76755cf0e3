"""One spelling for everything residents type: width, script, case, invisible marks, noise."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

import opencc

# Three or more of one character, or of one short phrase, are insistence and not content;
# digits keep their length because 1000 is not 10.
REPEATED_CHARACTER = re.compile(r"([^\W\d])\1{2,}")
REPEATED_PHRASE = re.compile(r"([^\W\d]{2,8}?)\1{2,}")
SPACES = re.compile(r" {2,}")


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


class Replacer:
    """Rewrites known words in one pass, the longest first; what it wrote is not read again."""

    def __init__(self, replacements: Mapping[str, str]) -> None:
        self._replacements = {normalise(old): normalise(new) for old, new in replacements.items()}
        self._replacements.pop("", None)
        self._lengths: dict[str, list[int]] = {}
        for word in self._replacements:
            lengths = self._lengths.setdefault(word[0], [])
            if len(word) not in lengths:
                lengths.append(len(word))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def replace(self, text: str) -> str:
        pieces: list[str] = []
        position = 0
        while position < len(text):
            word = self._word_at(text, position)
            pieces.append(self._replacements[word] if word else text[position])
            position += len(word) or 1
        return "".join(pieces)

    def find(self, text: str) -> list[str]:
        """The known words of the text, left to right, not overlapping."""
        found: list[str] = []
        position = 0
        while position < len(text):
            word = self._word_at(text, position)
            if word:
                found.append(word)
            position += len(word) or 1
        return found

    def _word_at(self, text: str, position: int) -> str:
        for length in self._lengths.get(text[position], ()):
            word = text[position : position + length]
            if word in self._replacements:
                return word
        return ""
