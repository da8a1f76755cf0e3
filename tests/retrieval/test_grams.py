import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.grams import (
    Cut,
    are_functions,
    are_sounds,
    characters,
    cut_texts,
    find_terms,
    first_of_each,
    pairs,
    tabulate,
    text_grams,
)
from bot.retrieval.terms import essence, sounds

WORDS = st.text(alphabet="离婚彩礼的了ab1", max_size=12)


def spell(gram: int) -> str:
    """Write a gram out again."""
    upper, lower = divmod(gram, 1 << 32)
    return (chr(upper) if upper else "") + chr(lower)


@pytest.mark.parametrize(
    ("one", "other"),
    [("离婚", "离昏"), ("彩礼", "财里"), ("抚养", "扶养"), ("诉讼", "素送"), ("京城", "金陈")],
)
def test_it_hears_homophones_alike(one: str, other: str) -> None:
    assert sounds(one) == sounds(other)


def test_it_hears_different_words_apart() -> None:
    assert sounds("离婚") != sounds("结婚")


def test_it_keeps_what_has_no_sound() -> None:
    assert sounds("abc12") == "abc12"
    assert not are_sounds(pairs(characters(sounds("12345")))).any()


def test_it_keeps_one_sound_to_a_character() -> None:
    text = "俺去找12345问彩礼ok"
    assert len(sounds(text)) == len(text)


def test_it_tells_sounds_from_text() -> None:
    assert are_sounds(pairs(characters(sounds("离婚彩礼")))).all()
    assert not are_sounds(text_grams("离婚彩礼ab")).any()


def test_it_cuts_characters_and_pairs() -> None:
    assert list(map(spell, text_grams("离婚了").tolist())) == ["离", "婚", "了", "离婚", "婚了"]
    assert not len(pairs(characters("离")))
    assert not len(text_grams(""))


@given(st.lists(WORDS, max_size=6))
def test_it_cuts_many_texts_as_it_cuts_each(texts: list[str]) -> None:
    singles, joined = cut_texts(texts)
    for number, text in enumerate(texts):
        own = [*singles.grams[singles.owners == number], *joined.grams[joined.owners == number]]
        assert own == text_grams(text).tolist()


@given(st.lists(WORDS, max_size=6))
def test_it_counts_every_gram_of_every_text(texts: list[str]) -> None:
    table = tabulate(cut_texts(texts), len(texts))
    terms = np.arange(len(table.grams))
    places, lengths = table.lists.places(terms)
    counted = {
        (gram, text): count
        for gram, text, count in zip(
            np.repeat(table.grams, lengths).tolist(),
            table.lists.numbers[places].tolist(),
            table.counts[places].tolist(),
            strict=True,
        )
    }
    expected: dict[tuple[int, int], int] = {}
    for number, text in enumerate(texts):
        for gram in text_grams(text).tolist():
            expected[gram, number] = expected.get((gram, number), 0) + 1
    assert counted == expected


def test_it_counts_in_units() -> None:
    singles, _ = cut_texts(["离离"])
    table = tabulate([Cut(singles.grams, singles.owners, 5)], 1)
    assert table.counts.tolist() == [10]


def test_it_finds_terms_and_says_which_are_unknown() -> None:
    known = np.unique(text_grams("离婚"))
    assert (find_terms(known, known) == np.arange(3)).all()
    assert find_terms(known, text_grams("彩")).tolist() == [-1]
    assert find_terms(known[:0], text_grams("彩")).tolist() == [-1]


def test_it_keeps_what_comes_first() -> None:
    assert list(map(spell, first_of_each(characters("婚离婚彩离")).tolist())) == ["婚", "离", "彩"]


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("你好 请问 彩礼能退吗 谢谢", "彩礼能退吗"),
        ("律师你好我想咨询一下彩礼", "彩礼"),
        ("老师打学生", "老师打学生"),
        ("请律师要花钱吗", "请律师要花钱吗"),
        ("你好", "你好"),
        ("离 婚 冷 静 期", "离婚冷静期"),
        ("", ""),
    ],
)
def test_it_drops_greetings_but_never_everything(asked: str, left: str) -> None:
    assert essence(asked) == left


def test_it_knows_words_that_only_shape_a_question() -> None:
    assert are_functions(pairs(characters("怎么"))).all()
    assert not are_functions(pairs(characters("怎离"))).any()
    assert are_functions(characters("的")).all()
