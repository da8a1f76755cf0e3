import pytest

from bot.retrieval.terms import (
    essence,
    is_function,
    is_sound,
    pairs,
    sound_grams,
    sounds,
    text_grams,
)


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
    assert sound_grams("12345") == []


def test_it_keeps_one_sound_to_a_character() -> None:
    text = "俺去找12345问彩礼ok"
    assert len(sounds(text)) == len(text)


def test_it_tells_sounds_from_text() -> None:
    assert all(map(is_sound, sound_grams("离婚彩礼")))
    assert not any(map(is_sound, text_grams("离婚彩礼ab")))


def test_it_cuts_characters_and_pairs() -> None:
    assert text_grams("离婚了") == ["离", "婚", "了", "离婚", "婚了"]
    assert pairs("离") == []


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
    assert is_function("怎么")
    assert not is_function("怎离")
