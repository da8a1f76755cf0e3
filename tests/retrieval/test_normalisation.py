import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval import normalise
from bot.retrieval.normalisation import Replacer


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ＡＢＣ１２３４５，离婚？", "abc12345 离婚"),
        ("離婚冷靜期應該賠償", "离婚冷静期应该赔偿"),
        ("离\u200b婚\ufeff怎\u2060么办", "离婚怎么办"),
        ("第一行\r\n第二行\t三", "第一行 第二行 三"),
        ("😀彩礼👨‍👩‍👧能退吗❤️", "彩礼 能退吗"),
        ("《民法典》第1079条……", "民法典 第1079条"),
        ("急急急急！！！！", "急"),
        ("救命啊啊啊啊啊", "救命啊"),
        ("还钱还钱还钱还钱", "还钱"),
        ("天天吵，人人嫌", "天天吵 人人嫌"),
        ("欠了10000块", "欠了10000块"),
        ("　 \u3000", ""),
        ("", ""),
    ],
)
def test_it_writes_everything_one_way(written: str, expected: str) -> None:
    assert normalise(written) == expected


def test_it_survives_half_a_character() -> None:
    assert normalise("离\ud83d婚\udc00") == "离 婚"


@given(st.text(alphabet=st.characters(), max_size=200))
def test_it_leaves_only_letters_digits_and_single_spaces(text: str) -> None:
    folded = normalise(text)
    assert all(unicodedata.category(one)[0] in "LN" for one in folded.replace(" ", ""))
    assert folded == folded.strip()
    assert "  " not in folded


def test_it_replaces_the_longest_word_first() -> None:
    replacer = Replacer({"咋": "怎么", "咋办": "怎么办", "俺": "我"})
    assert replacer.replace("俺咋办咋说") == "我怎么办怎么说"


def test_it_does_not_replace_what_it_wrote() -> None:
    assert Replacer({"甲": "乙", "乙": "甲"}).replace("甲乙") == "乙甲"


def test_it_finds_known_words_in_order() -> None:
    replacer = Replacer(dict.fromkeys(("欠钱", "欠钱不还", "赖账"), ""))
    assert replacer.find("他赖账，欠钱不还") == ["赖账", "欠钱不还"]


def test_it_leaves_text_alone_without_a_lexicon() -> None:
    replacer = Replacer({})
    assert replacer.replace("彩礼") == "彩礼"
    assert replacer.find("彩礼") == []


def test_it_ignores_words_that_are_nothing_but_punctuation() -> None:
    assert Replacer({"！！": "急", "俺": "我"}).replace("俺 来") == "我 来"
