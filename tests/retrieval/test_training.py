import pytest

from bot.retrieval import Document, Index, Lexicon, calibrate, calibration_samples
from bot.retrieval.calibration import FEATURES
from bot.retrieval.training import (
    GARBLED_SHARE,
    HELD_BACK_SHARE,
    garbled_samples,
    held_back_samples,
    judged_samples,
)


def test_it_asks_every_phrasing_of_an_index_that_never_saw_it(
    documents: list[Document], lexicon: Lexicon
) -> None:
    samples = list(held_back_samples(documents, lexicon))
    held_back = sum(len(document.questions) - 1 for document in documents)
    assert held_back < len(samples) <= 2 * held_back
    assert sum(sample.right for sample in samples) < held_back
    assert all(sample.features.keys() == FEATURES.keys() for sample in samples)


def test_it_knows_garbled_questions_mostly(documents: list[Document], index: Index) -> None:
    samples = list(garbled_samples(index, documents))
    assert sum(sample.right for sample in samples) > 0.8 * len(samples) > 0


def test_it_judges_by_the_keys_given(index: Index) -> None:
    judged = [("彩礼退不退", {"彩礼"}), ("彩礼退不退", {"冷静期"}), ("彩礼退不退", set())]
    assert [one.right for one in judged_samples(index, judged)] == [True, False, False]


def test_it_leaves_out_decoys_and_what_finds_nothing(index: Index) -> None:
    judged = [("老板拖欠工资", set()), ("黧黢黩", set()), ("彩礼退不退", {"彩礼"})]
    assert len(list(judged_samples(index, judged, decoys={"field:劳动"}))) == 1


def test_it_fits_on_judged_questions_and_the_documents_themselves(
    documents: list[Document], lexicon: Lexicon
) -> None:
    judged = [("手机怎么截屏", set()), ("借钱不还有借条咋办", {"借条"}), ("看狗咬架", set())]
    fitted = calibrate(documents, lexicon, judged, {"field:劳动", "field:刑事"})
    index = Index.build(documents, lexicon, fitted)
    sure = index.search("去民政局办离婚等几天")[0].confidence
    unsure = index.search("手机上看孩子")[0].confidence
    assert sure > 0.5 > unsure
    assert fitted == calibrate(documents, lexicon, judged, {"field:劳动", "field:刑事"})


def test_it_lets_judged_questions_count_as_much_as_held_back_ones(
    documents: list[Document], lexicon: Lexicon
) -> None:
    judged = [("手机怎么截屏", set()), ("借钱不还有借条咋办", {"借条"})]
    samples = calibration_samples(documents, lexicon, judged)
    assert sum(sample.weight for sample in samples[:2]) == 2
    total = 2 * (1 + HELD_BACK_SHARE + GARBLED_SHARE)
    assert sum(sample.weight for sample in samples) == pytest.approx(total)
    assert {sample.weight for sample in calibration_samples(documents, lexicon)} == {1.0}


def test_it_fits_nothing_on_nothing() -> None:
    assert calibrate([]).weights.keys() == FEATURES.keys()
