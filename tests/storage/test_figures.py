"""Counting questions: the same whether a day is counted late, early, twice or after deletions."""

import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.clock import SHANGHAI
from bot.storage import figures, privacy
from bot.storage.database import Database
from bot.storage.tables import inbox

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 12, tzinfo=SHANGHAI)


@pytest.fixture
def said(database: Database) -> list[dict[str, object]]:
    """Three hundred messages over ten days, at any hour, by ten residents."""
    chance = random.Random(1)
    rows = []
    for number in range(300):
        at = NOW - timedelta(minutes=chance.randrange(10 * 24 * 60))
        rows.append(
            {
                "key": str(number),
                "openid": f"o{chance.randrange(10)}",
                "kind": "text",
                "text": "",
                "state": "answered",
                "received_at": at,
                "reply": "",
                "decision": chance.choice(["answer", "clarify", "fallback", None]),
                "entry": chance.choice(["201", "202", ""]),
                "confidence": 0.5,
                "village": chance.choice(["东村", "西村", ""]),
            }
        )
    with database.transaction() as connection:
        connection.execute(insert(inbox), rows)
    return rows


def naive(said: list[dict[str, object]]) -> tuple[Counter[object], Counter[object]]:
    days: Counter[object] = Counter()
    hours: Counter[object] = Counter()
    for row in said:
        at = row["received_at"]
        assert isinstance(at, datetime)
        if row["decision"]:
            days[at.date(), row["decision"]] += 1
            hours[str(at.hour), row["decision"]] += 1
    return days, hours


def flat(counts: dict[object, Counter[str]]) -> Counter[object]:
    return Counter(
        {(key, name): count for key, found in counts.items() for name, count in found.items()}
    )


def load(database: Database, first: date = date(2026, 11, 1), last: date = TODAY) -> figures.Counts:
    with database.transaction() as connection:
        return figures.load(connection, first, last, today=TODAY)


def test_it_counts_as_one_would_by_hand(database: Database, said: list[dict[str, object]]) -> None:
    for _ in range(2):
        counts = load(database)
        assert (flat(dict(counts.days)), flat(dict(counts.hours))) == naive(said)
    villages = Counter(row["village"] for row in said if row["village"] and row["decision"])
    assert {name: sum(one.values()) for name, one in counts.villages.items()} == villages
    entries = Counter(row["entry"] for row in said if row["entry"] and row["decision"])
    assert {code: sum(one.values()) for code, one in counts.entries.items()} == entries


@pytest.mark.parametrize("counted_before", [True, False])
def test_deleting_changes_no_figure(
    database: Database, said: list[dict[str, object]], counted_before: bool
) -> None:
    if counted_before:
        load(database)
    with database.transaction() as connection:
        for number in range(5):
            privacy.forget_resident(connection, f"o{number}")
        privacy.forget_old_messages(connection, now=NOW, keep_days=3)

    counts = load(database)

    assert (flat(dict(counts.days)), flat(dict(counts.hours))) == naive(said)
    assert sum(sum(one.values()) for one in counts.villages.values()) == sum(
        bool(row["village"] and row["decision"]) for row in said
    )


def test_today_is_never_frozen(database: Database, said: list[dict[str, object]]) -> None:
    before = load(database).days[TODAY]
    row = said[0] | {"key": "new", "received_at": NOW, "decision": "answer"}
    with database.transaction() as connection:
        connection.execute(insert(inbox), row)

    assert load(database).days[TODAY]["answer"] == before["answer"] + 1


def test_parts_of_the_time_can_be_asked_for_in_any_order(
    database: Database, said: list[dict[str, object]]
) -> None:
    days, _ = naive(said)
    for first, last in [(22, 23), (20, 24), (18, 18), (1, 26)]:
        found = load(database, date(2026, 11, first), date(2026, 11, last)).days
        wanted = {key: count for key, count in days.items() if first <= key[0].day <= last}  # type: ignore[index]
        assert flat(dict(found)) == wanted


def test_an_empty_database_has_no_figures(database: Database) -> None:
    counts = load(database)
    assert not any(counts.days.values())
    with database.transaction() as connection:
        assert figures.count_finished(connection, date.min, TODAY - timedelta(days=1)) <= 1
