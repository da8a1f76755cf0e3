from datetime import date

import pytest

from bot.events.dates import Unreadable
from bot.events.event import FixedDates, LunarRule, SolarRule
from bot.events.rules import parse_rule

EVERY_MONTH = 0
FIVES_AND_TENS = {5, 10, 15, 20, 25, 30}


def every_month(*days: int) -> LunarRule:
    return LunarRule(frozenset((EVERY_MONTH, day) for day in days))


@pytest.mark.parametrize(
    "text",
    [
        "2026年12月4日",
        "2026-12-04",
        "2026/12/4",
        "2026.12.4",
        "２０２６年１２月４日",
        "2026 年 12 月 4 号",
    ],
)
def test_it_reads_one_date_however_written(text: str) -> None:
    assert parse_rule(text) == FixedDates((date(2026, 12, 4),))


@pytest.mark.parametrize("separator", ["、", "，", ",", "；", " ", "和"])
def test_it_reads_several_dates(separator: str) -> None:
    rule = parse_rule(f"2027-03-15{separator}2026年12月4日")
    assert rule == FixedDates((date(2026, 12, 4), date(2027, 3, 15)))


@pytest.mark.parametrize(
    ("text", "rrule"),
    [
        ("每天", "FREQ=DAILY"),
        ("每个工作日", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("每周三", "FREQ=WEEKLY;BYDAY=WE"),
        ("每星期日", "FREQ=WEEKLY;BYDAY=SU"),
        ("每周二和周五", "FREQ=WEEKLY;BYDAY=TU,FR"),
        ("每周五、二", "FREQ=WEEKLY;BYDAY=TU,FR"),
        ("每周一至周五", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("每周末", "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("每月15日", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("每月十五号", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("每月1日、15日", "FREQ=MONTHLY;BYMONTHDAY=1,15"),
        ("每月最后一天", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("每月第一个周一", "FREQ=MONTHLY;BYDAY=1MO"),
        ("每个月第一、第三个星期三", "FREQ=MONTHLY;BYDAY=1WE,3WE"),
        ("每月最后一个周五", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("每季度第一个周三", "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYDAY=1WE"),
        ("每季度第二个月的10日", "FREQ=MONTHLY;BYMONTH=2,5,8,11;BYMONTHDAY=10"),
        ("每季度末月25日", "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=25"),
        ("每年12月4日", "FREQ=MONTHLY;BYMONTH=12;BYMONTHDAY=4"),
        ("每年十二月四日", "FREQ=MONTHLY;BYMONTH=12;BYMONTHDAY=4"),
        ("每年3月、6月的第二个周四", "FREQ=MONTHLY;BYMONTH=3,6;BYDAY=2TH"),
        ("公历逢五逢十", "FREQ=MONTHLY;BYMONTHDAY=5,10,15,20,25,30"),
    ],
)
def test_it_reads_solar_rules(text: str, rrule: str) -> None:
    assert parse_rule(text) == SolarRule(rrule)


@pytest.mark.parametrize("text", ["每两周周三", "隔周周三", "每隔一周的周三", "每两个星期的星期三"])
def test_it_knows_that_every_second_week_needs_a_beginning(text: str) -> None:
    assert parse_rule(text) == SolarRule("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", anchored=True)


@pytest.mark.parametrize(
    "text",
    [
        "农历逢五逢十",
        "逢五排十",
        "逢五、十",
        "逢 5、10",
        "逢五十集",
        "农历每月逢五逢十赶集",
        "逢十逢五",
    ],
)
def test_it_reads_market_days_by_their_endings(text: str) -> None:
    assert parse_rule(text) == every_month(*FIVES_AND_TENS)


def test_it_reads_other_market_days() -> None:
    assert parse_rule("逢二七") == every_month(2, 7, 12, 17, 22, 27)
    assert parse_rule("逢一逢六") == every_month(1, 6, 11, 16, 21, 26)
    assert parse_rule("逢三六九") == every_month(3, 6, 9, 13, 16, 19, 23, 26, 29)
    assert parse_rule("逢双") == every_month(*range(2, 31, 2))


@pytest.mark.parametrize(
    "text",
    [
        "农历初五、初十、十五、二十、廿五、三十",
        "农历每月初五初十、十五、二十、二十五和三十",
        "阴历5日、10日、15日、20日、25日、30日",
    ],
)
def test_it_reads_lunar_days_of_every_month(text: str) -> None:
    assert parse_rule(text) == every_month(*FIVES_AND_TENS)


def test_it_reads_the_first_and_the_fifteenth() -> None:
    assert parse_rule("农历每月初一十五") == every_month(1, 15)
    assert parse_rule("每月初一、十五") == every_month(1, 15)


def test_it_reads_lunar_days_of_one_month() -> None:
    assert parse_rule("农历正月十五") == LunarRule(frozenset({(1, 15)}))
    assert parse_rule("正月初五、初十、腊月廿三") == LunarRule(
        frozenset({(1, 5), (1, 10), (12, 23)})
    )
    assert parse_rule("每年农历三月初三") == LunarRule(frozenset({(3, 3)}))
    assert parse_rule("除夕") == parse_rule("农历腊月三十") == LunarRule(frozenset({(12, 30)}))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=4",
            SolarRule("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=4"),
        ),
        ("freq=weekly; byday=mo", SolarRule("FREQ=WEEKLY;BYDAY=MO")),
        ("FREQ=WEEKLY", SolarRule("FREQ=WEEKLY", anchored=True)),
        ("FREQ=DAILY;COUNT=10", SolarRule("FREQ=DAILY;COUNT=10", anchored=True)),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            SolarRule("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ),
        ("FREQ=DAILY;UNTIL=20271231", SolarRule("FREQ=DAILY;UNTIL=20271231")),
    ],
)
def test_it_reads_raw_rules(text: str, rule: SolarRule) -> None:
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "没有写规则"),
        ("随便哪天", "看不懂规则"),
        ("每周", "看不懂规则"),
        ("每周八", "看不懂规则"),
        ("每月第一个周八", "看不懂规则"),
        ("每月找一天", "看不懂规则"),
        ("每年十三月四日", "看不懂规则"),
        ("2026-02-30", "没有“2026-02-30”这一天"),
        ("2026-12-04、后天", "看不懂日期“后天”"),
        ("1899-12-04", "超出了农历能推算的范围"),
        ("2100-01-01", "超出了农历能推算的范围"),
        ("每年2月30日", "没有 30 日"),
        ("每年2月28日、30日", "没有 30 日"),
        ("每月32日", "没有“32日”"),
        ("每月十五", "公历还是农历"),
        ("逢十五", "只写尾数"),
        ("逢27", "只写尾数"),
        ("逢", "没有写逢几"),
        ("农历", "没有写是初几"),
        ("农历十月", "没有写是初几"),
        ("农历三十一", "看不懂农历日子"),
        ("农历31日", "农历没有“31日”"),
        ("初十五", "看不懂农历日子"),
        ("农历二十二十五", "用顿号隔开"),
        ("农历十三月初五", "农历没有“十三月”"),
        ("闰六月初十", "不用写闰月"),
    ],
)
def test_it_says_what_is_wrong_with_a_rule(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        parse_rule(text)


@pytest.mark.parametrize(
    "text",
    [
        "RRULE:",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;BYMONTH=1",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=999999",
        "FREQ=DAILY;COUNT=999999999",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=5;UNTIL=20271231",
        "FREQ=DAILY;UNTIL=20271331",
        "FREQ=DAILY;UNTIL=20271231T000000Z",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2;BYMONTHDAY=1",
        "FREQ=YEARLY;BYMONTH=2",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=MO,XX",
        "FREQ=MONTHLY;BYDAY=",
        "FREQ=DAILY;BYDAY=MO;BYSETPOS=1",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=3",
        "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTH=13;BYDAY=MO",
        "DTSTART=20260101;FREQ=DAILY",
    ],
)
def test_it_refuses_raw_rules_that_are_endless_or_never_match(text: str) -> None:
    with pytest.raises(Unreadable, match=r"RRULE|FREQ|最多 29 天|没有“2027-13-31”"):
        parse_rule(text)
