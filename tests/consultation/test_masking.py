import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.masking import mask_personal_numbers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("打13800138000找我", "打138****8000找我"),
        ("+86 138-0013-8000", "+86 138-****-8000"),
        ("8613800138000", "86138****8000"),
        ("１３８００１３８０００", "１３８****８０００"),
        ("幺三八零零一三八零零零", "幺三八****八零零零"),
        ("0539-7212345", "0539-*****45"),
        ("（0539）7212345", "（0539）*****45"),
        ("身份证37132719900307123X", "身份证371*************3X"),
        ("371327 19900307 1234", "371*** ******** **34"),
        ("371327900307123", "371**********23"),
        ("卡号6222 0212 3456 7890 123", "卡号622* **** **** **** *23"),
    ],
)
def test_it_masks_personal_numbers(typed: str, kept: str) -> None:
    assert mask_personal_numbers(typed) == kept


@pytest.mark.parametrize(
    "text",
    [
        "民法典1079条",
        "2026年11月23日",
        "借了5000块，8.8万",
        "单号20261123001",
        "12345和12348",
        "一千零七十九",
        "",
    ],
)
def test_it_leaves_other_numbers(text: str) -> None:
    assert mask_personal_numbers(text) == text


@given(st.text())
def test_it_keeps_length_and_is_stable(text: str) -> None:
    masked = mask_personal_numbers(text)
    assert len(masked) == len(text)
    assert mask_personal_numbers(masked) == masked


@given(
    before=st.text("他的电话，是 ", max_size=8),
    number=st.from_regex(r"1[3-9]\d{9}", fullmatch=True),
)
def test_it_never_lets_a_mobile_number_through(before: str, number: str) -> None:
    assert number not in mask_personal_numbers(f"{before}{number}，找我")
