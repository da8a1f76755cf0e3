"""Text in, ranked hits with a calibrated confidence out; knows nothing of entries or WeChat."""

from bot.retrieval.calibration import Calibration, Sample, fit_calibration
from bot.retrieval.clusters import group_alike
from bot.retrieval.documents import Document, Hit, Lexicon
from bot.retrieval.index import Index
from bot.retrieval.likeness import likeness
from bot.retrieval.normalisation import normalise, normalise_known
from bot.retrieval.passages import Passage, PassageHit, PassageIndex
from bot.retrieval.training import calibrate, calibration_samples

__all__ = [
    "Calibration",
    "Document",
    "Hit",
    "Index",
    "Lexicon",
    "Passage",
    "PassageHit",
    "PassageIndex",
    "Sample",
    "calibrate",
    "calibration_samples",
    "fit_calibration",
    "group_alike",
    "likeness",
    "normalise",
    "normalise_known",
]
