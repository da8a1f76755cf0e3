"""What the office changes about one day of an event: called off, another day, hour or place."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from bot.events.dates import SOLAR_DAY, Unreadable, parse_date, parse_hours, shorten, tidy
from bot.events.event import Change

_CHANGE = re.compile(
    rf"(?P<day>{SOLAR_DAY})[\s,的]*"
    r"(?:(?P<off>取消|停办|不办了?)|(?:改|推迟|延|提前|挪)[期在]?到\s*:?\s*(?P<to>.+)"
    r"|(?:改时间|时间改[为到成]?)\s*:?\s*(?P<hours>.+)"
    r"|(?:改地点|地点改[为到成]?)\s*:?\s*(?P<place>.+))"
)
_TO = re.compile(rf"(?P<day>{SOLAR_DAY})(?:[\s,]+(?P<hours>.+))?")
_REASON = re.compile(r"[(（]([^()（）]*)[)）]\s*$")
_HINT = "例如“2026-12-05 取消（下雨）”“2026-12-05 改到 2026-12-06”“2026-12-05 改地点：村部”"


def parse_change(text: str) -> Change:
    """Read one line; what stands in brackets at its end is the reason told to residents."""
    reason = _REASON.search(text)
    bare = tidy(text)
    found = _CHANGE.fullmatch(bare)
    if not found:
        raise Unreadable(f"看不懂改动“{shorten(bare)}”，{_HINT}")
    change = Change(day=parse_date(found["day"]), reason=reason[1].strip() if reason else "")
    if found["off"]:
        return replace(change, cancelled=True)
    if found["place"]:
        return replace(change, place=found["place"].strip())
    if found["to"]:
        change, hours = _move(change, found["to"])
    else:
        hours = found["hours"]
    starts_at, ends_at = parse_hours(hours) if hours else (None, None)
    if hours and starts_at is None:
        raise Unreadable(f"看不懂改动“{shorten(bare)}”里的时间，例如 09:00-11:00")
    return replace(change, starts_at=starts_at, ends_at=ends_at)


def _move(change: Change, text: str) -> tuple[Change, str]:
    found = _TO.fullmatch(text.strip())
    if not found:
        raise Unreadable(f"改到哪一天要写年月日：“{shorten(text)}”，{_HINT}")
    day = parse_date(found["day"])
    if day == change.day:
        raise Unreadable(f"改到的还是 {day} 这一天；只改时间请写“{day} 改时间：09:00-11:00”")
    return replace(change, to_day=day), found["hours"] or ""


def merge_changes(changes: Iterable[Change]) -> Sequence[Change]:
    """Join what several lines say of one day; the later line wins where both say the same."""
    merged: dict[date, Change] = {}
    for one in changes:
        known = merged.get(one.day, one)
        said = {name: value for name, value in vars(one).items() if value and name != "line"}
        merged[one.day] = replace(known, **said, line=known.line)
    return tuple(sorted(merged.values(), key=lambda one: one.day))
