"""A resident's message, read for searching."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.retrieval.documents import Lexicon
from bot.retrieval.normalisation import Replacer, normalise
from bot.retrieval.postings import Postings
from bot.retrieval.terms import essence, is_function, is_sound, pairs, sounds, text_grams

LONGEST = 600
"""What a WeChat message can hold; of anything longer, beginning and end say what it is about."""
TELLING_GRAMS = 160
EXPANSION_WEIGHT = 0.35
SOUND_WEIGHT = 0.6


@dataclass(frozen=True, slots=True)
class Query:
    """The grams looked for and what each of them tells."""

    text: str
    grams: Mapping[str, float]
    """Grams of the words themselves that stand in some document."""
    echoes: Mapping[str, float]
    """What unknown words sound like, and what the lexicon adds to known ones."""
    mass: float
    """What all of it would tell, the unknown included."""
    known: float
    """The share of the mass that the documents know."""


@dataclass(frozen=True)
class QueryReader:
    """Applies the lexicon to what is asked, and its folds to what is indexed."""

    folds: Replacer
    expansions: Mapping[str, tuple[str, ...]]
    triggers: Replacer

    @classmethod
    def from_lexicon(cls, lexicon: Lexicon) -> "QueryReader":
        folds = Replacer(lexicon.folds)
        expansions = {
            folds.replace(normalise(word)): tuple(folds.replace(normalise(one)) for one in others)
            for word, others in lexicon.expansions.items()
        }
        return cls(folds, expansions, Replacer(dict.fromkeys(expansions, "")))

    def fold(self, text: str) -> str:
        return essence(self.folds.replace(normalise(text)))

    def read(self, text: str, postings: Postings) -> Query:
        folded = self.fold(_shortened(text))
        weights = {gram: postings.weigh(gram) for gram in dict.fromkeys(text_grams(folded))}
        grams = {gram: weight for gram, weight in weights.items() if gram in postings.terms}
        mass = sum(weights.values()) or 1.0
        thought_of = [gram for gram in self._thought_of(folded) if gram not in weights]
        echoes = _weighed(_heard(folded, postings), SOUND_WEIGHT, postings)
        echoes |= _weighed(thought_of, EXPANSION_WEIGHT, postings)
        return Query(folded, _telling(grams), _telling(echoes), mass, sum(grams.values()) / mass)

    def _thought_of(self, folded: str) -> list[str]:
        others = [other for word in self.triggers.find(folded) for other in self.expansions[word]]
        return [gram for other in others for gram in text_grams(other)]


def _heard(text: str, postings: Postings) -> list[str]:
    """The sounds of pairs nobody wrote so far: most likely other characters were meant."""
    return [
        sound
        for pair, sound in zip(pairs(text), pairs(sounds(text)), strict=True)
        if pair not in postings.terms and is_sound(sound) and not is_function(pair)
    ]


def _weighed(grams: Iterable[str], share: float, postings: Postings) -> dict[str, float]:
    return {gram: share * postings.weigh(gram) for gram in grams if gram in postings.terms}


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} {text[-LONGEST // 2 :]}"


def _telling(grams: dict[str, float]) -> Mapping[str, float]:
    """In a long story the rarest grams carry the matter, and the rest only costs time."""
    if len(grams) <= TELLING_GRAMS:
        return grams
    return dict(sorted(grams.items(), key=lambda one: -one[1])[:TELLING_GRAMS])
