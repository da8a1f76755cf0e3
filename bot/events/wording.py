"""How an occurrence is put into words."""

import re
from collections.abc import Mapping
from datetime import date

from bot.events.event import Change, Event, Occurrence
from bot.events.holidays import day_off

_WEEKDAYS = "一二三四五六日"
_RELATIVE_DAYS = ("今天", "明天", "后天")
_CLAUSE = re.compile(r"[^，。；！？\n,;!?]*[，。；！？\n,;!?]?")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PAUSES = "，；,; "
_STOPS = "。！？\n!?"
NOT_CHECKED = "（待司法所核对）"

RELATIVE_DAY = "哪天"
PLACEHOLDERS = frozenset({"名称", "日期", RELATIVE_DAY, "农历", "时间", "地点", "说明"})
"""What a notice's text may stand in for."""

DEFAULT_NOTICE = "【{名称}】{日期}（农历{农历}）{时间}，地点：{地点}。{说明}"


def describe(occurrence: Occurrence, today: date) -> str:
    """Tell a resident what takes place when and where, on one line.

    Such as `明天11月24日（周二，农历十月十六）08:00–11:00，赶集普法，地点：大集东头`.
    """
    parts = [_describe_day(occurrence, today), occurrence.name]
    if occurrence.place:
        parts.append(f"地点：{occurrence.place}")
    if occurrence.moved_from:
        parts[-1] += f"（原定{_day(occurrence.moved_from, today)}）"
    return "，".join(parts) + ("" if occurrence.checked else NOT_CHECKED)


def preview_line(occurrence: Occurrence) -> str:
    """Show staff one occurrence: the ISO date, then the lunar date, and the rest."""
    last = f"至{occurrence.last_day}" if occurrence.last_day > occurrence.day else ""
    parts = (
        occurrence.day.isoformat(),
        f"农历{occurrence.lunar}",
        weekday(occurrence.day),
        day_remark(occurrence.day),
        occurrence.name,
        hours(occurrence),
        last,
        occurrence.place,
        f"原定{occurrence.moved_from}" if occurrence.moved_from else "",
        "" if occurrence.checked else "待核对",
    )
    return "  ".join(part for part in parts if part)


def day_remark(day: date) -> str:
    """Say what is special about a day to whoever plans on it: 国庆节, 调休上班; mostly nothing."""
    found = day_off(day)
    return "调休上班" if found.is_makeup else found.holiday


def change_text(change: Change, before: Occurrence, after: Occurrence | None) -> str:
    """Tell what is different about an occurrence: what it was to be, and what it is now."""
    reason = f"（{change.reason}）" if change.reason else ""
    was = f"{_day(before.day, before.day)}{weekday(before.day)}"
    if after is None:
        text = f"原定{was}{_hours_of_day(before)}的{before.name}取消{reason}。"
    elif after.day != before.day:
        where = f"，地点：{after.place}" if after.place else ""
        to = f"{_day(after.day, before.day)}{weekday(after.day)}{_hours_of_day(after)}"
        text = f"原定{was}的{before.name}改到{to}{reason}{where}。"
    else:
        changed = [f"时间改为{hours(after)}"] if change.starts_at else []
        changed += [f"地点改为{after.place}"] if change.place else []
        text = f"{was}的{before.name}，{'，'.join(changed)}{reason}。"
    return text + ("" if before.checked else NOT_CHECKED)


def _hours_of_day(occurrence: Occurrence) -> str:
    return "" if occurrence.all_day else hours(occurrence)


def notice_text(event: Event, occurrence: Occurrence, today: date) -> str:
    """Fill in an event's notice, as read on `today`; a clause with nothing to say is left out."""
    values = {
        "名称": occurrence.name,
        "日期": _span(occurrence, today),
        RELATIVE_DAY: relative_day(occurrence.day, today) or _day(occurrence.day, today),
        "农历": occurrence.lunar,
        "时间": hours(occurrence),
        "地点": occurrence.place,
        "说明": occurrence.note,
    }
    text = fill(event.notice_text or DEFAULT_NOTICE, values)
    return text + ("" if occurrence.checked else NOT_CHECKED)


def says_relative_day(event: Event) -> bool:
    """Tell whether the notice says 明天 and the like, and so is wrong a day later."""
    return f"{{{RELATIVE_DAY}}}" in event.notice_text


def fill(template: str, values: Mapping[str, str]) -> str:
    """Replace placeholders; drop each clause that names one without a value."""
    kept: list[str] = []
    for clause in _CLAUSE.findall(template):
        names = _PLACEHOLDER.findall(clause)
        if all(values.get(name, name) for name in names):
            kept.append(_PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), clause))
        elif kept and clause[-1] in _STOPS and kept[-1][-1:] in _PAUSES:
            kept[-1] = kept[-1].rstrip(_PAUSES) + clause[-1]
    return "".join(kept).strip().rstrip(_PAUSES)


def unknown_placeholders(template: str) -> list[str]:
    """List what stands in braces and means nothing."""
    return [name for name in _PLACEHOLDER.findall(template) if name not in PLACEHOLDERS]


def relative_day(day: date, today: date) -> str:
    """Say 今天, 明天 or 后天; nothing for any other day."""
    distance = (day - today).days
    return _RELATIVE_DAYS[distance] if 0 <= distance < len(_RELATIVE_DAYS) else ""


def weekday(day: date) -> str:
    """Name the day of the week."""
    return f"周{_WEEKDAYS[day.weekday()]}"


def hours(occurrence: Occurrence) -> str:
    """Say from when to when, on one day."""
    if occurrence.all_day:
        return "全天"
    start = f"{occurrence.start:%H:%M}"
    return f"{start}–{occurrence.end:%H:%M}" if occurrence.end else start


def _describe_day(occurrence: Occurrence, today: date) -> str:
    day, last = occurrence.day, occurrence.last_day
    if day < today <= last:
        return f"正在进行，到{_day(last, today)}为止"
    text = f"{relative_day(day, today)}{_day(day, today)}"
    text += f"（{weekday(day)}，农历{occurrence.lunar}）"
    if last > day:
        text += f"至{_day(last, day)}"
    return text if occurrence.all_day else text + hours(occurrence)


def _span(occurrence: Occurrence, today: date) -> str:
    day, last = occurrence.day, occurrence.last_day
    return _day(day, today) + (f"至{_day(last, day)}" if last > day else weekday(day))


def _day(day: date, seen_from: date) -> str:
    year = f"{day.year}年" if day.year != seen_from.year else ""
    return f"{year}{day.month}月{day.day}日"
