"""An event in a form: what stands in the file field by field, written back as a clerk would."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.documents.labelled import Block, parse_labelled
from bot.documents.lines import EditError, replace_block, split_lines
from bot.documents.reading import unify_line_ends
from bot.errors import Problem
from bot.events.dates import split_values
from bot.events.event import Event
from bot.events.lunar import LAST_DATE
from bot.events.parsing import LABELS, PROSE, parse_events
from bot.events.recurrence import list_dates

ORDER = (
    *("编号", "类型", "状态", "规则", "缺三十", "遇假日", "开始", "截止", "时间", "天数", "地点"),
    *("停办", "加办", "改动", "提前通知", "通知谁", "错过时间", "通知", "说明"),
)
"""The fields in the order in which a form writes them."""
LISTS = frozenset({"停办", "加办", "改动", "提前通知"})
"""Fields with one value a line."""
MAX_FIELD = 2000
_BULLETS = ("-", "*", "+")
LOOK_AHEAD = timedelta(days=366 * 6)
"""Past the next ten dates of anything that is held twice a year."""


@dataclass(frozen=True)
class EventForm:
    """What stands in the form, as typed."""

    name: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def event_id(self) -> str:
        """The number that never changes."""
        return self.fields.get("编号", "").strip()


def form_of(content: bytes, event_id: str) -> EventForm:
    """Read one event of a file into a form; raises EditError where it is not there once."""
    return _form(_find(split_lines(content), event_id).block)


def filled(name: str, values: Mapping[str, str]) -> EventForm:
    """Read what a browser sent; line ends and blanks at the ends go, headings cannot be made."""
    fields = {label: _tidy(values.get(label, ""), label in PROSE) for label in ORDER}
    one_line = " ".join(name.split()).lstrip("#＃ ")
    return EventForm(one_line, {label: text for label, text in fields.items() if text})


def _tidy(text: str, prose: bool) -> str:
    lines = [line.strip() for line in unify_line_ends(text[:MAX_FIELD]).split("\n")]
    lines = [line.lstrip("#＃ ") if line.startswith(("#", "＃")) else line for line in lines]
    kept = lines if prose else [line for line in lines if line]
    return "\n".join(kept).strip()


def write_block(form: EventForm) -> str:
    """Write the form as markdown."""
    fields = [_written(form, label) for label in ORDER if label in form.fields]
    return "\n".join([f"## {form.name}", *fields])


def _written(form: EventForm, label: str) -> str:
    text = form.fields[label]
    if label in LISTS:
        items = "\n".join(f"- {line.lstrip('-*+ ')}" for line in text.split("\n"))
        return f"{label}：\n{items}"
    if label in PROSE:
        return f"{label}：{text}"
    return f"{label}：{'、'.join(text.split(chr(10)))}"


def check_form(form: EventForm) -> tuple[Event | None, Sequence[Problem]]:
    """Read the form as the event it will be; None and why where it cannot be."""
    events, problems = parse_events(write_block(form), "")
    return (events[0] if len(events) == 1 else None), problems


def next_dates(event: Event, today: date, count: int) -> Sequence[date]:
    """List the next days it is held on, today included."""
    return list_dates(event, today, min(today + LOOK_AHEAD, LAST_DATE))[:count]


def replace_event(content: bytes, event_id: str, block: str) -> bytes:
    """Put a block in place of the event's; the blank lines after it stay."""
    lines = split_lines(content)
    place = _find(lines, event_id)
    return replace_block(lines, place.start, place.end, block)


@dataclass(frozen=True)
class _Place:
    """Where an event stands among the lines: the first, and the one after its last word."""

    block: Block
    start: int
    end: int


def _find(lines: Sequence[str], event_id: str) -> _Place:
    text = unify_line_ends("".join(lines)).removeprefix("\ufeff")
    blocks = parse_labelled(text, "", labels=LABELS, prose=PROSE)[0].blocks
    found = [one for one in blocks if one.text("编号").strip() == event_id]
    if len(found) != 1:
        raise EditError(f"这个文件里{'没有' if not found else '有几个'}编号“{event_id}”的活动")
    start = found[0].line - 1
    end = min((one.line - 1 for one in blocks if one.line - 1 > start), default=len(lines))
    title = (number for number in range(start + 1, end) if lines[number].startswith("# "))
    end = next(title, end)
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return _Place(found[0], start, end)


def _values(text: str) -> Iterator[str]:
    for row in text.split("\n"):
        if row.lstrip().startswith(_BULLETS):
            yield row.strip().lstrip("-*+ ")
        else:
            yield from split_values(row)


def _form(block: Block) -> EventForm:
    fields = {}
    for label in ORDER:
        text = block.text(label)
        if label in LISTS:
            text = "\n".join(_values(text))
        if text:
            fields[label] = text
    return EventForm(block.heading, fields)
