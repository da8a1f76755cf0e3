"""A rule put together from choices, for whoever does not want to write one."""

from collections.abc import Mapping, Sequence

KINDS: Mapping[str, str] = {
    "market": "农历集日（逢几）",
    "weekly": "每周星期几",
    "monthly": "每月几号",
    "nth": "每月第几个星期几",
    "quarterly": "每季度一次",
    "yearly": "每年某月某日",
    "lunar": "农历某几天",
    "dates": "一次或几次（写日期）",
    "free": "自己写",
}
"""What a form offers, in the order of the page."""
WEEKDAYS = "一二三四五六日"
ENDINGS = "一二三四五六七八九十"
ORDINALS = ("第一个", "第二个", "第三个", "第四个", "最后一个")
QUARTER_MONTHS = ("首月", "第二个月", "末月")


def compose_rule(kind: str, values: Mapping[str, Sequence[str]]) -> str:
    """Write the rule that the choices mean; what is left out makes a rule nobody can read.

    Whoever reads it (`parse_rule`) then says in Chinese what is missing.
    """
    if kind == "market":
        calendar = "公历" if _one(values, "market_calendar") == "公历" else "农历"
        return calendar + "".join(f"逢{one}" for one in _some(values, "endings", ENDINGS))
    if kind == "weekly":
        days = "和".join(f"周{one}" for one in _some(values, "weekdays", WEEKDAYS))
        return f"每两周{days}" if _one(values, "second_week") else f"每{days}"
    if kind == "monthly":
        return f"每月{_one(values, 'month_days')}" if _one(values, "month_days") else ""
    if kind == "nth":
        return f"每月{_weekday(values, 'nth')}"
    if kind == "quarterly":
        month = _some(values, "quarter_month", QUARTER_MONTHS)
        return f"每季度{''.join(month[:1])}{_weekday(values, 'quarter')}"
    if kind == "yearly":
        return f"每年{_one(values, 'year_month')}月{_one(values, 'year_day')}日"
    if kind == "lunar":
        days = _one(values, "lunar_days")
        return days if not days or days.startswith(("农历", "除夕", "腊月")) else f"农历{days}"
    if kind == "dates":
        return "、".join(line.strip() for line in _one(values, "dates").split("\n") if line.strip())
    return _one(values, "规则")


def _weekday(values: Mapping[str, Sequence[str]], prefix: str) -> str:
    ordinal = _some(values, f"{prefix}_ordinal", ORDINALS)
    day = _some(values, f"{prefix}_weekday", WEEKDAYS)
    return f"{''.join(ordinal[:1])}周{''.join(day[:1])}"


def _one(values: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(values.get(name, ())), "").replace("\r\n", "\n").strip()


def _some(values: Mapping[str, Sequence[str]], name: str, allowed: Sequence[str]) -> Sequence[str]:
    """Return what was chosen, in the order in which it is offered."""
    chosen = values.get(name, ())
    return [one for one in allowed if one in chosen]
