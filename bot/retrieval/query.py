"""A resident's message, read for searching."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bot.retrieval.documents import Lexicon
from bot.retrieval.grams import (
    UPPER,
    Floats,
    Grams,
    Numbers,
    are_functions,
    are_sounds,
    characters,
    first_of_each,
    pairs,
    text_grams,
)
from bot.retrieval.normalisation import Replacer, normalise, normalise_known
from bot.retrieval.postings import Postings
from bot.retrieval.terms import essence, sounds

LONGEST = 600
"""What a WeChat message can hold; of anything longer, beginning and end say what it is about."""
TELLING_GRAMS = 160
EXPANSION_WEIGHT = 0.35
SOUND_WEIGHT = 0.6


@dataclass(frozen=True, slots=True)
class Weighed:
    """Terms looked for, and what each of them tells."""

    terms: Numbers
    weights: Floats


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, and what all of it would tell."""

    text: str
    words: Weighed
    """Grams of the words themselves that stand in some document."""
    echoes: Weighed
    """What unknown words sound like, and what the lexicon adds to known ones."""
    mass: float
    """What all of it would tell, the unknown included."""
    telling: Numbers
    """The terms of its different characters that say something; -1 for each unknown one."""


@dataclass(frozen=True)
class QueryReader:
    """Applies the lexicon to what is asked, and its folds to what is indexed."""

    folds: Replacer
    expansions: Mapping[str, Grams]
    triggers: Replacer

    @classmethod
    def from_lexicon(cls, lexicon: Lexicon) -> "QueryReader":
        folds = Replacer(lexicon.folds)
        expansions = {
            folds.replace(normalise(word)): np.concatenate(
                [
                    np.zeros(0, np.uint64),
                    *(text_grams(folds.replace(normalise(one))) for one in others),
                ]
            )
            for word, others in lexicon.expansions.items()
        }
        return cls(folds, expansions, Replacer(dict.fromkeys(expansions, "")))

    def fold(self, text: str) -> str:
        return essence(self.folds.replace(normalise(text)))

    def fold_known(self, text: str) -> str:
        """The same for texts that are indexed; see `normalise_known`."""
        return essence(self.folds.replace(normalise_known(text)))

    def read(self, text: str, postings: Postings) -> Query:
        folded = self.fold(_shortened(text))
        grams = first_of_each(text_grams(folded))
        words = _weigh(grams, 1.0, postings)
        heard = _weigh(_heard(folded, postings), SOUND_WEIGHT, postings)
        thought_of = self._thought_of(folded)
        thought_of = thought_of[~np.isin(thought_of, grams)]
        thoughts = _weigh(first_of_each(thought_of), EXPANSION_WEIGHT, postings)
        echoes = Weighed(
            np.concatenate([heard.terms, thoughts.terms]),
            np.concatenate([heard.weights, thoughts.weights]),
        )
        mass = float(postings.weigh(grams).sum()) or 1.0
        singles = grams[(grams >> UPPER) == 0]
        telling = postings.terms(singles[~are_functions(singles)])
        return Query(folded, _telling(words), _telling(echoes), mass, telling)

    def _thought_of(self, folded: str) -> Grams:
        found = [self.expansions[word] for word in self.triggers.find(folded)]
        return np.concatenate([np.zeros(0, np.uint64), *found])


def _heard(text: str, postings: Postings) -> Grams:
    """The sounds of pairs nobody wrote so far: most likely other characters were meant."""
    written, heard = pairs(characters(text)), pairs(characters(sounds(text)))
    unknown = (postings.terms(written) < 0) & are_sounds(heard) & ~are_functions(written)
    return first_of_each(heard[unknown])


def _weigh(grams: Grams, share: float, postings: Postings) -> Weighed:
    terms = postings.terms(grams)
    terms = terms[terms >= 0]
    return Weighed(terms, share * postings.weights[terms])


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} {text[-LONGEST // 2 :]}"


def _telling(words: Weighed) -> Weighed:
    """In a long story the rarest grams carry the matter, and the rest only costs time."""
    if len(words.terms) <= TELLING_GRAMS:
        return words
    best = np.argsort(-words.weights, kind="stable")[:TELLING_GRAMS]
    return Weighed(words.terms[best], words.weights[best])
