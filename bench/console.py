"""How fast the console's pages are in a full office: `python -m bench.console`.

100,000 residents with a million messages over two years, 2,000 entries, 20,000 questions without
an answer (5,000 open), 200 residents waiting, 100,000 lines of the log. Every page that can be
opened is opened once and then five times; the table shows the first, the median and the worst.
"""

import argparse
import random
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import insert

from bot import clock
from bot.bootstrap import Parts, build_parts
from bot.config import DatabaseSettings, KnowledgeSettings, Settings, WechatSettings
from bot.knowledge.entry_form import form_of
from bot.scheduler.jobs import count_finished_days
from bot.storage import passwords, staff
from bot.storage.database import Database
from bot.storage.staff import Role
from bot.storage.tables import alarms, audit, handoffs, inbox, misses, residents
from bot.web.application import create_app

ENTRIES = 2_000
MESSAGES_EACH = 10
DAYS = 730
OPENINGS = 5
PASSWORD = "bench-bench-bench"
_SHIFTED = re.compile(r"^(?:## |- )")
_CODE = re.compile(r"^编号：(\d+)$", re.MULTILINE)


def main() -> None:
    """Fill an office and open every page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--database", default="", help="an empty PostgreSQL; else SQLite")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="feisu-console-"))
    try:
        _measure(folder, options.residents, options.database or f"sqlite:///{folder}/feisu.db")
    finally:
        shutil.rmtree(folder)


def _measure(folder: Path, people: int, url: str) -> None:
    write_entries(Path("knowledge"), folder / "knowledge")
    settings = Settings(
        wechat=WechatSettings(app_id="wxbench", token="benchtoken", mode="plain"),
        database=DatabaseSettings(url=url),
        knowledge=KnowledgeSettings(path=folder / "knowledge", statutes=Path("var/statutes")),
    )
    parts = build_parts(settings)
    parts.database.upgrade()
    library = parts.content.current.library
    started = time.perf_counter()
    fill(parts.database, people, sorted(library.entries), list_texts(parts), clock.now())
    print(
        f"{len(library.entries)} entries, {people} residents, {people * MESSAGES_EACH} messages "
        f"(written in {time.perf_counter() - started:.0f} s)"
    )
    started = time.perf_counter()
    count_finished_days(parts.outgoing, clock.now())  # the worker's first deed
    print(f"finished days counted in {time.perf_counter() - started:.1f} s")
    app = create_app(parts)
    client = sign_in(app, parts)
    print(f"{'page':44s} {'first':>7s} {'median':>7s} {'worst':>7s}  ms")
    for path in [*list_pages(app, parts), ""]:
        times = []
        if not path:
            started = time.perf_counter()
            path = propose(client, parts)
            print(f"{'(handing in a change)':44s} {1000 * (time.perf_counter() - started):7.0f}")
        for _ in range(OPENINGS + 1):
            started = time.perf_counter()
            response = client.get(path, buffered=True)
            times.append(1000 * (time.perf_counter() - started))
        later = times[1:]
        print(
            f"{path[:44]:44s} {times[0]:7.0f} {statistics.median(later):7.0f} {max(later):7.0f}"
            f"{'' if response.status_code == 200 else f'  {response.status_code}'}"
        )
    parts.close()


def write_entries(source: Path, target: Path) -> None:
    """Copy the knowledge folder, and its entries once more in other characters, up to 2,000."""
    shutil.copytree(source, target)
    code = 20_000
    written = sum(len(_CODE.findall(one.read_text("utf-8"))) for one in source.rglob("faq/**/*.md"))
    shift = 0
    while written < ENTRIES:
        shift += 1
        for file in sorted((source / "faq").rglob("*.md")):
            if written >= ENTRIES:
                return
            lines = [_shift(line, shift) for line in file.read_text("utf-8").split("\n")]
            text = "\n".join(lines)
            count = len(_CODE.findall(text))
            numbers = iter(range(code, code + count))
            code += count
            written += count
            copy = target / "faq" / f"第{shift}份" / f"{file.parent.name}-{file.name}"
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(_CODE.sub(lambda _, n=numbers: f"编号：{next(n)}", text), "utf-8")


def _shift(line: str, by: int) -> str:
    if not _SHIFTED.match(line):
        return line
    return "".join(
        chr((ord(one) - 0x4E00 + 977 * by) % 0x5000 + 0x4E00) if "一" <= one <= "鿿" else one
        for one in line
    )


def list_texts(parts: Parts) -> list[str]:
    """Return what residents say: ways of asking, with and without an answer."""
    entries = parts.content.current.library.entries.values()
    return [text for entry in entries for text in entry.phrasings[:2]]


def fill(
    database: Database, people: int, codes: list[str], texts: list[str], now: datetime
) -> None:
    """Fill the tables that grow."""
    chance = random.Random(7)
    openids = [f"o{number:027d}" for number in range(people)]
    villages = [f"第{number}村" for number in range(30)]
    with database.transaction(durable=False) as connection:
        for chunk in _chunks(_residents(openids, villages, now)):
            connection.execute(insert(residents), chunk)
    moments = sorted(
        now - timedelta(minutes=chance.random() * DAYS * 1440)
        for _ in range(people * MESSAGES_EACH)
    )
    rows = (
        _message(number, moment, chance, openids, villages, codes, texts)
        for number, moment in enumerate(moments)
    )
    with database.transaction(durable=False) as connection:
        for chunk in _chunks(rows):
            connection.execute(insert(inbox), chunk)
        connection.execute(
            insert(misses), [_miss(number, chance, texts, openids, now) for number in range(20_000)]
        )
        connection.execute(
            insert(handoffs), [_handoff(number, chance, openids, now) for number in range(2_000)]
        )
        connection.execute(
            insert(alarms),
            [
                {
                    "openid": chance.choice(openids),
                    "sign": "正在打人",
                    "text": "救命",
                    "raised_at": now,
                    "seen_at": now if number > 5 else None,
                }
                for number in range(500)
            ],
        )
        for chunk in _chunks(
            {
                "at": now,
                "name": "甲",
                "action": "talks.read",
                "subject": "居民",
                "detail": "",
                "address": "",
            }
            for _ in range(100_000)
        ):
            connection.execute(insert(audit), chunk)


def _residents(
    openids: list[str], villages: list[str], now: datetime
) -> Iterator[dict[str, object]]:
    for number, openid in enumerate(openids):
        yield {
            "openid": openid,
            "following": True,
            "wants_reminder": False,
            "has_waiting": False,
            "village": villages[number % 30] if number % 3 == 0 else "",
            "dialogue": "",
            "version": 1,
            "first_seen_at": now,
            "last_seen_at": now,
            "unanswered_at": now if number < 20 else None,
        }


def _message(
    number: int,
    moment: datetime,
    chance: random.Random,
    openids: list[str],
    villages: list[str],
    codes: list[str],
    texts: list[str],
) -> dict[str, object]:
    place = chance.randrange(len(openids))
    decision = chance.choice(["answer", "answer", "clarify", "fallback", "smalltalk", "help"])
    return {
        "key": f"k{number}",
        "openid": openids[place],
        "kind": "text",
        "text": chance.choice(texts),
        "state": "answered",
        "received_at": moment,
        "reply": "好" * 200,
        "decision": decision,
        "entry": chance.choice(codes) if decision == "answer" else "",
        "confidence": 0.5,
        "village": villages[place % 30] if place % 3 == 0 else "",
    }


def _miss(
    number: int, chance: random.Random, texts: list[str], openids: list[str], now: datetime
) -> dict[str, object]:
    return {
        "openid": chance.choice(openids),
        "text": chance.choice(texts),
        "reason": "miss",
        "entry": "",
        "recorded_at": now - timedelta(minutes=20_000 - number),
        "resolved_at": now if number < 15_000 else None,
    }


def _handoff(
    number: int, chance: random.Random, openids: list[str], now: datetime
) -> dict[str, object]:
    return {
        "openid": chance.choice(openids),
        "kind": "person",
        "text": "想找人问问",
        "village": "东村",
        "phone": "",
        "media_id": "",
        "recorded_at": now,
        "closed_at": now if number >= 200 else None,
    }


def _chunks(
    rows: Iterator[dict[str, object]], size: int = 20_000
) -> Iterator[list[dict[str, object]]]:
    chunk: list[dict[str, object]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def sign_in(app: Flask, parts: Parts):  # type: ignore[no-untyped-def]
    """Sign an administrator in and return their browser."""
    with parts.database.transaction() as connection:
        staff.add(
            connection,
            name="所长",
            roles=[Role.ADMIN],
            password_hash=passwords.hash_password(PASSWORD),
            must_change=False,
            now=parts.clock(),
        )
    client = app.test_client()
    page = client.get("/console/sign-in").text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    form = {"csrf": token.group(1) if token else "", "name": "所长", "password": PASSWORD}
    client.post("/console/sign-in", data=form)
    return client


def propose(client, parts: Parts) -> str:  # type: ignore[no-untyped-def]
    """Change an entry, and return the address where the change is looked at."""
    entry = parts.content.current.library.entries[min(parts.content.current.library.entries)]
    form = {name: str(value) for name, value in vars(form_of(entry)).items()}
    page = client.get("/console/password").text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    form |= {"csrf": token.group(1) if token else "", "next_step": f"{entry.next_step}好。"}
    response = client.post(f"/console/knowledge/{entry.code}/edit", data=form)
    return str(response.headers.get("Location", "/console/drafts"))


def list_pages(app: Flask, parts: Parts) -> list[str]:
    """List every page there is something to see on."""
    first = min(parts.content.current.library.entries)
    values: Mapping[str, str] = {"code": first, "reference": "m1000", "miss_id": "20000"}
    pages = []
    for rule in app.url_map.iter_rules():
        is_page = rule.endpoint.startswith("console.") and "GET" in (rule.methods or ())
        if is_page and rule.arguments <= set(values):
            path = rule.rule
            for name in rule.arguments:
                path = re.sub(rf"<(?:int:)?{name}>", values[name], path)
            pages.append(path)
    year = parts.clock().date() - timedelta(days=365)
    path = parts.publisher.below(parts.content.current.library.entries[first].path)
    pages += [
        f"/console/file?path={path}",
        f"/console/history?path={path}",
        "/console/talks?q=离婚",
        "/console/talks?q=没有这样的话",
        "/console/talks?decision=fallback",
        "/console/talks?village=第3村",
        "/console/talks?page=20",
        "/console/knowledge?q=彩礼",
        "/console/try?q=离婚要多久",
        "/console/misses?page=20",
        f"/console/figures?from={year}&to={parts.clock().date()}",
        f"/a/{first}",
    ]
    return sorted(set(pages))


if __name__ == "__main__":
    main()
