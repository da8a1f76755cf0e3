"""What notices cost: `python -m bench.notices`, on SQLite or on an empty PostgreSQL.

A year with fifty events is planned, a notice is queued for 100,000 residents who asked for
reminders, and sent for some seconds each to an API on loopback that answers at once and after
50 ms. The size of the database is that with everybody queued.
"""

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from datetime import time as time_of_day
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar, cast

from sqlalchemy import func, insert, select

from bot.bootstrap import WechatSender
from bot.clock import SHANGHAI
from bot.config import WechatSettings
from bot.consultation.triage import Safety
from bot.conversation.turn import Capabilities, Content
from bot.events.calendar import Calendar
from bot.events.notices import due_notices
from bot.events.parsing import parse_events
from bot.knowledge.library import Library
from bot.scheduler import personal
from bot.scheduler.dispatch import Outgoing
from bot.storage import outbox
from bot.storage.database import Database
from bot.storage.outbox import Plan
from bot.storage.tables import attempts, residents
from bot.storage.tokens import StoredToken
from bot.wechat.client import WechatClient

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
EVENTS = 50
RULES = ("农历逢五逢十", "每周三", "每月第一个周一", "每季度第一个周三", "每年12月4日")
SECONDS = 10.0


def main() -> None:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--database", default="", help="an empty PostgreSQL; else SQLite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="feisu-notices-") as folder:
        file = Path(folder) / "feisu.db"
        with closing(Database(options.database or f"sqlite:///{file}")) as database:
            database.upgrade()
            plan_a_year()
            fill(database, options.residents)
            for number, latency in enumerate((0.0, 0.05)):
                measure(database, number, latency)
            if file.exists():
                print(f"database {file.stat().st_size / 1e6:.0f} MB")


def plan_a_year() -> None:
    """Time the planning of fifty events' notices for a year."""
    text = "".join(
        f"## 活动{number}\n编号：e{number}\n规则：{RULES[number % len(RULES)]}\n"
        "时间：09:00-11:00\n提前通知：前一天 17:00\n状态：已核对\n\n"
        for number in range(EVENTS)
    )
    events, problems = parse_events(text, "events.md")
    assert not problems, problems
    started = time.perf_counter()
    planned = due_notices(Calendar(tuple(events)), NOW, NOW + timedelta(days=365))
    print(f"{len(planned)} notices of {EVENTS} events planned: {_since(started):.2f} s")


def fill(database: Database, people: int) -> None:
    """Write residents who asked for reminders and spoke today."""
    row = {"following": True, "wants_reminder": True, "has_waiting": False, "dialogue": "{}"}
    row |= {"version": 1, "first_seen_at": NOW, "last_seen_at": NOW}
    with database.transaction() as connection:
        rows = [{**row, "openid": f"oBench{number:020}"} for number in range(people)]
        connection.execute(insert(residents), rows)


def measure(database: Database, number: int, latency: float) -> None:
    """Queue one notice for everybody, and send it for a while."""
    late = NOW + timedelta(days=1)
    plan = Plan(f"e{number}", "2026-11-25", "前一天", "subscribers", "明天赶集。", NOW, late, late)
    with database.transaction() as connection:
        outbox.synchronise(connection, [plan], NOW)
    with serving(latency) as url:
        outgoing = build(database, url)
        (notice,) = (one for one in listed(database) if one.state == "planned")
        started = time.perf_counter()
        personal.begin(outgoing, notice, NOW)
        print(f"queued for everybody: {_since(started):.2f} s")
        before = count(database)
        started = time.perf_counter()
        personal.send(outgoing, NOW)
        sent = count(database) - before
        print(f"sent with {1000 * latency:.0f} ms latency: {sent / _since(started):.0f} a second")


def listed(database: Database) -> list[outbox.Notice]:
    """Return every notice of the outbox."""
    with database.reading() as connection:
        return list(outbox.list_notices(connection))


def count(database: Database) -> int:
    """Count the calls made."""
    with database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(attempts)).scalar_one())


def build(database: Database, url: str) -> Outgoing:
    """Build what sends, with the real client."""
    account = WechatSettings(
        app_id="wxbench", app_secret="b" * 32, token="bench", aes_key="b" * 43, api_base=url
    )
    client = WechatClient(account, StoredToken(database, url[-20:], lambda: NOW), lambda: NOW)
    return Outgoing(
        database=database,
        content=lambda: Content(cast(Library, None), Calendar(), cast(Safety, None)),
        sender=WechatSender(client, database, lambda: NOW),
        capabilities=Capabilities(customer_service=True),
        holder="bench",
        late_after=timedelta(hours=2),
        quiet_from=time_of_day(),
        quiet_until=time_of_day(),
        keep_days=180,
        send_seconds=SECONDS,
    )


@contextmanager
def serving(latency: float) -> Iterator[str]:
    """Answer every call with success after some seconds; gives the address."""

    class Handler(_Handler):
        seconds = latency

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    seconds: ClassVar[float]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answer: dict[str, object] = {"errcode": 0}
        if self.path.startswith("/cgi-bin/stable_token"):
            answer = {"access_token": "t", "expires_in": 7200}
        else:
            time.sleep(self.seconds)
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        del arguments


def _since(started: float) -> float:
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
