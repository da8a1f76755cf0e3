"""Rules of the solar calendar in Chinese: 每周三, 每月第一个周一, 每年12月4日."""

import re

from bot.events.dates import NUMBER, NUMBERS, Unreadable

_WEEKDAYS = {"一": "MO", "二": "TU", "三": "WE", "四": "TH", "五": "FR", "六": "SA"} | {
    **dict.fromkeys("日天7", "SU"),
    **dict(zip("123456", ("MO", "TU", "WE", "TH", "FR", "SA"), strict=True)),
}
_WEEK_ORDER = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = "(?:周|星期|礼拜)"
_AND = r"[\s、,;和及与]*"

_DAILY = re.compile("每[天日]")
_WORKDAYS = re.compile("每?个?工作日")
_WEEKLY = re.compile(
    rf"(?P<second>隔一?个?|每隔一?个?|每[两二2]个?|双)?每?个?{_WEEK}(?:的?{_WEEK})?(?P<days>.+)"
)
_MONTHLY = re.compile(r"每个?月(?:份)?的?(?P<days>.+)")
_QUARTERLY = re.compile(r"每个?季度?(?P<month>首月|第[一二三]个月|末月)?的?(?P<days>.+)")
_YEARLY = re.compile(r"每年的?(?P<months>.+月)份?的?(?P<days>.+)")
_NTH_WEEKDAY = re.compile(
    rf"(?P<ordinals>(?:(?:第[一二三四五1-5]|最后一)个?{_AND})+){_WEEK}(?P<days>.+)"
)
_ORDINAL = re.compile("第([一二三四五1-5])|最后一")
_LAST_DAY = frozenset({"最后一天", "月底", "月末", "最后一日"})
_QUARTERS = {"首月": "1,4,7,10", "第一个月": "1,4,7,10", "第二个月": "2,5,8,11"}
_LONGEST_MONTH = 31


def solar_rrule(text: str) -> str:
    """Turn a rule in Chinese into RFC 5545; empty where it is not one of the known forms."""
    if _DAILY.fullmatch(text):
        return "FREQ=DAILY"
    if _WORKDAYS.fullmatch(text):
        return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    if found := _WEEKLY.fullmatch(text):
        return _weekly(found["days"], every_second=bool(found["second"]))
    if found := _QUARTERLY.fullmatch(text):
        months = _QUARTERS.get(found["month"] or "首月", "3,6,9,12")
        return _in_months(f"BYMONTH={months};", found["days"])
    if found := _MONTHLY.fullmatch(text):
        return _in_months("", found["days"])
    if found := _YEARLY.fullmatch(text):
        months = _months(found["months"])
        return _in_months(f"BYMONTH={months};", found["days"]) if months else ""
    return ""


def _weekly(text: str, *, every_second: bool) -> str:
    days = _weekdays(text)
    if not days:
        return ""
    interval = "INTERVAL=2;" if every_second else ""
    return f"FREQ=WEEKLY;{interval}BYDAY={','.join(days)}"


def _in_months(months: str, text: str) -> str:
    found = _NTH_WEEKDAY.fullmatch(text)
    if found:
        ordinals = [
            NUMBERS[one[1]] if one[1] else -1 for one in _ORDINAL.finditer(found["ordinals"])
        ]
        days = [f"{nth}{day}" for nth in ordinals for day in _weekdays(found["days"])]
        return f"FREQ=MONTHLY;{months}BYDAY={','.join(days)}" if days else ""
    if text in _LAST_DAY:
        return f"FREQ=MONTHLY;{months}BYMONTHDAY=-1"
    numbers = _month_days(text)
    if not numbers:
        return ""
    return f"FREQ=MONTHLY;{months}BYMONTHDAY={','.join(map(str, numbers))}"


def _weekdays(text: str) -> list[str]:
    """Read `三`, `三、六`, `三和周六`, `一至五`; empty where it is anything else."""
    text = re.sub(rf"{_WEEK}|[\s、,;和及与]", "", text)
    if text == "末":
        return ["SA", "SU"]
    span = re.fullmatch(r"(.)(?:至|到|-|~)(.)", text)
    if span and span[1] in _WEEKDAYS and span[2] in _WEEKDAYS:
        first, last = (_WEEK_ORDER.index(_WEEKDAYS[end]) for end in span.groups())
        return list(_WEEK_ORDER[first : last + 1])
    if not text or any(character not in _WEEKDAYS for character in text):
        return []
    return sorted({_WEEKDAYS[character] for character in text}, key=_WEEK_ORDER.index)


def _months(text: str) -> str:
    parts = [part for part in re.split(r"[\s、,;和及与月份]+", text) if part]
    numbers = sorted({NUMBERS.get(part, 0) for part in parts})
    return ",".join(map(str, numbers)) if all(0 < one <= 12 for one in numbers) else ""


def _month_days(text: str) -> list[int]:
    """Read `15日`, `1日、15日`, `十五号`; without 日 or 号 it might be meant as lunar."""
    parts = [part for part in re.split(r"[\s、,;和及与]+", text) if part]
    if not parts or not all(re.fullmatch(rf"{NUMBER}[日号]?", part) for part in parts):
        return []
    if parts[-1][-1] not in "日号":
        raise Unreadable(f"“{text}”是公历还是农历？公历请写“15日”，农历请写“农历十五”")
    numbers = sorted({NUMBERS[part.rstrip("日号")] for part in parts})
    if numbers[-1] > _LONGEST_MONTH:
        raise Unreadable(f"一个月没有“{numbers[-1]}日”")
    return numbers
