"""Finds the documents whose questions come closest to a resident's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.retrieval.basis import Basis
from bot.retrieval.calibration import Calibration
from bot.retrieval.documents import Document, Hit, Lexicon
from bot.retrieval.features import features
from bot.retrieval.passages import Passage, PassageIndex
from bot.retrieval.postings import Postings, build_postings
from bot.retrieval.query import QueryReader
from bot.retrieval.ranking import Ranked, rank

EXACT_CONFIDENCE = 0.97
NO_LEXICON = Lexicon()


@dataclass(frozen=True, slots=True)
class Leader:
    """The top hit as calibration sees it."""

    key: str
    features: Mapping[str, float]


@dataclass(frozen=True)
class Index:
    """Built once, then only read: any number of threads may search it."""

    reader: QueryReader
    postings: Postings
    calibration: Calibration
    basis: Basis | None = None

    @classmethod
    def build(
        cls,
        documents: Sequence[Document],
        lexicon: Lexicon = NO_LEXICON,
        calibration: Calibration | None = None,
        passages: Sequence[Passage] = (),
    ) -> "Index":
        """Index the documents, and the passages that they rest on where there are any."""
        reader = QueryReader.from_lexicon(lexicon)
        postings = build_postings(documents, reader.fold_known)
        basis = (
            Basis.build(documents, PassageIndex.build(passages, reader.fold, reader.fold_known))
            if passages
            else None
        )
        return cls(reader, postings, calibration or Calibration.default(), basis)

    def search(self, query: str, limit: int = 5) -> tuple[Hit, ...]:
        """The best hits first; none when nothing of the query is known."""
        asked = self.reader.read(query, self.postings)
        ranked = rank(asked, self.postings, self.basis)
        hits: list[Hit] = []
        ceiling = 1.0
        for place, one in enumerate(ranked[: max(limit, 0)]):
            confidence = self.calibration.confidence(features(asked, ranked, place))
            if place == 0 and _only_exact(ranked):
                confidence = max(confidence, EXACT_CONFIDENCE)
            # A worse hit is never surer than a better one.
            ceiling = min(ceiling, confidence)
            hits.append(Hit(one.key, one.score, ceiling, one.matched))
        return tuple(hits)

    def leader(self, query: str, without: str | None = None) -> Leader | None:
        """The top hit, or what it would be if one document did not exist."""
        asked = self.reader.read(query, self.postings)
        ranked = [one for one in rank(asked, self.postings, self.basis) if one.key != without]
        return Leader(ranked[0].key, features(asked, ranked, 0)) if ranked else None


def _only_exact(ranked: Sequence[Ranked]) -> bool:
    """The first hit has the very question, and no other claims it too."""
    return [bool(one.likeness["exact"]) for one in ranked[:2]][:2] in ([True], [True, False])
