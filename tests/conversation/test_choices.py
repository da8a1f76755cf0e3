import pytest

from bot.conversation.choices import choice_number, find_choice
from bot.conversation.dialogue import Choice, Dialogue

OFFERED = Dialogue(
    choices=(
        Choice("离婚要多久？", "201"),
        Choice("彩礼退不退？", "203"),
        Choice("都不是", "都不是"),
    )
)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("1", "201"),
        ("２", "203"),
        ("2.", "203"),
        ("一", "201"),
        ("第二个", "203"),
        ("第2个问题", "203"),
        ("选1", "201"),
        ("我要选第二个吧", "203"),
        ("2号", "203"),
        ("③", "都不是"),
        ("最后一个", "都不是"),
        ("彩礼退不退？", "203"),
        ("彩礼退不退", "203"),
        ("都不是", "都不是"),
    ],
)
def test_it_finds_what_was_chosen(typed: str, message: str) -> None:
    choice = find_choice(typed, OFFERED)
    assert choice is not None
    assert choice.message == message


@pytest.mark.parametrize("typed", ["4", "0", "一共多少钱", "两家打架", "202", "", "第一次离婚"])
def test_it_chooses_nothing(typed: str) -> None:
    assert find_choice(typed, OFFERED) is None


def test_it_chooses_nothing_where_nothing_was_offered() -> None:
    assert find_choice("1", Dialogue()) is None


def test_it_reads_numbers_up_to_ten() -> None:
    assert [choice_number(text) for text in ("十", "10", "九", "两", "11", "二十")] == [
        10,
        10,
        9,
        2,
        0,
        0,
    ]
