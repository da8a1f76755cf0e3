"""From a file of `knowledge/events/` to events, and what is wrong with it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from bot.documents.labelled import Block, parse_labelled
from bot.errors import Problem, Severity, list_errors
from bot.events.audiences import EVERYBODY, parse_audience
from bot.events.changes import merge_changes, parse_change
from bot.events.dates import (
    Unreadable,
    parse_date,
    parse_exception,
    parse_hours,
    parse_lateness,
    parse_length,
    parse_notice_time,
    shorten,
    split_values,
    tidy,
)
from bot.events.event import (
    Change,
    DateRange,
    Event,
    EventKind,
    EventStatus,
    Exceptions,
    FixedDates,
    Lateness,
    LunarRange,
    LunarRule,
    NoticeTime,
    OnHoliday,
    Rule,
    SolarRule,
)
from bot.events.lunar import FIRST_DATE, LAST_DATE
from bot.events.recurrence import list_dates, list_dates_of_rule
from bot.events.rules import parse_rule
from bot.events.wording import PLACEHOLDERS, unknown_placeholders

LABELS = frozenset(
    {"编号", "类型", "规则", "缺三十", "开始", "截止", "时间", "天数", "地点"}
    | {"遇假日", "停办", "加办", "改动", "提前通知", "通知", "通知谁", "错过时间", "说明", "状态"}
)
PROSE = frozenset({"通知", "说明"})

WINDOW = timedelta(days=400)
"""A rule that gives no day within this time is taken for a mistake."""

LONGEST_NOTICE = 300
"""Characters; a notice must fit beneath an answer in one reply of 2,000 bytes."""

_LONGEST_NAME = 30
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_UNSET = frozenset({"", "待填写", "待定", "未定", "暂无", "无"})
_SHORT_MONTH = {"": False, "不办": False, "提前到廿九": True, "提前到二十九": True}

_Value = TypeVar("_Value")
_Choice = TypeVar("_Choice", bound=StrEnum)


def parse_events(text: str, path: str) -> tuple[list[Event], list[Problem]]:
    """Read one file; an event with an error is reported and left out."""
    labelled, problems = parse_labelled(text, path, labels=LABELS, prose=PROSE)
    events: list[Event] = []
    for block in labelled.blocks:
        reader = _Reader(block, path)
        event = reader.event()
        problems += sorted(reader.problems)
        if event and not list_errors(reader.problems):
            events.append(event)
    return events, problems


class _Reader:
    """Reads one block and keeps what is wrong with it."""

    def __init__(self, block: Block, path: str) -> None:
        self.block = block
        self.path = path
        self.problems: list[Problem] = []

    def event(self) -> Event | None:
        rule = self._rule()
        if rule is None:
            return None
        starts_at, ends_at = self._read("时间", parse_hours) or (None, None)
        event = Event(
            event_id=self._identifier(),
            name=self._name(),
            kind=self._choice("类型", EventKind.OTHER),
            rule=rule,
            status=self._choice("状态", EventStatus.PENDING),
            first=self._optional_date("开始"),
            last=self._optional_date("截止"),
            starts_at=starts_at,
            ends_at=ends_at,
            days=self._read("天数", parse_length) or 1,
            place=_unless_unset(self.block.text("地点")),
            note=_unless_unset(self.block.text("说明")),
            exceptions=self._exceptions(),
            on_holiday=self._choice("遇假日", OnHoliday.HELD),
            extra=tuple(self._read_list("加办", parse_date)),
            changes=self._changes(),
            notice_times=self._notice_times(),
            notice_text=self._notice_text(),
            audience=self._read("通知谁", parse_audience) or EVERYBODY,
            lateness=self._lateness(),
            path=self.path,
            line=self.block.line,
        )
        self._check_together(event)
        return event

    def _check_together(self, event: Event) -> None:
        if event.first and event.last and event.last < event.first:
            self._complain("截止", f"截止 {event.last} 早于开始 {event.first}")
        elif isinstance(event.rule, SolarRule) and event.rule.anchored and not event.first:
            self._complain("规则", "这条规则要配“开始：年-月-日”，才知道从哪一天数起")
        elif not _takes_place(event):
            text = "按这条规则一次也不会办，请检查规则、开始、截止和停办"
            self._complain("规则", text)
        else:
            self._check_changes(event)
        for notice in event.notice_times:
            if notice.days_before == 0 and event.starts_at and notice.at >= event.starts_at:
                text = f"当天 {notice.at:%H:%M} 通知时活动已经开始（{event.starts_at:%H:%M}）"
                self._complain("提前通知", text)
        for label in ("通知", "通知谁", "错过时间"):
            if self.block.text(label) and not event.notice_times:
                text = f"写了{label}，没写“提前通知”，不会发出"
                self._complain(label, text, Severity.WARNING)

    def _changes(self) -> tuple[Change, ...]:
        found: list[Change] = []
        for line, text in self._values("改动"):
            try:
                found.append(replace(parse_change(text), line=line))
            except Unreadable as error:
                self._complain_at(line, str(error))
        return tuple(merge_changes(found))

    def _check_changes(self, event: Event) -> None:
        moved_to: set[date] = set()
        for change in event.changes:
            if not list_dates_of_rule(event, change.day, change.day):
                text = f"{change.day} 这天本来就没有“{shorten(event.name)}”，改动不了"
                self._complain_at(change.line, text)
            if change.cancelled and (change.to_day or change.starts_at or change.place):
                self._complain_at(change.line, f"{change.day} 又写取消又写改到，只能写一样")
            to_day = change.to_day
            if to_day and (to_day in moved_to or list_dates_of_rule(event, to_day, to_day)):
                text = f"{change.day} 要改到 {to_day}，可那天已经有一场了"
                self._complain_at(change.line, text)
            if to_day:
                moved_to.add(to_day)

    def _identifier(self) -> str:
        text = tidy(self.block.text("编号"))
        if not text:
            self._complain("编号", f"“{shorten(self.block.heading)}”没有写编号")
        elif not _IDENTIFIER.fullmatch(text):
            self._complain("编号", f"编号“{shorten(text)}”只能用字母、数字和短横，例如 ganji-1")
        return text

    def _name(self) -> str:
        name = self.block.heading.strip()
        if len(name) > _LONGEST_NAME:
            text = f"活动名超过 {_LONGEST_NAME} 字，请写短一些"
            self.problems.append(Problem(self.path, self.block.line, text))
        return name

    def _choice(self, label: str, default: _Choice) -> _Choice:
        kinds = type(default)
        text = tidy(self.block.text(label))
        if text in {one.value for one in kinds}:
            return kinds(text)
        if text:
            self._complain(label, f"{label}“{shorten(text)}”不对，只能写：{'、'.join(kinds)}")
        return default

    def _rule(self) -> Rule | None:
        rule = self._read("规则", parse_rule)
        return self._with_short_months(rule) if rule else None

    def _with_short_months(self, rule: Rule) -> Rule:
        text = tidy(self.block.text("缺三十"))
        if text not in _SHORT_MONTH:
            hint = "只能写“不办”或“提前到廿九”"
            self._complain("缺三十", f"缺三十“{shorten(text)}”不对，{hint}")
        elif isinstance(rule, LunarRule):
            return replace(rule, short_month_on_29=_SHORT_MONTH[text])
        elif text:
            self._complain("缺三十", "“缺三十”只用于农历规则", Severity.WARNING)
        return rule

    def _optional_date(self, label: str) -> date | None:
        return self._read(label, parse_date) if self.block.text(label) else None

    def _exceptions(self) -> Exceptions:
        spans = self._read_list("停办", parse_exception)
        return Exceptions(
            dates=tuple(one for one in spans if isinstance(one, DateRange)),
            lunar=tuple(one for one in spans if isinstance(one, LunarRange)),
        )

    def _notice_times(self) -> tuple[NoticeTime, ...]:
        found: dict[str, NoticeTime] = {}
        for one in self._read_list("提前通知", parse_notice_time):
            if one in found.values():
                self._complain("提前通知", f"“{one.kind} {one.at:%H:%M}”写了两次")
            nth = sum(other.days_before == one.days_before for other in found.values())
            kind = f"{one.kind}第{nth + 1}次" if nth else one.kind
            found[kind] = replace(one, kind=kind)
        return tuple(found.values())

    def _notice_text(self) -> str:
        text = self.block.text("通知")
        for name in unknown_placeholders(text):
            known = "".join(f"{{{one}}}" for one in sorted(PLACEHOLDERS))
            self._complain("通知", f"通知里的“{{{shorten(name)}}}”不认识，可以用 {known}")
        if len(text) > LONGEST_NOTICE:
            self._complain("通知", f"通知有 {len(text)} 字，不能超过 {LONGEST_NOTICE} 字")
        return text

    def _lateness(self) -> Lateness:
        if not self.block.text("错过时间"):
            return Lateness()
        return self._read("错过时间", parse_lateness) or Lateness()

    def _read(self, label: str, parse: Callable[[str], _Value]) -> _Value | None:
        # Several dates may stand in a list, one to a line.
        listed = "、".join(tidy(text) for _, text in self.block.items(label))
        try:
            return parse(listed or self.block.text(label))
        except Unreadable as error:
            self._complain(label, str(error))
            return None

    def _read_list(self, label: str, parse: Callable[[str], _Value]) -> list[_Value]:
        values: list[_Value] = []
        for line, text in self._values(label):
            try:
                values.append(parse(text))
            except Unreadable as error:
                self._complain_at(line, str(error))
        return values

    def _values(self, label: str) -> Iterator[tuple[int, str]]:
        """Give what is listed line by line, and what stands beside the label itself."""
        line = self.block.line_of(label)
        for row in self.block.text(label).split("\n"):
            if not re.match(r"\s*[-*+]\s", row):
                yield from ((line, part) for part in split_values(row))
        yield from ((number, text) for number, text in self.block.items(label) if tidy(text))

    def _complain_at(self, line: int, text: str) -> None:
        self.problems.append(Problem(self.path, line, text))

    def _complain(self, label: str, text: str, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(Problem(self.path, self.block.line_of(label), text, severity))


def _takes_place(event: Event) -> bool:
    """Tell whether the rule itself, without days added by hand, gives any day."""
    bare = replace(event, extra=(), changes=())
    if isinstance(event.rule, FixedDates):
        return bool(list_dates(bare, FIRST_DATE, LAST_DATE))
    first = event.first or FIRST_DATE
    return bool(list_dates(bare, first, min(first + WINDOW, LAST_DATE)))


def _unless_unset(text: str) -> str:
    return "" if text.strip("（）() 。\n") in _UNSET else text.strip()
