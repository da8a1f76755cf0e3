"""Finds the documents whose questions come closest to a resident's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.retrieval.calibration import Calibration
from bot.retrieval.documents import Document, Hit, Lexicon
from bot.retrieval.normalisation import Replacer, normalise


@dataclass(frozen=True)
class Index:
    """Built once, then only read: any number of threads may search it."""

    documents: tuple[Document, ...]
    phrasings: Mapping[str, Sequence[str]]
    replacer: Replacer
    calibration: Calibration

    @classmethod
    def build(
        cls,
        documents: Sequence[Document],
        lexicon: Lexicon | None = None,
        calibration: Calibration | None = None,
    ) -> "Index":
        replacer = Replacer((lexicon or Lexicon()).folds)
        phrasings = {
            document.key: [replacer.replace(normalise(text)) for text in document.questions]
            for document in documents
        }
        return cls(tuple(documents), phrasings, replacer, calibration or Calibration.default())

    def search(self, query: str, limit: int = 5) -> tuple[Hit, ...]:
        asked = self.replacer.replace(normalise(query)[:1000])
        hits = [self._hit(document, asked) for document in self.documents] if asked else []
        found = sorted((hit for hit in hits if hit.score > 0), key=lambda hit: -hit.score)
        return tuple(found[:limit])

    def _hit(self, document: Document, asked: str) -> Hit:
        pairs = zip(self.phrasings[document.key], document.questions, strict=True)
        scored = [(fuzz.ratio(asked, phrasing) / 100, text) for phrasing, text in pairs]
        score, matched = max(scored, default=(0.0, ""))
        confidence = self.calibration.confidence({"score": score}) if score else 0.0
        return Hit(document.key, score, confidence, matched)
