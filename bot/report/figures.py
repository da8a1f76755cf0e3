"""The figures of a period as tables: for the page, the exports and the report."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.conversation.turn import Decision
from bot.documents.tables import Table
from bot.knowledge.entries import Entry
from bot.report.period import Period
from bot.storage.figures import UNKNOWN_HOUR, Counts, NoticeFigure
from bot.storage.outbox import STATE_NAMES
from bot.storage.stall import Tally

ANSWERED = (Decision.ANSWER.value, Decision.ARTICLE.value)
CLARIFIED = (Decision.CLARIFY.value,)
MISSED = (Decision.FALLBACK.value,)
OTHER_VILLAGES = "其他村"
FEW = 5
"""A village with fewer questions is not named: somebody might be recognised by theirs."""
MOST_ASKED = 20
DAYS_SHOWN_ONE_BY_ONE = 62


@dataclass(frozen=True)
class Split:
    """Questions by what came of them."""

    answered: int = 0
    clarified: int = 0
    missed: int = 0

    @property
    def asked(self) -> int:
        """All of them."""
        return self.answered + self.clarified + self.missed

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """All, answered, clarified, missed."""
        return self.asked, self.answered, self.clarified, self.missed


@dataclass(frozen=True)
class Figures:
    """Everything that is counted of a period."""

    period: Period
    total: Split
    days: Sequence[tuple[str, Split]]
    hours: Sequence[tuple[str, Split]]
    villages: Sequence[tuple[str, Split]]
    topics: Sequence[tuple[str, int]]
    most_asked: Sequence[tuple[str, str, int]]
    """Code, question, how often it was the answer."""
    thanks: int
    complaints: int
    decisions: Sequence[tuple[str, int]]
    notices: Sequence[NoticeFigure]
    stalls: Sequence[tuple[str, Tally]] = ()
    """The name of each event that was worked at, and what was counted there."""


def summarise(
    counts: Counts,
    notices: Sequence[NoticeFigure],
    entries: Mapping[str, Entry],
    period: Period,
    label: Callable[[str], str],
    stalls: Sequence[tuple[str, Tally]] = (),
) -> Figures:
    """Put the counts of a period in order; `label` names a decision in Chinese."""
    all_decisions: Counter[str] = Counter()
    for day in counts.days.values():
        all_decisions.update(day)
    answers = {code: _split(found).answered for code, found in counts.entries.items()}
    named = Counter({code: count for code, count in answers.items() if count})
    return Figures(
        period=period,
        total=_split(all_decisions),
        days=_days(counts, period),
        hours=_hours(counts),
        villages=_villages(counts),
        topics=_topics(named, entries),
        most_asked=[
            (code, entries[code].question if code in entries else "（已删除的问答）", count)
            for code, count in named.most_common(MOST_ASKED)
        ],
        thanks=all_decisions[Decision.THANKS.value],
        complaints=all_decisions[Decision.FEEDBACK_BAD.value],
        decisions=[(label(name), count) for name, count in all_decisions.most_common()],
        notices=notices,
        stalls=stalls,
    )


def tables(figures: Figures) -> Sequence[Table]:
    """Return every figure as a table, in the order of the page."""
    split = ("提问", "答上来的", "给了选项的", "没答上来的")
    total = figures.total
    rated = figures.thanks + figures.complaints
    return (
        Table(
            f"总数 {figures.period}",
            ("项目", "次数"),
            [*zip(split, total.cells, strict=True)],
        ),
        Table(
            "按天" if figures.period.days <= DAYS_SHOWN_ONE_BY_ONE else "按月",
            ("日期", *split),
            [(name, *one.cells) for name, one in figures.days],
        ),
        Table("按钟点", ("钟点", *split), [(name, *one.cells) for name, one in figures.hours]),
        Table(
            "按村",
            ("村", *split),
            [(name, *one.cells) for name, one in figures.villages],
            note=f"只有登记时说过村名的居民能分到村；不到 {FEW} 次的村合在“{OTHER_VILLAGES}”里。",
        ),
        Table("按主题", ("主题", "答上来的"), figures.topics),
        Table("问得最多的", ("编号", "问题", "次数"), figures.most_asked),
        Table(
            "满意不满意",
            ("项目", "次数"),
            [("说谢谢的", figures.thanks), ("说答得不对的", figures.complaints)],
            note=f"表过态的有 {rated} 次。" if rated else "还没有人表态。",
        ),
        Table("居民都来做什么", ("事情", "次数"), figures.decisions),
        Table(
            "赶集普法和活动",
            ("日期", "活动", "来的人", "发出材料", "解答问题"),
            [
                *(
                    (one.day.isoformat(), name, one.headcount, one.leaflets, one.questions)
                    for name, one in figures.stalls
                ),
                *_sum_of_stalls(figures.stalls),
            ],
            note="在摊位页上点的数，和活动记录里的一样。",
        ),
        Table(
            "活动通知",
            ("活动", "场次", "哪一种", "状态", "应发时间", "送到"),
            [
                (
                    one.event,
                    one.occurrence,
                    one.kind,
                    STATE_NAMES.get(one.state, one.state),
                    f"{one.due_at:%Y-%m-%d %H:%M}",
                    _reached(one),
                )
                for one in figures.notices
            ],
        ),
    )


def _split(found: Mapping[str, int]) -> Split:
    return Split(*(sum(found.get(name, 0) for name in names) for names in _OUTCOMES))


_OUTCOMES = (ANSWERED, CLARIFIED, MISSED)


def _together(found: Iterable[Mapping[str, int]]) -> Split:
    total: Counter[str] = Counter()
    for one in found:
        total.update(one)
    return _split(total)


def _days(counts: Counts, period: Period) -> Sequence[tuple[str, Split]]:
    days = [period.first + timedelta(days=ahead) for ahead in range(period.days)]
    if len(days) <= DAYS_SHOWN_ONE_BY_ONE:
        return [(str(day), _split(counts.days.get(day, {}))) for day in days]
    months: dict[str, list[date]] = {}
    for day in days:
        months.setdefault(f"{day:%Y-%m}", []).append(day)
    return [
        (month, _together(counts.days.get(day, {}) for day in of_month))
        for month, of_month in months.items()
    ]


def _hours(counts: Counts) -> Sequence[tuple[str, Split]]:
    known = [(f"{hour} 点", _split(counts.hours.get(str(hour), {}))) for hour in range(24)]
    unknown = _split(counts.hours.get(UNKNOWN_HOUR, {}))
    return [*known, ("没有记", unknown)] if unknown.asked else known


def _villages(counts: Counts) -> Sequence[tuple[str, Split]]:
    splits = {name: _split(found) for name, found in counts.villages.items()}
    named = {name: one for name, one in splits.items() if one.asked >= FEW}
    few = [counts.villages[name] for name, one in splits.items() if 0 < one.asked < FEW]
    rows = sorted(named.items(), key=lambda row: (-row[1].asked, row[0]))
    return [*rows, (OTHER_VILLAGES, _together(few))] if few else rows


def _topics(named: Counter[str], entries: Mapping[str, Entry]) -> Sequence[tuple[str, int]]:
    topics: Counter[str] = Counter()
    for code, count in named.items():
        entry = entries.get(code)
        topics[f"{entry.part or entry.law}：{entry.topic}" if entry else "（已删除的问答）"] += (
            count
        )
    return topics.most_common()


def _reached(one: NoticeFigure) -> str:
    if not one.to_all:
        return f"{one.reached} 人"
    return "群发" if one.reached is None else f"群发 {one.reached} 人"


def _sum_of_stalls(stalls: Sequence[tuple[str, Tally]]) -> list[tuple[str, str, int, int, int]]:
    if not stalls:
        return []
    found = [one for _, one in stalls]
    return [
        (
            "合计",
            f"{len(found)} 场",
            sum(one.headcount for one in found),
            sum(one.leaflets for one in found),
            sum(one.questions for one in found),
        )
    ]
