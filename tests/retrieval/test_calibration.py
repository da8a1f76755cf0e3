import json
import math
import random

import pytest

from bot.retrieval import Calibration, Sample, fit_calibration
from bot.retrieval.calibration import FEATURES, VERSION


def made_up_samples(number: int, *, seed: int = 7) -> list[Sample]:
    """Samples whose truth is a known curve over gap and missed; the rest is noise."""
    dice = random.Random(seed)
    samples = []
    for _ in range(number):
        features = {name: dice.random() for name in FEATURES}
        chance = 1 / (1 + math.exp(-(-1 + 5 * features["gap"] - 3 * features["missed"])))
        samples.append(Sample(features, dice.random() < chance))
    return samples


def test_it_recovers_the_curve_behind_the_samples() -> None:
    fitted = fit_calibration(made_up_samples(4000))
    assert fitted.weights["gap"] == pytest.approx(5, abs=0.6)
    assert fitted.weights["missed"] == pytest.approx(-3, abs=0.6)
    assert fitted.intercept == pytest.approx(-1, abs=0.6)


def test_it_says_as_often_as_it_is_right() -> None:
    samples = made_up_samples(4000)
    fitted = fit_calibration(samples)
    said = sum(fitted.confidence(sample.features) for sample in samples)
    assert said == pytest.approx(sum(sample.right for sample in samples), rel=0.02)


def test_it_fits_the_same_samples_the_same_way() -> None:
    assert fit_calibration(made_up_samples(300)) == fit_calibration(made_up_samples(300))


def test_it_never_trusts_a_closer_match_less() -> None:
    upside_down = [Sample(one.features, not one.right) for one in made_up_samples(500)]
    fitted = fit_calibration(upside_down)
    for name, sign in FEATURES.items():
        assert fitted.weights.get(name, 0.0) * sign >= 0


def test_it_weighs_samples() -> None:
    features = dict.fromkeys(FEATURES, 0.5)
    samples = [Sample(features, True, 9.0), Sample(features, False, 1.0)] * 50
    assert fit_calibration(samples).confidence(features) == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize("right", [True, False])
def test_it_keeps_the_default_when_nothing_tells_right_from_wrong(right: bool) -> None:
    samples = [Sample(one.features, right) for one in made_up_samples(20)]
    assert fit_calibration(samples) == Calibration.default()
    assert fit_calibration([]) == Calibration.default()


def test_it_survives_a_perfect_divide() -> None:
    features = dict.fromkeys(FEATURES, 0.0)
    samples = [Sample({**features, "gap": gap}, gap > 0.5) for gap in (0.1, 0.2, 0.8, 0.9)]
    fitted = fit_calibration(samples)
    assert fitted.confidence({**features, "gap": 1.0}) > fitted.confidence(features)


def test_it_writes_what_it_reads() -> None:
    written = Calibration(-1.25, {"gap": 2.5, "missed": -0.5}).to_json()
    assert Calibration.from_json(written).to_json() == written
    assert json.loads(written)["version"] == VERSION


def test_its_default_can_be_written_and_read() -> None:
    default = Calibration.default()
    assert Calibration.from_json(default.to_json()) == default
    assert default.weights.keys() == FEATURES.keys()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"version": 2, "intercept": 0}',
        '{"version": 2, "intercept": "x", "weights": {}}',
        '{"version": 2, "intercept": 0, "weights": []}',
        '{"version": 2, "intercept": 0, "weights": {"gap": null}}',
        '{"version": 2, "intercept": NaN, "weights": {}}',
        '{"version": 2, "intercept": 0, "weights": {"gap": 1e999}}',
        '{"version": 2, "intercept": 0, "weights": {"charm": 1}}',
        '{"version": 999, "intercept": 0, "weights": {}}',
    ],
)
def test_it_refuses_what_it_did_not_write(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Calibration.from_json(text)


def test_it_stays_within_bounds_for_any_features() -> None:
    huge = dict.fromkeys(FEATURES, 1e9)
    assert 0 <= Calibration.default().confidence(huge) <= 1
