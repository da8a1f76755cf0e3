"""Every choice of the form is a rule that can be read, and one left open is told in Chinese."""

import pytest

from bot.events.dates import Unreadable
from bot.events.event import FixedDates, LunarRule, SolarRule
from bot.events.rule_form import ENDINGS, KINDS, ORDINALS, QUARTER_MONTHS, WEEKDAYS, compose_rule
from bot.events.rules import parse_rule

CHOICES = {
    "market": ({"endings": ["十", "五"]}, "农历逢五逢十", LunarRule),
    "weekly": ({"weekdays": ["五", "二"]}, "每周二和周五", SolarRule),
    "monthly": ({"month_days": ["1日、15日"]}, "每月1日、15日", SolarRule),
    "nth": ({"nth_ordinal": ["最后一个"], "nth_weekday": ["五"]}, "每月最后一个周五", SolarRule),
    "quarterly": (
        {"quarter_month": ["末月"], "quarter_ordinal": ["第一个"], "quarter_weekday": ["三"]},
        "每季度末月第一个周三",
        SolarRule,
    ),
    "yearly": ({"year_month": ["12"], "year_day": ["4"]}, "每年12月4日", SolarRule),
    "lunar": ({"lunar_days": ["初一、十五"]}, "农历初一、十五", LunarRule),
    "dates": ({"dates": ["2026-12-05\r\n\r\n2027-01-02"]}, "2026-12-05、2027-01-02", FixedDates),
    "free": ({"规则": ["RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1"]}, "RRULE", SolarRule),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_a_rule(kind: str) -> None:
    values, text, made = CHOICES[kind]
    composed = compose_rule(kind, values)
    assert composed.startswith(text)
    assert isinstance(parse_rule(composed), made)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_left_open_is_told(kind: str) -> None:
    with pytest.raises(Unreadable):
        parse_rule(compose_rule(kind, {}))


def test_whatever_is_offered_can_be_chosen() -> None:
    for ordinal in ORDINALS:
        for day in WEEKDAYS:
            parse_rule(compose_rule("nth", {"nth_ordinal": [ordinal], "nth_weekday": [day]}))
    for month in QUARTER_MONTHS:
        chosen = {
            "quarter_month": [month],
            "quarter_ordinal": ["第一个"],
            "quarter_weekday": ["一"],
        }
        parse_rule(compose_rule("quarterly", chosen))
    for ending in ENDINGS:
        parse_rule(compose_rule("market", {"endings": [ending]}))
    parse_rule(compose_rule("market", {"endings": ["三"], "market_calendar": ["公历"]}))
    every_second = {"weekdays": ["三"], "second_week": ["1"]}
    rule = parse_rule(compose_rule("weekly", every_second))
    assert isinstance(rule, SolarRule)
    assert rule.anchored
