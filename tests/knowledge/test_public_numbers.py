"""Which numbers an answer may give, and which codes an entry may not have."""

import pytest

from bot.knowledge.public_numbers import find_unknown_numbers, is_service_number


@pytest.mark.parametrize(
    "text",
    [
        "打110报警，或者打12348、12345热线。",
        "拨打 12368 查询；妇联热线12338，青少年12355。",
        "借50000元，写清12000元利息，还有95000块。",
        "房子123.45平方米，编号2024010112。",
        "2021年1月1日前的，按20210101算。",
        "民法典第1079条；回复 201。",
        "身高180厘米，打300元的欠条。",
        "打96110问反诈。",
    ],
)
def test_it_lets_public_lines_amounts_and_dates_pass(text: str) -> None:
    assert list(find_unknown_numbers(text)) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("打13812345678", "13812345678"),
        ("手机138-1234-5678", "138-1234-5678"),
        ("座机0539-7212345", "0539-7212345"),
        ("座机（0539）7212345", "（0539）7212345"),
        ("电话7212345", "7212345"),
        ("400-123-4567", "400-123-4567"),
        ("拨打12399", "12399"),
        ("电话：1199", "1199"),
        ("或者96000", "96000"),
    ],
)
def test_it_finds_numbers_nobody_vouched_for(text: str, number: str) -> None:
    assert list(find_unknown_numbers(text)) == [number]


@pytest.mark.parametrize(
    "code",
    [
        "110",
        "112",
        "114",
        "117",
        "119",
        "120",
        "121",
        "122",
        "12345",
        "95533",
        "96110",
        "10086",
        "11888",
    ],
)
def test_no_entry_has_the_code_of_a_service(code: str) -> None:
    assert is_service_number(code)


@pytest.mark.parametrize("code", ["130", "201", "899", "900", "1230", "20001", "123456"])
def test_other_codes_are_free(code: str) -> None:
    assert not is_service_number(code)
