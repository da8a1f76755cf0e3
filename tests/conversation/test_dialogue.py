import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.dialogue import Choice, Dialogue, dump_dialogue, load_dialogue

moments = st.datetimes(
    min_value=datetime(2000, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.just(timezone(timedelta(hours=8))),
)
dialogues = st.builds(
    Dialogue,
    flow=st.text(),
    step=st.text(),
    slots=st.dictionaries(st.text(), st.text(), max_size=4),
    choices=st.lists(st.builds(Choice, st.text(), st.text()), max_size=4).map(tuple),
    last_entry=st.text(),
    last_question=st.text(),
    missed_text=st.text(),
    missed_at=st.none() | moments,
    misses_in_a_row=st.integers(0, 99),
    touched_at=st.none() | moments,
)


@given(dialogues)
def test_it_reads_back_what_it_wrote(dialogue: Dialogue) -> None:
    assert load_dialogue(dump_dialogue(dialogue)) == dialogue


def test_it_writes_a_stranger_short() -> None:
    assert dump_dialogue(Dialogue()) == "{}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        '"x"',
        '{"flow": 1}',
        '{"slots": []}',
        '{"choices": [1]}',
        '{"choices": [{"label": "x"}]}',
        '{"missed_at": "yesterday"}',
        '{"missed_at": 5}',
        '{"misses_in_a_row": "many"}',
        '{"misses_in_a_row": 1e999}',
        '{"touched_at": {}}',
        "[" * 5000,
    ],
)
def test_it_takes_what_is_broken_for_a_stranger(text: str) -> None:
    assert load_dialogue(text) == Dialogue()


def test_it_ignores_what_another_release_wrote() -> None:
    assert load_dialogue('{"last_entry": "201", "mood": "fine"}') == Dialogue(last_entry="201")


def test_it_forgets_a_moment_without_a_zone() -> None:
    assert load_dialogue('{"touched_at": "2026-11-23T09:00:00"}') == Dialogue()


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_it_never_raises(value: object) -> None:
    names = Dialogue.__dataclass_fields__
    for name in names:
        assert isinstance(load_dialogue(json.dumps({name: value})), Dialogue)
