import pytest

from bot.consultation.phones import count_digits, find_phone, show_phone


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800138000", "13800138000"),
        ("我电话是138 0013 8000，晚上打", "13800138000"),
        ("+86-138-0013-8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("幺三八零零幺三八零零零", "13800138000"),
        ("0539-7212345", "05397212345"),
        ("(0539)7212345", "05397212345"),
        ("01062345678", "01062345678"),
        ("7212345", "7212345"),
        ("13800138000或者13800138000", "13800138000"),
    ],
)
def test_it_finds_a_number(typed: str, number: str) -> None:
    assert find_phone(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "没有",
        "1380013800",
        "138001380001",
        "12800138000",
        "110",
        "2026年11月23日",
        "00000000000",
        "13800138000，13900139000",
    ],
)
def test_it_finds_no_number_in_doubt(typed: str) -> None:
    assert find_phone(typed) == ""


def test_it_counts_what_was_typed() -> None:
    assert count_digits("是1380013800吧") == 10
    assert count_digits("没有") == 0


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800138000", "138 0013 8000"),
        ("05397212345", "0539-7212345"),
        ("01062345678", "010-62345678"),
        ("7212345", "7212345"),
    ],
)
def test_it_groups_digits_to_read_back(number: str, shown: str) -> None:
    assert show_phone(number) == shown
