"""Running: everything on one machine, or the scheduler alone."""

import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from math import inf
from typing import Any

import click

from bot import clock
from bot.bootstrap import Parts, build_parts
from bot.cli.http_server import open_server
from bot.cli.simulated import (
    give_menu,
    open_settings,
    simulated_settings,
    simulator_for,
)
from bot.config import Settings
from bot.errors import list_errors
from bot.scheduler import jobs
from bot.scheduler.process import Bell
from bot.storage import staff, staff_sessions
from bot.web.application import create_app


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="端口，默认按配置（8000）")
@click.option("--simulator", is_flag=True, help="填了真公众号也打开模拟公众号")
@click.pass_obj
def run(settings: Any, port: int | None, simulator: bool) -> None:
    """在这台机器上运行全部：网页、定时任务和（没接公众号时）模拟公众号。"""
    chosen: Settings = settings()
    port = (chosen.server.port if port is None else port) or _find_free_port()
    simulated = simulator or not chosen.wechat.app_id
    if simulated:
        chosen = simulated_settings(chosen, port)
    parts = build_parts(chosen, plan_unverified=simulated)
    _prepare(parts)
    _serve(parts, port, simulated=simulated)


@click.command()
@click.option("--once", is_flag=True, help="把到时间的事做完就退出")
@click.option("--at", "moment", help="假定现在是这个时间，例如 2026-12-03T17:00（与 --once 同用）")
@click.pass_obj
def work(settings: Any, once: bool, moment: str | None) -> None:
    """只运行定时任务（通知、清理）。"""
    chosen, simulated = open_settings(settings())
    if moment and not once:
        raise click.UsageError("--at 要和 --once 一起用")
    parts = build_parts(chosen, plan_unverified=simulated)
    _prepare(parts)
    if once:
        whole = replace(parts.outgoing, send_seconds=inf)
        jobs.run_due(whole, _moment(moment) if moment else parts.clock())
        parts.close()
        return
    _work_until_stopped(parts)


def _prepare(parts: Parts) -> None:
    """Bring the database up to date and follow the knowledge folder."""
    parts.database.upgrade()
    errors = list_errors(parts.content.problems)
    for problem in errors[:20]:
        click.echo(str(problem), err=True)
    if errors:
        click.echo(f"knowledge/ 里有 {len(errors)} 个错误，用 feisu check 查看", err=True)
    parts.start()


def _serve(parts: Parts, port: int, *, simulated: bool) -> None:
    app: Any = create_app(parts)
    settings = parts.settings
    if simulated:
        next_notice = partial(_send_next_notice, parts)
        app = _beside(app, simulator_for(settings, port, next_notice))
    server = open_server(app, settings.server.host, port)
    bell = Bell(parts.outgoing, parts.clock)
    bell.start()
    try:
        # A browser's open connection keeps waitress going; only SystemExit ends its loop.
        _stop_on_signal(sys.exit)
        _announce(f"http://{settings.server.host}:{port}", parts, simulated)
        if simulated:
            threading.Thread(target=give_menu, args=(parts,), daemon=True).start()
        server.run()
    finally:
        bell.close()
        parts.close()


def _find_free_port() -> int:
    # The simulator must know the port before the server has it.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _announce(address: str, parts: Parts, simulated: bool) -> None:
    entries = len(parts.content.current.library.entries)
    click.echo(f"已启动：{entries} 条问答。按 Ctrl-C 停止。")
    if simulated:
        click.echo(f"请打开  {address}/simulator/  （模拟公众号，在手机画面里提问）")
    else:
        click.echo(f"公众号后台的服务器地址（URL）填：你的域名 + /wechat（本机 {address}/wechat）")
    _announce_console(address, parts)


def _announce_console(address: str, parts: Parts) -> None:
    with parts.database.transaction() as connection:
        if staff.has_anybody(connection):
            click.echo(f"工作台：{address}/console/")
            return
        token = staff_sessions.make_first_link(connection, parts.clock())
    click.echo(
        f"工作台还没有账号，请用这个一次性链接建第一个管理员：{address}/console/first/{token}"
    )


def _send_next_notice(parts: Parts) -> str:
    return jobs.send_next_notice(parts.outgoing, parts.clock())


def _beside(bot: Any, simulator: Any) -> Any:
    """Serve both from one port; the simulator's addresses all begin with its name."""

    def choose(environ: dict[str, Any], start_response: Any) -> Any:
        chosen = simulator if environ["PATH_INFO"].startswith("/simulator") else bot
        return chosen(environ, start_response)

    return choose


def _work_until_stopped(parts: Parts) -> None:
    stopped = threading.Event()
    _stop_on_signal(stopped.set)
    bell = Bell(parts.outgoing, parts.clock)
    bell.start()
    click.echo("定时任务已启动。按 Ctrl-C 停止。")
    stopped.wait()
    bell.close()
    parts.close()


def _stop_on_signal(stop: Callable[[], object]) -> None:
    def receive(number: int, frame: object) -> None:
        stop()

    signal.signal(signal.SIGTERM, receive)
    signal.signal(signal.SIGINT, receive)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError("时间要写成 2026-12-03T17:00 这样") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.SHANGHAI)
