"""Raw RFC 5545 rules: only what always ends, never slower than a day at a time."""

import re
from collections.abc import Mapping

from bot.events.dates import Unreadable, parse_date, shorten
from bot.events.event import SolarRule

_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_LARGEST_INTERVAL = 60
_LARGEST_COUNT = 1000
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SHAPES = {
    "FREQ": re.compile(r"[A-Z]+"),
    "INTERVAL": re.compile(r"\d{1,3}", re.ASCII),
    "COUNT": re.compile(r"\d{1,5}", re.ASCII),
    "UNTIL": re.compile(r"\d{8}", re.ASCII),
    "WKST": re.compile(r"MO|SU"),
    "BYMONTH": re.compile(r"(?:0?[1-9]|1[0-2])(?:,(?:0?[1-9]|1[0-2]))*"),
    "BYMONTHDAY": re.compile(r"-?(?:0?[1-9]|[12]\d|3[01])(?:,-?(?:0?[1-9]|[12]\d|3[01]))*", re.A),
    "BYDAY": re.compile(r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:[+-]?[1-5])?[A-Z]{2})*"),
    "BYSETPOS": re.compile(r"1|-1"),
}
_WEEKDAY = re.compile(r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)")


def parse_rrule(text: str) -> SolarRule:
    """Read a raw rule; refuse any that may never match, as looking for its dates never ends."""
    parts = _split(text)
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES:
        allowed = "YEARLY、MONTHLY、WEEKLY、DAILY"
        raise Unreadable(f"FREQ 只能是 {allowed}，不能是“{shorten(frequency)}”")
    for name, value in parts.items():
        if not _SHAPES[name].fullmatch(value):
            hint = "只写日期，例如 UNTIL=20271231" if name == "UNTIL" else "写法不对或太大"
            raise Unreadable(f"RRULE 里的 {name}={shorten(value)} {hint}")
    _check_numbers(parts)
    _check_weekdays(parts)
    _check_interval(parts)
    _check_some_day_exists(parts)
    return SolarRule(
        ";".join(f"{name}={value}" for name, value in parts.items()), anchored=_is_anchored(parts)
    )


def _split(text: str) -> Mapping[str, str]:
    parts: dict[str, str] = {}
    body = re.sub(r"^RRULE\s*:", "", text.upper().replace(" ", ""))
    for part in filter(None, body.split(";")):
        name, _, value = part.partition("=")
        if name not in _SHAPES:
            raise Unreadable(f"RRULE 里不支持“{shorten(name)}”")
        if name in parts:
            raise Unreadable(f"RRULE 里 {name} 写了两次")
        parts[name] = value
    return parts


def _check_numbers(parts: Mapping[str, str]) -> None:
    if not 1 <= int(parts.get("INTERVAL", "1")) <= _LARGEST_INTERVAL:
        raise Unreadable(f"RRULE 里的 INTERVAL 要在 1 到 {_LARGEST_INTERVAL} 之间")
    if not 1 <= int(parts.get("COUNT", "1")) <= _LARGEST_COUNT:
        raise Unreadable(f"RRULE 里的 COUNT 要在 1 到 {_LARGEST_COUNT} 之间")
    if "UNTIL" in parts:
        until = parts["UNTIL"]
        parse_date(f"{until[:4]}-{until[4:6]}-{until[6:]}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise Unreadable("RRULE 里 COUNT 和 UNTIL 只能写一个")


def _check_weekdays(parts: Mapping[str, str]) -> None:
    days = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    if not all(_WEEKDAY.fullmatch(day) for day in days):
        raise Unreadable(f"RRULE 里的 BYDAY={shorten(parts['BYDAY'])} 写法不对")
    by_the_month = parts["FREQ"] in ("MONTHLY", "YEARLY")
    counted = any(day[0] in "+-12345" for day in days)
    if counted and (not by_the_month or "BYMONTHDAY" in parts):
        raise Unreadable("RRULE 里“第几个周几”只能配 MONTHLY 或 YEARLY，也不能再写 BYMONTHDAY")
    if "BYSETPOS" in parts and not (by_the_month and days):
        raise Unreadable("RRULE 里 BYSETPOS 只能配 MONTHLY 或 YEARLY 和 BYDAY")
    if "BYMONTHDAY" in parts and parts["FREQ"] == "WEEKLY":
        raise Unreadable("RRULE 里 WEEKLY 不能配 BYMONTHDAY")


def _check_interval(parts: Mapping[str, str]) -> None:
    """With a step, a filter may be missed for ever: every twelfth month from May is never June."""
    if parts.get("INTERVAL", "1").lstrip("0") == "1":
        return
    filters = {name for name in parts if name.startswith("BY")}
    allowed = {"WEEKLY": {"BYDAY"}, "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS"}}
    extra = filters - allowed.get(parts["FREQ"], set())
    if extra or parts["FREQ"] == "YEARLY":
        raise Unreadable("RRULE 里写了 INTERVAL（每隔几次）就不能再这样限定，请改成逐个写日期")


def _check_some_day_exists(parts: Mapping[str, str]) -> None:
    names_a_day = not {"BYDAY", "BYMONTHDAY"}.isdisjoint(parts)
    if "BYMONTH" in parts and parts["FREQ"] in ("MONTHLY", "YEARLY") and not names_a_day:
        raise Unreadable("RRULE 里写了 BYMONTH，还要写 BYMONTHDAY（几日）或 BYDAY（周几）")
    if "BYMONTHDAY" not in parts:
        return
    months = [int(one) for one in parts.get("BYMONTH", "1").split(",")]
    days = [abs(int(one)) for one in parts["BYMONTHDAY"].split(",")]
    longest = max(_DAYS_IN_MONTH[month - 1] for month in months)
    if max(days) > longest:
        raise Unreadable(f"写的月份里最多 {longest} 天，没有 {max(days)} 日")


def _is_anchored(parts: Mapping[str, str]) -> bool:
    if parts.get("INTERVAL", "1").lstrip("0") != "1" or "COUNT" in parts:
        return True
    if parts["FREQ"] == "DAILY":
        return False
    return not {"BYDAY", "BYMONTHDAY"} & set(parts)
