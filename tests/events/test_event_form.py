"""A form gives back what it was given, and changes one event of a file only."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.lines import EditError, append_block
from bot.errors import list_errors
from bot.events.event import EventStatus
from bot.events.event_form import (
    ORDER,
    check_form,
    filled,
    form_of,
    next_dates,
    replace_event,
    write_block,
)
from bot.events.parsing import LABELS, parse_events
from bot.events.templates import TEMPLATES

FILE = """# 活动

说明几句。

## 赶集普法
编号：ji
类型：赶集
规则：农历逢五逢十
停办：
- 腊月廿六 至 正月十五（过年）
- 2026-12-05
提前通知：前一天 17:00、当天 06:30
通知：【{名称}】{日期}
第二行。

## 讲座
编号：jiangzuo
规则：每季度第一个周三
""".encode()


def test_every_label_has_its_place_in_the_form() -> None:
    assert frozenset(ORDER) == LABELS


def test_an_event_is_the_same_after_it_went_through_the_form() -> None:
    before, _ = parse_events(FILE.decode(), "活动.md")
    content = FILE
    for one in before:
        content = replace_event(content, one.event_id, write_block(form_of(content, one.event_id)))
    after, problems = parse_events(content.decode(), "活动.md")

    assert not problems
    assert [one.notice_text for one in after] == ["【{名称}】{日期}\n第二行。", ""]
    different = {"line", "changes"}
    for old, new in zip(before, after, strict=True):
        assert {k: v for k, v in vars(old).items() if k not in different} == {
            k: v for k, v in vars(new).items() if k not in different
        }
    assert content.startswith("# 活动\n\n说明几句。\n\n## 赶集普法".encode())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_bytes_elsewhere_stay(end: str) -> None:
    content = FILE.replace(b"\n", end.encode()).rstrip()
    block = "## 讲座\n编号：jiangzuo\n规则：每周三"
    changed = replace_event(content, "jiangzuo", block)

    start = content.index("## 讲座".encode())
    assert changed[:start] == content[:start]
    assert changed[start:] == block.replace("\n", end).encode()


def test_a_new_one_stands_at_the_end() -> None:
    changed = append_block(FILE.rstrip(), "## 新的\n编号：xin\n规则：2026-12-05")
    assert changed.decode().endswith("每季度第一个周三\n\n## 新的\n编号：xin\n规则：2026-12-05\n")
    assert append_block(b"", "## x") == b"## x\n"


@pytest.mark.parametrize("event_id", ["nobody", ""])
def test_what_is_not_there_cannot_be_changed(event_id: str) -> None:
    with pytest.raises(EditError):
        replace_event(FILE, event_id, "## x")


@given(st.dictionaries(st.sampled_from(ORDER), st.text(max_size=60)), st.text(max_size=30))
def test_whatever_is_typed_stays_one_event(fields: dict[str, str], name: str) -> None:
    """No field breaks out: at most one event is read, and the others keep theirs."""
    form = filled(name or "活动", {**fields, "编号": "xin"})
    content = append_block(FILE, write_block(form))
    events, _ = parse_events(content.decode("utf-8", "surrogatepass"), "活动.md")

    assert [one.event_id for one in events][:2] == ["ji", "jiangzuo"]
    assert len(events) <= 3


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_every_template_is_a_good_event_of_the_next_year(template) -> None:  # type: ignore[no-untyped-def]
    event, problems = check_form(template.form)
    assert list_errors(problems) == []
    assert event
    assert event.status is EventStatus.PENDING
    assert len(next_dates(event, date(2026, 11, 27), 10)) >= 5


def test_the_templates_have_numbers_of_their_own() -> None:
    assert len({one.key for one in TEMPLATES}) == len(TEMPLATES)
    assert Path("knowledge/events").exists()
