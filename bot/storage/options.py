"""What the office set at the console: one row a key, its value as JSON."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.storage.tables import options
from bot.storage.upserts import InsertOrChange

Options = Mapping[str, Any]

OFFICE = "office"
ANSWERS = "answers"
NOTICES = "notices"
MENU = "menu"
CANNED_REPLIES = "canned-replies"


_STORE = InsertOrChange(
    options,
    "key",
    change=lambda wanted: {name: wanted[name] for name in ("value", "changed_by", "changed_at")},
)


def load(connection: Connection) -> Options:
    """Return everything that was set; a value nobody can read counts as not set."""
    found: dict[str, Any] = {}
    for row in connection.execute(select(options.c.key, options.c.value)):
        try:
            found[row.key] = json.loads(row.value)
        except ValueError:
            continue
    return found


def store(
    connection: Connection, key: str, value: Any, *, changed_by: int | None, now: datetime
) -> None:
    """Set one key; None takes the setting away, so that the file's holds again."""
    if value is None:
        connection.execute(delete(options).where(options.c.key == key))
        return
    row = {
        "key": key,
        "value": json.dumps(value, ensure_ascii=False),
        "changed_by": changed_by,
        "changed_at": now,
    }
    _STORE(connection, row)
