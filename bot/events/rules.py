"""From what a clerk writes after 规则 to the rule it means."""

import re
from collections.abc import Iterator

from bot.events.dates import (
    LUNAR_DAY,
    LUNAR_MONTH,
    NEW_YEARS_EVE,
    NUMBERS,
    Unreadable,
    lunar_day_number,
    lunar_month_number,
    parse_date,
    shorten,
    tidy,
)
from bot.events.event import FixedDates, LunarRule, Rule, SolarRule
from bot.events.rrule_text import parse_rrule
from bot.events.solar_rules import solar_rrule

EXAMPLES = "2026年12月4日、每周三、每月第一个周一、每年12月4日、农历逢五逢十、农历初一、十五"

_EVERY_MONTH = 0
_SEPARATOR = re.compile(r"[\s、,;和及与]+")
_BARE_DAY = re.compile("[一二三廿十0-9]+")
_NEXT_BARE_DAY = re.compile("[二三廿十0-9]")
_STARTS_WITH_DATE = re.compile(r"\d{4}\s*[-/.年]", re.ASCII)
_SPACE_IN_DATE = re.compile(r"(?<=\d)\s+(?=[年月日号])|(?<=[年月])\s+(?=\d)")
_SAYS_LUNAR = re.compile(r"农历|阴历|旧历|夏历")
_SAYS_SOLAR = re.compile(r"公历|阳历|新历")
_LOOKS_LUNAR = re.compile(r"初[一二三四五六七八九十]|廿|正月|冬月|腊月|除夕")
_MARKET = re.compile(r"(?:赶|大|逢)?集$|日$")
_LUNAR_TOKEN = re.compile(rf"(?P<month>{LUNAR_MONTH})|(?P<day>{LUNAR_DAY})[日号]?|除夕")


def parse_rule(text: str) -> Rule:
    """Read a rule, or raise `Unreadable` saying what is wrong with it."""
    text = tidy(text)
    if not text:
        raise Unreadable(f"没有写规则，例如：{EXAMPLES}")
    if "FREQ" in text.upper() or text.upper().startswith("RRULE"):
        return parse_rrule(text)
    if _STARTS_WITH_DATE.match(text):
        parts = _SEPARATOR.split(_SPACE_IN_DATE.sub("", text))
        dates = [parse_date(part) for part in parts if part]
        return FixedDates(tuple(sorted(set(dates))))
    if "逢" in text:
        return _parse_market_days(text)
    if _SAYS_LUNAR.search(text) or _LOOKS_LUNAR.search(text):
        return _parse_lunar_days(_SAYS_LUNAR.sub("", text))
    rrule = solar_rrule(_SAYS_SOLAR.sub("", text).strip())
    if not rrule:
        raise Unreadable(f"看不懂规则“{shorten(text)}”，可以写：{EXAMPLES}")
    return parse_rrule(rrule)


def _parse_market_days(text: str) -> Rule:
    """`逢五排十` names the last digits of the days, lunar unless 公历 is said."""
    words = _SAYS_SOLAR.sub("", _SAYS_LUNAR.sub("", text)).replace("每月", "").strip()
    endings = _endings(_MARKET.sub("", words), text)
    days = [day for day in range(1, 32) if day % 10 in endings]
    if _SAYS_SOLAR.search(text):
        return SolarRule(f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, days))}")
    return LunarRule(frozenset((_EVERY_MONTH, day) for day in days if day <= 30))


def _endings(words: str, whole: str) -> frozenset[int]:
    if words in ("逢单", "逢双"):
        return frozenset({1, 3, 5, 7, 9} if words == "逢单" else {0, 2, 4, 6, 8})
    endings: set[int] = set()
    for part in re.split(r"[\s、,;和及与逢排]+", words):
        if re.fullmatch(r"10|\d", part, re.ASCII):
            endings.add(int(part) % 10)
        elif re.fullmatch(r"[一二三四五六七八九]*十?", part):
            endings.update(NUMBERS[character] % 10 for character in part)
        else:
            hint = "只写尾数，例如“逢五逢十”“逢二七”；某几天请写“农历初五、十五”"
            raise Unreadable(f"看不懂集日“{shorten(whole)}”，{hint}")
    if not endings:
        raise Unreadable(f"“{shorten(whole)}”没有写逢几，例如“逢五逢十”")
    return frozenset(endings)


def _parse_lunar_days(text: str) -> LunarRule:
    """`初五、初十` is every month's, `正月十五、腊月廿三` is every year's."""
    if "闰" in text:
        raise Unreadable("规则里不用写闰月：每月的规则闰月照办，写了月份的规则闰月不办")
    words = re.sub(r"^(?:每年|每个?月)|[\s、,;和及与的]+", " ", text).replace(" 每月", " ")
    days: set[tuple[int, int]] = set()
    month = _EVERY_MONTH
    for token in _lunar_tokens(words, text):
        if token["month"]:
            month = _checked(lunar_month_number(token["month"]), 12, token[0])
        elif token["day"]:
            days.add((month, _checked(lunar_day_number(token["day"]), 30, token[0])))
        else:
            days.add(NEW_YEARS_EVE)
    if not days:
        raise Unreadable(f"“{shorten(text)}”没有写是初几")
    return LunarRule(frozenset(days))


def _lunar_tokens(words: str, whole: str) -> Iterator[re.Match[str]]:
    position = 0
    while words[position:].strip():
        position += len(words[position:]) - len(words[position:].lstrip())
        token = _LUNAR_TOKEN.match(words, position)
        if not token:
            raise Unreadable(f"看不懂农历日子“{shorten(whole)}”，例如“农历初五、十五”“正月十五”")
        position = token.end()
        # 二十二十五 is the 20th and 25th, or the 22nd and 15th: nobody can tell.
        if _BARE_DAY.fullmatch(token[0]) and _NEXT_BARE_DAY.match(words, position):
            raise Unreadable(f"“{shorten(whole)}”里的日子请用顿号隔开")
        yield token


def _checked(number: int, largest: int, text: str) -> int:
    if not 1 <= number <= largest:
        raise Unreadable(f"农历没有“{text}”")
    return number
