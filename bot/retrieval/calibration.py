"""From a hit's features to how often such a hit is right."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

VERSION = 2
"""Goes up whenever a feature changes its meaning; files of another version are refused."""

FEATURES: Mapping[str, int] = {
    "gap": 1,
    "lead": 1,
    "topic_lead": 1,
    "basis_lead": 1,
    "agreement": 1,
    "evidence": 1,
    "near": 1,
    "ratio": 1,
    "missed": -1,
}
"""The sign each coefficient must have: a closer match never makes a hit less sure, whatever
chance says in the samples."""

# Fitted on judged and held-back questions; good enough for any collection of questions until it
# is fitted on its own.
DEFAULT_INTERCEPT = -5.0
DEFAULT_WEIGHTS: Mapping[str, float] = {
    "gap": 1.6,
    "lead": 0.3,
    "topic_lead": 7.0,
    "basis_lead": 9.0,
    "agreement": 1.6,
    "evidence": 1.1,
    "near": 5.0,
    "ratio": 1.8,
    "missed": -0.25,
}

RIDGE = 2.0
NEWTON_STEPS = 15


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
        """Raises ValueError, with the reason, for anything `to_json` would not have written."""
        fields = json.loads(text)
        try:
            weights = {str(name): float(weight) for name, weight in fields["weights"].items()}
            calibration = cls(float(fields["intercept"]), weights, int(fields["version"]))
        except (AttributeError, KeyError, TypeError, OverflowError) as problem:
            raise ValueError(f"not a calibration: {problem!r}") from problem
        calibration._require_usable()
        return calibration

    def _require_usable(self) -> None:
        if self.version != VERSION:
            raise ValueError(f"calibration version {self.version}, expected {VERSION}")
        if unknown := sorted(self.weights.keys() - FEATURES.keys()):
            raise ValueError(f"unknown features: {', '.join(unknown)}")
        if not all(map(math.isfinite, (self.intercept, *self.weights.values()))):
            raise ValueError("coefficients must be finite")

    def to_json(self) -> str:
        fields = {
            "version": self.version,
            "intercept": round(self.intercept, 4),
            "weights": {name: round(weight, 4) for name, weight in self.weights.items()},
        }
        return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"

    def confidence(self, features: Mapping[str, float]) -> float:
        return _logistic(
            self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        )


@dataclass(frozen=True)
class Sample:
    """The features of a top hit, and whether it was right."""

    features: Mapping[str, float]
    right: bool
    weight: float = 1.0


def fit_calibration(samples: Sequence[Sample]) -> Calibration:
    """Logistic regression with a ridge; the default where there is nothing to tell apart."""
    if len({sample.right for sample in samples}) < 2:
        return Calibration.default()
    names = list(FEATURES)
    while True:
        fitted = _fit(samples, names)
        turned = [name for name in names if fitted.weights[name] * FEATURES[name] < 0]
        if not turned:
            return fitted
        names.remove(max(turned, key=lambda name: abs(fitted.weights[name])))


def _fit(samples: Sequence[Sample], names: Sequence[str]) -> Calibration:
    """Newton's method on standardised features, so that the ridge treats all alike."""
    columns = [[sample.features[name] for sample in samples] for name in names]
    means = [sum(column) / len(column) for column in columns]
    spreads = [_spread(column, mean) for column, mean in zip(columns, means, strict=True)]
    scaled = [
        [(value - mean) / spread for value in column]
        for column, mean, spread in zip(columns, means, spreads, strict=True)
    ]
    rows = list(zip([1.0] * len(samples), *scaled, strict=True))
    solution = _newton(rows, samples)
    weights = {
        name: weight / spread
        for name, weight, spread in zip(names, solution[1:], spreads, strict=True)
    }
    moved = sum(weights[name] * mean for name, mean in zip(names, means, strict=True))
    return Calibration(solution[0] - moved, weights)


def _spread(column: Sequence[float], mean: float) -> float:
    return math.sqrt(sum((value - mean) ** 2 for value in column) / len(column)) or 1.0


def _newton(rows: Sequence[Sequence[float]], samples: Sequence[Sample]) -> list[float]:
    solution = [0.0] * len(rows[0])
    for _ in range(NEWTON_STEPS):
        step = _newton_step(rows, samples, solution)
        solution = [old + change for old, change in zip(solution, step, strict=True)]
    return solution


def _newton_step(
    rows: Sequence[Sequence[float]], samples: Sequence[Sample], solution: Sequence[float]
) -> list[float]:
    width = len(solution)
    curvature = [[RIDGE * (row == column) for column in range(width)] for row in range(width)]
    slope = [-RIDGE * weight for weight in solution]
    for values, sample in zip(rows, samples, strict=True):
        chance = _logistic(sum(map(float.__mul__, solution, values)))
        miss = sample.weight * (sample.right - chance)
        bend = sample.weight * chance * (1 - chance)
        for row, value in enumerate(values):
            slope[row] += miss * value
            curved = bend * value
            for column in range(row + 1):
                curvature[row][column] += curved * values[column]
    return _solve(curvature, slope)


def _solve(lower: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Cholesky: the ridge keeps the matrix positive definite."""
    size = len(right)
    root = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(row + 1):
            rest = lower[row][column] - sum(map(float.__mul__, root[row], root[column]))
            root[row][column] = math.sqrt(rest) if row == column else rest / root[column][column]
    forward = [0.0] * size
    for row in range(size):
        forward[row] = (right[row] - sum(map(float.__mul__, root[row], forward))) / root[row][row]
    back = [0.0] * size
    for row in reversed(range(size)):
        known = sum(root[other][row] * back[other] for other in range(row + 1, size))
        back[row] = (forward[row] - known) / root[row][row]
    return back


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
