"""`make bench`: prints one table from one run; ratios are what to quote.

python -m bench [--seconds 6] [--servers "waitress 1x16" …]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.account import AES_KEY, APP_ID, TOKEN
from bench.load import Load, hammer, prepare, steady
from bench.servers import COMMANDS, resident_megabytes, serving
from bot.config import Settings
from bot.knowledge.library import load_library

CONNECTIONS = 16
WARM_UP = 300
MOST_A_SECOND = 4000
RUNGS = {"bare": "bench.echo:bare", "insert": "bench.echo:stored", "full": "bot.wsgi:app"}


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--servers", nargs="*", default=list(COMMANDS))
    options = parser.parse_args()
    texts = list_questions()
    show_rungs("gunicorn 2x16", texts, options.seconds, options.rounds)
    show_servers(options.servers, texts, options.seconds)
    show_steady("waitress 1x16", texts)
    show_asking()


def list_questions() -> list[str]:
    """Return what is sent: every way of asking in the knowledge folder, slightly changed."""
    library, _ = load_library(Path("knowledge"), Path("var/statutes"))
    texts = [text for entry in library.entries.values() for text in entry.phrasings]
    return [text if number % 2 else f"请问{text[:-1]}" for number, text in enumerate(texts)]


@contextmanager
def workplace() -> Iterator[Mapping[str, str]]:
    """Yield an environment whose databases lie in a folder of their own."""
    folder = Path(tempfile.mkdtemp(prefix="feisu-bench-"))
    url = f"sqlite:///{folder}/feisu.db"
    environment = {
        "BENCH_DATABASE": f"sqlite:///{folder}/echo.db",
        "FEISU_DATABASE__URL": url,
        "FEISU_WECHAT__APP_ID": APP_ID,
        "FEISU_WECHAT__TOKEN": TOKEN,
        "FEISU_WECHAT__AES_KEY": AES_KEY,
    }
    try:
        subprocess.run(
            [sys.executable, "-m", "bot", "db", "upgrade"],
            env={**os.environ, **environment},
            check=True,
            capture_output=True,
        )
        yield environment
    finally:
        shutil.rmtree(folder)


def measure(server: str, rung: str, texts: Sequence[str], seconds: float) -> tuple[Load, float]:
    """Return the load one rung carries under one server, and its resident memory."""
    requests = prepare(texts, WARM_UP + int(MOST_A_SECOND * seconds))
    with workplace() as environment, serving(server, RUNGS[rung], environment) as (port, process):
        hammer(port, requests[:WARM_UP], connections=CONNECTIONS, seconds=30)
        load = hammer(port, requests[WARM_UP:], connections=CONNECTIONS, seconds=seconds)
        return load, resident_megabytes(process)


def show_rungs(server: str, texts: Sequence[str], seconds: float, rounds: int) -> None:
    """Print the three rungs in turn, several rounds, and the ratios of their medians."""
    print(f"\n## Throughput in secure mode, {server}, {CONNECTIONS} connections")
    rates: dict[str, list[float]] = {rung: [] for rung in RUNGS}
    for _ in range(rounds):
        for rung in RUNGS:
            load, _memory = measure(server, rung, texts, seconds)
            rates[rung].append(load.rate)
            print(f"{rung:8}{load.rate:8.0f} msg/s  failed {load.failed}")
    middle = {rung: sorted(found)[len(found) // 2] for rung, found in rates.items()}
    print(f"full / bare   {middle['full'] / middle['bare']:.2f}   (wanted .25)")
    print(f"full / insert {middle['full'] / middle['insert']:.2f}   (wanted .60)")


def show_servers(servers: Sequence[str], texts: Sequence[str], seconds: float) -> None:
    """Print what the choice of server does to the full path."""
    print("\n## Full path by server")
    for server in servers:
        load, memory = measure(server, "full", texts, seconds)
        print(
            f"{server:16}{load.rate:8.0f} msg/s  p50 {load.percentile(0.5):6.1f} ms  "
            f"p99 {load.percentile(0.99):6.1f} ms  {memory:5.0f} MB  failed {load.failed}"
        )


def show_steady(server: str, texts: Sequence[str]) -> None:
    """Print the latency at a steady hundred messages a second."""
    print("\n## Steady 100 messages a second, 20 s")
    requests = prepare(texts, WARM_UP + 2000)
    with workplace() as environment:
        started = time.monotonic()
        with serving(server, RUNGS["full"], environment) as (port, process):
            ready = time.monotonic() - started
            hammer(port, requests[:WARM_UP], connections=4, seconds=30)
            load = steady(port, requests[WARM_UP:], per_second=100)
            print(f"p50 {load.percentile(0.5):.1f} ms   p99 {load.percentile(0.99):.1f} ms")
            print(f"failed {load.failed}   start-up {ready:.2f} s")
            print(f"resident {resident_megabytes(process):.0f} MB")


def show_asking() -> None:
    """Print the time one decision takes, without a database."""
    from bot.cli.asking import Desk

    print("\n## One question (`feisu ask`), no database")
    started = time.monotonic()
    desk = Desk(Settings())
    print(f"content loaded and indexed in {time.monotonic() - started:.2f} s")
    times = sorted(float(desk.answer_line(0, text)["ms"]) for text in list_questions()[:1000])
    print(f"p50 {times[len(times) // 2]:.2f} ms   p99 {times[int(len(times) * 0.99)]:.2f} ms")


if __name__ == "__main__":
    main()
