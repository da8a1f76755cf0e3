"""Dates and hours as clerks write them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

from bot.events.event import DateRange, IfLate, Lateness, LunarRange, NoticeTime
from bot.events.lunar import FIRST_DATE, LAST_DATE

_DIGITS = "一二三四五六七八九"
NUMBERS: Mapping[str, int] = (
    {str(number): number for number in range(1, 61)}
    | {f"0{number}": number for number in range(1, 10)}
    | {digit: number for number, digit in enumerate(_DIGITS, start=1)}
    | {f"十{digit}": 10 + number for number, digit in enumerate(_DIGITS, start=1)}
    | {f"二十{digit}": 20 + number for number, digit in enumerate(_DIGITS, start=1)}
    | {f"廿{digit}": 20 + number for number, digit in enumerate(_DIGITS, start=1)}
    | {"两": 2, "十": 10, "二十": 20, "廿": 20, "三十": 30, "三十一": 31}
)
"""Small numbers in either script, as used in dates."""

NUMBER = "(?:" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
SOLAR_DAY = r"\d{4}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}[日号]?)"
"""What `parse_date` may be able to read."""
LUNAR_DAY = (
    rf"(?:初(?:10|0?[1-9]|[{_DIGITS}十])|二?十[{_DIGITS}]?|廿[{_DIGITS}]?|三十|[0-9]{{1,2}})"
)
LUNAR_MONTH = rf"(?:正|冬|腊|{NUMBER})月"
_NAMED_MONTHS = {"正": 1, "冬": 11, "腊": 12}
NEW_YEARS_EVE = (12, 30)
"""The last day of the twelfth month, also in the years where it has 29."""

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?", re.ASCII)
_REMARK = re.compile(r"\([^()]*\)\s*$")
_RANGE = re.compile(r"\s*(?:至|到|~|—+|--|–)\s*|\s+-\s+")
_HOUR_RANGE = re.compile(r"\s*(?:-+|–|—+|~|至|到)\s*")
_HALF_DAY = re.compile(r"上午|早上|早晨|凌晨|中午|下午|晚上|傍晚")
_AFTERNOON = frozenset({"下午", "晚上", "傍晚"})
_HOUR = re.compile(r"(\d{1,2})(?::(\d{2})|[点时](?:(\d{1,2})分?|(半))?)", re.ASCII)
_LUNAR = re.compile(rf"(?:农历|阴历|旧历)?(?P<month>{LUNAR_MONTH})(?P<day>{LUNAR_DAY})[日号]?")
_LEAD = re.compile(
    rf"(?:提?前(?P<days>{NUMBER})(?P<unit>[天日周])|(?P<same>当[天日]))的?\s*(?P<at>.*)"
)
_COMMA = re.compile(r"[、，,；;](?![^（(]*[)）])")
_MOST_DAYS = 60
_LATENESS = re.compile(
    rf"(?:晚?(?P<count>{NUMBER}|半)个?(?P<unit>小时|分钟)(?:以?内|之内)?(?:补发|照发)[\s,;，；]*)?"
    r"(?:(?:再晚|晚了|过了)(?:就|了)?)?(?:(?P<ask>问人|等人定|人工定)|(?P<drop>不发)|(?P<ride>随回复(?:带出)?))"
)
_LATE_AT_MOST = timedelta(hours=72)
_UNKNOWN_HOURS = frozenset({"", "全天", "待定", "待填写"})


class Unreadable(ValueError):
    """A value that cannot be read; says why in words a clerk understands.

    It stays inside this room: whoever reads a field turns it into a `Problem`.
    """


def tidy(text: str) -> str:
    """Fold full-width forms, drop a remark in brackets at the end."""
    return _REMARK.sub("", unicodedata.normalize("NFKC", text)).strip().rstrip("。;,")


def split_values(row: str) -> Sequence[str]:
    """Split what stands in one line; a comma in brackets does not: `2026-10-01（国庆，放假）`."""
    parts = _COMMA.split(row)
    return [part.strip() for part in parts if tidy(part)]


def shorten(text: str) -> str:
    """Quote at most what fits a line of a problem list."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 30 else one_line[:29] + "…"


def parse_date(text: str) -> date:
    """Read `2026年12月4日`, `2026-12-04`, `2026/12/4` or `2026.12.4`."""
    text = tidy(text)
    found = _ISO.fullmatch(text) or _CHINESE.fullmatch(text.replace(" ", ""))
    if not found:
        raise Unreadable(f"看不懂日期“{shorten(text)}”，要写年月日，例如 2026-12-04")
    try:
        day = date(*(int(part) for part in found.groups()))
    except ValueError:
        raise Unreadable(f"没有“{text}”这一天") from None
    if not FIRST_DATE <= day <= LAST_DATE:
        years = f"{FIRST_DATE.year} 到 {LAST_DATE.year} 年"
        raise Unreadable(f"“{text}”超出了农历能推算的范围（{years}）")
    return day


def parse_time(text: str) -> time:
    """Read `08:00`, `8点半` or `下午2点`."""
    text = tidy(text)
    half_day = _HALF_DAY.match(text)
    found = _HOUR.fullmatch(_HALF_DAY.sub("", text, count=1).strip())
    if not found:
        raise Unreadable(f"看不懂时间“{shorten(text)}”，例如 08:00")
    hour = int(found[1])
    if half_day and half_day[0] in _AFTERNOON and hour < 12:
        hour += 12
    minute = 30 if found[4] else int(found[2] or found[3] or 0)
    if hour > 23 or minute > 59:
        raise Unreadable(f"没有“{text}”这个时间")
    return time(hour, minute)


def parse_hours(text: str) -> tuple[time | None, time | None]:
    """Read `08:00-11:00`, only a beginning, or nothing at all for a whole day."""
    text = tidy(text)
    if text in _UNKNOWN_HOURS:
        return None, None
    parts = _HOUR_RANGE.split(text)
    if len(parts) == 1:
        return parse_time(text), None
    if len(parts) > 2:
        raise Unreadable(f"看不懂时间“{shorten(text)}”，例如 08:00-11:00")
    half_day = _HALF_DAY.match(parts[0])
    if half_day and not _HALF_DAY.match(parts[1]):
        parts[1] = half_day[0] + parts[1]
    first, last = parse_time(parts[0]), parse_time(parts[1])
    if last <= first:
        raise Unreadable(f"时间“{shorten(text)}”写反了：结束不晚于开始")
    return first, last


def parse_notice_time(text: str) -> NoticeTime:
    """Read when a notice goes out: `前一天 17:00`, `当天 06:30`."""
    text = tidy(text)
    found = _LEAD.fullmatch(text)
    if not found:
        raise Unreadable(f"看不懂提前通知“{shorten(text)}”，例如“前一天 17:00”“当天 06:30”")
    at = parse_time(found["at"])
    if found["same"]:
        return NoticeTime("当天", 0, at)
    days = NUMBERS[found["days"]] * (7 if found["unit"] == "周" else 1)
    if days > _MOST_DAYS:
        raise Unreadable(f"提前 {days} 天太早，最多提前 {_MOST_DAYS} 天")
    return NoticeTime("前一天" if days == 1 else f"前{days}天", days, at)


def parse_lateness(text: str) -> Lateness:
    """Read what to do with a late notice: `2小时内补发，再晚问人`."""
    found = _LATENESS.fullmatch(tidy(text))
    if not found:
        raise Unreadable(f"看不懂错过时间“{shorten(text)}”，例如“2小时内补发，再晚问人”")
    within = None
    if found["count"]:
        count = 0.5 if found["count"] == "半" else NUMBERS[found["count"]]
        within = timedelta(hours=count) if found["unit"] == "小时" else timedelta(minutes=count)
        if within > _LATE_AT_MOST:
            raise Unreadable("错过时间最多写 72 小时")
    choices = {"ask": IfLate.ASK, "drop": IfLate.DROP, "ride": IfLate.RIDE}
    return Lateness(within, next(then for name, then in choices.items() if found[name]))


def parse_length(text: str) -> int:
    """Read over how many days an event goes: `31` or `31天`; one where nothing is written."""
    days = NUMBERS.get(tidy(text).removesuffix("天")) if text else 1
    if days is None:
        raise Unreadable(f"看不懂天数“{shorten(text)}”，写 1 到 {_MOST_DAYS} 的数字")
    return days


def parse_exception(text: str) -> DateRange | LunarRange:
    """Read one day or a range of days: solar with the year, or lunar for every year."""
    text = tidy(text)
    ends = _RANGE.split(text)
    if len(ends) > 2:
        hint = "一行只写一天或一段，例如 2026-02-17 至 2026-03-03"
        raise Unreadable(f"看不懂“{shorten(text)}”，{hint}")
    first_lunar, last_lunar = parse_lunar_day(ends[0]), parse_lunar_day(ends[-1])
    if first_lunar and last_lunar:
        return LunarRange(first_lunar, last_lunar)
    if first_lunar or last_lunar:
        raise Unreadable(f"“{shorten(text)}”一头是农历、一头不是，请写成同一种")
    first, last = parse_date(ends[0]), parse_date(ends[-1])
    if last < first:
        raise Unreadable(f"“{shorten(text)}”写反了：截止早于开始")
    return DateRange(first, last)


def parse_lunar_day(text: str) -> tuple[int, int] | None:
    """Read `正月十五`, `腊月廿三` or `除夕` as (month, day); None for anything else."""
    if text in ("除夕", "大年三十", "年三十"):
        return NEW_YEARS_EVE
    found = _LUNAR.fullmatch(text.replace(" ", ""))
    if not found:
        return None
    month, day = lunar_month_number(found["month"]), lunar_day_number(found["day"])
    return (month, day) if month <= 12 and 1 <= day <= 30 else None


def lunar_month_number(text: str) -> int:
    """Read `正月`, `三月`, `冬月`, `腊月`."""
    name = text.removesuffix("月")
    return _NAMED_MONTHS.get(name) or NUMBERS[name]


def lunar_day_number(text: str) -> int:
    """Read `初五`, `十五`, `廿三`."""
    name = text.removeprefix("初")
    return int(name) if name.isdigit() else NUMBERS[name]
