"""The lunar calendar against a table that does not come from the library it is computed with."""

from datetime import date, timedelta

import pytest

from bot.events.lunar import FIRST_DATE, LAST_DATE, day_name, lunar_date, lunar_months

# New Year's Day, months in order (L has 30 days, s has 29), and which month is followed by its
# leap month: taken from the month table of another program, which goes by the published almanacs.
TABLE = {
    2026: ("2026-02-17", "LsLssLssLLLs", 0),
    2027: ("2027-02-06", "LLsLssLssLLs", 0),
    2028: ("2028-01-26", "LLLsLssLssLLs", 5),
    2029: ("2029-02-13", "LLsLsLsLssLL", 0),
    2030: ("2030-02-03", "sLsLLsLsLsLs", 0),
    2031: ("2031-01-23", "sLLsLsLLsLsLs", 3),
    2032: ("2032-02-11", "LssLsLLsLLsL", 0),
    2033: ("2033-01-31", "sLssLsLsLLLsL", 11),
    2034: ("2034-02-19", "sLssLsLsLLsL", 0),
    2035: ("2035-02-08", "LsLssLssLLsL", 0),
    2036: ("2036-01-28", "LLsLssLssLsLL", 6),
}


def days_of(year: int) -> list[tuple[date, tuple[int, int, bool, int]]]:
    """Unfold one row of the table into every day of that lunar year."""
    first, lengths, leap = TABLE[year]
    months = [(month, False) for month in range(1, 13)]
    if leap:
        months.insert(leap, (leap, True))
    day = date.fromisoformat(first)
    days = []
    for (month, is_leap), length in zip(months, lengths, strict=True):
        for number in range(1, 31 if length == "L" else 30):
            days.append((day, (year, month, is_leap, number)))
            day += timedelta(days=1)
    return days


@pytest.mark.parametrize("year", TABLE)
def test_it_agrees_with_the_almanac_on_every_day(year: int) -> None:
    for day, expected in days_of(year):
        found = lunar_date(day)
        assert (found.year, found.month, found.is_leap, found.day) == expected


def test_the_table_leaves_no_day_out_between_two_years() -> None:
    for year in range(2026, 2036):
        assert days_of(year)[-1][0] + timedelta(days=1) == days_of(year + 1)[0][0]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 2, 16), "腊月廿九"),
        (date(2026, 2, 17), "正月初一"),
        (date(2026, 11, 23), "十月十五"),
        (date(2026, 12, 31), "冬月廿三"),
        (date(2028, 6, 23), "闰五月初一"),
        (date(2031, 4, 22), "闰三月初一"),
        (date(2033, 12, 22), "闰冬月初一"),
        (date(2036, 8, 1), "闰六月初十"),
        (date(2027, 1, 7), "冬月三十"),
    ],
)
def test_it_names_days_as_people_say_them(day: date, text: str) -> None:
    assert str(lunar_date(day)) == text


def test_it_names_every_day_of_a_month_differently() -> None:
    names = [day_name(day) for day in range(1, 31)]
    assert len(set(names)) == 30
    assert names[0] == "初一"
    assert names[9:11] == ["初十", "十一"]
    assert names[19:21] == ["二十", "廿一"]
    assert names[28:] == ["廿九", "三十"]


def test_it_lists_the_months_that_touch_a_range() -> None:
    months = list(lunar_months(date(2028, 6, 22), date(2028, 7, 22)))
    assert [(one.month, one.is_leap, one.length) for one in months] == [
        (5, False, 30),
        (5, True, 29),
        (6, False, 29),
    ]


def test_it_counts_days_without_gaps_to_the_ends_of_its_range() -> None:
    """Every day follows from the one before: one later, or the first of the next month."""
    for start in (FIRST_DATE, date(2033, 1, 1), LAST_DATE - timedelta(days=400)):
        for offset in range(400):
            today = lunar_date(start + timedelta(days=offset))
            tomorrow = lunar_date(start + timedelta(days=offset + 1))
            assert tomorrow.day == today.day + 1 or (tomorrow.day == 1 and today.day in (29, 30))
