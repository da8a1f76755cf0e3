"""Words that together mean something: `拿刀、提刀+砍、捅` is any of the first with one of the rest.

Every part must stand in one sentence, near the others: villagers often type a whole story without
a full stop, so parts further apart than `REACH` belong to two matters.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product, takewhile

from bot.retrieval import normalise

REACH = 16
MOST_PLACES = 6
"""Occurrences of one part looked at: enough for real speech, and bounded for hostile text."""

_SENTENCE_END = re.compile(r"[。！？；…!?;\r\n]+")
_PAUSE = re.compile(r"[\s，、：,.:~～]+")
COMMA = "，"
_STRUCK = "\0"

Span = tuple[int, int]
Spelling = tuple[str, str]
"""One way a word is typed, and the way it is read."""


@dataclass(frozen=True)
class Sign:
    """Parts that must all be there, each in any of its wordings; `written` is the file's line."""

    parts: tuple[tuple[str, ...], ...]
    written: str

    @cached_property
    def openings(self) -> frozenset[str]:
        """The first two characters of each wording of the first part."""
        return frozenset(wording[:2] for wording in self.parts[0])

    def spans_in(self, sentence: str) -> tuple[Span, ...]:
        """Return where the parts stand, near each other and apart; empty where they do not."""
        return next(self._all_spans(sentence), ())

    def scenes_in(self, sentence: str) -> Iterator[str]:
        """Yield the sign wherever it stands, with all that stands between the same commas."""
        for spans in self._all_spans(sentence):
            start = sentence.rfind(COMMA, 0, min(span[0] for span in spans)) + 1
            end = sentence.find(COMMA, max(span[1] for span in spans))
            yield sentence[start:] if end < 0 else sentence[start:end]

    def words_in(self, sentence: str) -> str:
        """Quote the words that show it, such as `拿刀…追我`."""
        return "…".join(sentence[start:end] for start, end in sorted(self.spans_in(sentence)))

    def _all_spans(self, sentence: str) -> Iterator[tuple[Span, ...]]:
        places = list(takewhile(bool, (_places(part, sentence) for part in self.parts)))
        if len(places) == len(self.parts):
            yield from (spans for spans in product(*places) if _are_near(spans))


def _are_near(spans: Sequence[Span]) -> bool:
    ordered = sorted(spans)
    gaps = [right[0] - left[1] for left, right in pairwise(ordered)]
    return all(gap >= 0 for gap in gaps) and sum(gaps) <= REACH


def _places(wordings: Iterable[str], sentence: str) -> list[Span]:
    return [
        (start, start + len(wording))
        for wording in wordings
        for start in _occurrences(wording, sentence)
    ]


def _occurrences(wording: str, sentence: str) -> Iterator[int]:
    start = sentence.find(wording)
    for _ in range(MOST_PLACES):
        if start < 0:
            return
        yield start
        start = sentence.find(wording, start + 1)


def openings_of(sentence: str) -> frozenset[str]:
    """Return every character and every pair of neighbours: what a wording could begin with."""
    return frozenset(sentence).union(map("".join, pairwise(sentence)))


def find_signs(signs: Iterable[Sign], sentence: str) -> Iterator[Sign]:
    """Yield every sign the sentence shows."""
    # Hundreds of signs, a handful of words: most are ruled out by how they would begin.
    openings = openings_of(sentence)
    for sign in signs:
        if not sign.openings.isdisjoint(openings) and sign.spans_in(sentence):
            yield sign


def find_sign(signs: Iterable[Sign], sentence: str) -> Sign | None:
    """Find the first sign the sentence shows."""
    return next(find_signs(signs, sentence), None)


def strike(sentence: str, look_alikes: Iterable[Sign]) -> str:
    """Blank out every look-alike, so that nothing is recognised in or across it."""
    for look_alike in look_alikes:
        while spans := look_alike.spans_in(sentence):
            for start, end in spans:
                sentence = sentence[:start] + _STRUCK * (end - start) + sentence[end:]
    return sentence


def fold(text: str, spellings: Iterable[Spelling] = ()) -> str:
    """Return the text without spaces, every word in its one spelling."""
    folded = normalise(text).replace(" ", "")
    for typed, read in spellings:
        folded = folded.replace(typed, read)
    return folded


def sentences(text: str, spellings: Sequence[Spelling] = ()) -> list[str]:
    """Split a message where its writer came to an end."""
    folded = (_sentence(sentence, spellings) for sentence in _SENTENCE_END.split(text))
    return [sentence for sentence in folded if sentence]


def _sentence(text: str, spellings: Sequence[Spelling]) -> str:
    """Fold a sentence, its pauses written as one kind of comma."""
    pieces = [fold(piece, spellings) for piece in _PAUSE.split(text)]
    # Many type a blank for a comma, some one between all characters.
    spaced = all(len(piece) <= 1 for piece in text.split())
    return ("" if spaced else COMMA).join(filter(None, pieces))


def parse_wordings(text: str, spellings: Sequence[Spelling] = ()) -> tuple[str, ...]:
    """Parse `拿刀、提刀`: the wordings of one part."""
    folded = (fold(word, spellings) for word in re.split(r"[、/]", text))
    return tuple(dict.fromkeys(word for word in folded if word))


def parse_sign(item: str, spellings: Sequence[Spelling] = ()) -> tuple[Sign, ...]:
    """Parse one list item; without `+` every wording is a sign of its own."""
    parts = [parse_wordings(part, spellings) for part in re.split(r"[+＋]", item)]
    if len(parts) == 1:
        return tuple(Sign(((word,),), word) for word in parts[0])
    return (Sign(tuple(parts), item),) if all(parts) else ()


def parse_spellings(item: str) -> tuple[Spelling, ...]:
    """Parse `俺、咱 = 我`: the longest way of typing first, so that none hides in another."""
    typed, _, read = item.partition("=")
    words = sorted(parse_wordings(typed), key=len, reverse=True)
    return tuple((word, fold(read)) for word in words if word != fold(read))
