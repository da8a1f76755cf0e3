"""From a hit's features to how often such a hit is right."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

VERSION = 1
DEFAULT_INTERCEPT = -4.0
DEFAULT_WEIGHTS: Mapping[str, float] = {"score": 10.0}


@dataclass(frozen=True)
class Calibration:
    """The coefficients of one logistic curve over named features."""

    intercept: float
    weights: Mapping[str, float]
    version: int = VERSION

    @classmethod
    def default(cls) -> "Calibration":
        return cls(DEFAULT_INTERCEPT, DEFAULT_WEIGHTS)

    @classmethod
    def from_json(cls, text: str) -> "Calibration":
        fields = json.loads(text)
        return cls(float(fields["intercept"]), dict(fields["weights"]), int(fields["version"]))

    def to_json(self) -> str:
        fields = {
            "version": self.version,
            "intercept": self.intercept,
            "weights": dict(self.weights),
        }
        return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"

    def confidence(self, features: Mapping[str, float]) -> float:
        total = self.intercept + sum(
            weight * features.get(name, 0.0) for name, weight in self.weights.items()
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True)
class Sample:
    """The features of a top hit and whether it was right."""

    features: Mapping[str, float]
    right: bool


def fit_calibration(samples: Sequence[Sample]) -> Calibration:
    """The default when there is nothing to learn from."""
    if not samples:
        return Calibration.default()
    share = (sum(sample.right for sample in samples) + 1) / (len(samples) + 2)
    return Calibration(math.log(share / (1 - share)), {})
