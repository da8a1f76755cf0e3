"""Texts cut into numbered grams, and lists of where each gram stands.

A gram is one 64-bit number: a single character in the lower half, or a pair of characters in
both halves. Everything about many texts is then a few sorted arrays: a tenth of the memory of
dictionaries, and built and searched without a loop in Python.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.terms import FIRST_SOUND, FUNCTION_CHARACTERS, LAST_SOUND

Grams = NDArray[np.uint64]
Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Points = NDArray[np.uint32]
Flags = NDArray[np.bool_]

UPPER = np.uint64(32)
LOWER = np.uint64(0xFFFFFFFF)
SEPARATOR = "\x00"  # never in folded text
_FUNCTION_POINTS = np.array(sorted(map(ord, FUNCTION_CHARACTERS)), np.uint64)
_SOUNDS = np.uint64(ord(FIRST_SOUND)), np.uint64(ord(LAST_SOUND))


def characters(text: str) -> Grams:
    """Cut into single characters."""
    points: Points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    return points.astype(np.uint64)


def pairs(singles: Grams) -> Grams:
    """Join each character with the next."""
    return (singles[:-1] << UPPER) | singles[1:]


def text_grams(text: str) -> Grams:
    """Cut into single characters and pairs, in that order."""
    singles = characters(text)
    return np.concatenate([singles, pairs(singles)])


def are_functions(grams: Grams) -> Flags:
    """Tell which grams hold only characters that shape a question and say nothing else."""
    upper = grams >> UPPER
    flags: Flags = _shape_only(grams & LOWER) & ((upper == 0) | _shape_only(upper))
    return flags


def _shape_only(points: Grams) -> Flags:
    return find_terms(_FUNCTION_POINTS, points) >= 0


def are_sounds(grams: Grams) -> Flags:
    """Tell which pairs are made of sounds and not of characters."""
    upper, lower = grams >> UPPER, grams & LOWER
    first, last = _SOUNDS
    flags: Flags = (first <= upper) & (upper <= last) & (first <= lower) & (lower <= last)
    return flags


def first_of_each(grams: Grams) -> Grams:
    """Drop repeats; what comes first stays first."""
    _, places = np.unique(grams, return_index=True)
    return grams[np.sort(places)]


@dataclass(frozen=True, slots=True)
class Cut:
    """The grams of many texts, each with the number of its text, and what each counts."""

    grams: Grams
    owners: Numbers
    units: int = 1


def cut_texts(texts: Sequence[str]) -> tuple[Cut, Cut]:
    """Cut all texts at once, into single characters and into pairs."""
    singles = characters(SEPARATOR.join(texts))
    ends = np.flatnonzero(singles == ord(SEPARATOR))
    owners = np.zeros(len(singles), np.int64)
    owners[ends] = 1
    owners = np.cumsum(owners)
    inside = singles != ord(SEPARATOR)
    both = inside[:-1] & inside[1:]
    return Cut(singles[inside], owners[inside]), Cut(pairs(singles)[both], owners[:-1][both])


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of numbers per term, end to end in one array."""

    offsets: Numbers
    numbers: NDArray[np.int32]

    def lengths(self) -> Numbers:
        """Count the numbers of every term."""
        return np.diff(self.offsets)

    def places(self, terms: Numbers) -> tuple[Numbers, Numbers]:
        """Return where the lists of these terms stand in `numbers`, and how long each is."""
        starts = self.offsets[terms]
        lengths = self.offsets[terms + 1] - starts
        shifts = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        return np.arange(len(shifts)) + shifts, lengths


@dataclass(frozen=True, slots=True)
class Table:
    """Which gram stands how often in which text; the grams sorted, the texts of each as well."""

    grams: Grams
    lists: Lists
    counts: NDArray[np.int32]
    """Side by side with `lists.numbers`."""


def tabulate(cuts: Sequence[Cut], total: int) -> Table:
    """Count the grams of `total` texts."""
    grams, terms = np.unique(np.concatenate([cut.grams for cut in cuts]), return_inverse=True)
    owners = np.concatenate([cut.owners for cut in cuts])
    units = np.repeat([cut.units for cut in cuts], [len(cut.grams) for cut in cuts])
    cells, places = np.unique(terms * max(1, total) + owners, return_inverse=True)
    counts = np.bincount(places, units, minlength=len(cells))
    terms, owners = np.divmod(cells, max(1, total))
    offsets = np.searchsorted(terms, np.arange(len(grams) + 1))
    return Table(grams, Lists(offsets, owners.astype(np.int32)), counts.astype(np.int32))


def add_up(places: NDArray[np.integer], told: NDArray[np.floating], total: int) -> Floats:
    """Sum what is told about each of `total` places."""
    return np.bincount(places, told, minlength=total).astype(np.float64)


def find_terms(grams: Grams, asked: Grams) -> Numbers:
    """Return the place of each asked gram among the sorted ones; -1 where it is not there."""
    if not len(grams):
        return np.full(len(asked), -1)
    places = np.minimum(np.searchsorted(grams, asked), len(grams) - 1)
    return np.where(grams[places] == asked, places, -1)


def rarities(frequencies: Numbers | int, total: int) -> Floats:
    """BM25's inverse document frequency, which never falls below nought."""
    found = np.asarray(frequencies, np.float64)
    return np.asarray(np.log(1 + (total - found + 0.5) / (found + 0.5)))


def saturate(
    table: Table, lengths: Floats, *, saturation: float, length_share: float
) -> NDArray[np.float32]:
    """BM25: a gram repeated tells more, but ever less so, and less in long texts.

    Side by side with the table's lists, 0 to 1; `lengths` are those of the texts.
    """
    mean = float(lengths.mean()) if len(lengths) else 1.0
    rooms = saturation * (1 - length_share + length_share * lengths / (mean or 1.0))
    return (table.counts / (table.counts + rooms[table.lists.numbers])).astype(np.float32)
