"""Chinese numerals and dates."""

from datetime import date

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.numerals import find_dates, parse_numeral


@given(st.integers(min_value=1, max_value=9999))
def test_it_reads_every_number_a_law_can_have(number: int) -> None:
    spoken = cn2an.an2cn(number)
    assert parse_numeral(spoken) == number
    assert parse_numeral(spoken.replace("零", "〇")) == number
    assert parse_numeral(str(number)) == number
    assert (
        parse_numeral("".join("零一二三四五六七八九"[int(digit)] for digit in str(number)))
        == number
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("千零七十九", 1079),
        ("百二十", 120),
        ("１０７９", 1079),
        ("两百", 200),
        ("幺零七九", 1079),
        ("十", 10),
    ],
)
def test_it_reads_what_people_say(text: str, number: int) -> None:
    assert parse_numeral(text) == number


@given(st.text(alphabet="0９零〇○Ｏ一幺二两三百千十万个", max_size=8))
def test_it_returns_none_rather_than_raise(text: str) -> None:
    assert parse_numeral(text) is None or isinstance(parse_numeral(text), int)


def test_it_finds_dates_and_what_follows_them() -> None:
    text = "二○○四年七月一日起施行，2021年2月30日无效，２０２１年１月１日 公布"
    found = find_dates(text)
    assert [day for day, _ in found] == [date(2004, 7, 1), date(2021, 1, 1)]
    assert found[0][1].startswith("起施行")
