"""What waits for a person, what is planned, and the database's schema."""

from datetime import datetime
from typing import Any

import click

from bot import clock
from bot.bootstrap import build_parts, push_menu
from bot.cli.opening import changing, looking
from bot.errors import ConfigError
from bot.scheduler.wording import tell_recipients, tell_state
from bot.storage import audit, notice_decisions, outbox, waiting
from bot.storage.database import Database
from bot.web.console.words import HANDOFF_KINDS, MISS_REASONS


@click.command()
@click.pass_obj
def misses(settings: Any) -> None:
    """列出没答上来或被说不对的问题。"""
    with looking(settings) as connection:
        found = waiting.list_misses(connection)
    for miss in found:
        entry = f" [{miss.entry}]" if miss.entry else ""
        reason = MISS_REASONS.get(miss.reason, miss.reason)
        click.echo(f"{_time(miss.recorded_at)}  {reason}{entry}  {_line(miss.text)}")
    click.echo(f"共 {len(found)} 条", err=True)


@click.command()
@click.pass_obj
def handoffs(settings: Any) -> None:
    """列出等人工处理的居民，危险信号在最前。"""
    with looking(settings) as connection:
        alarms = waiting.list_alarms(connection)
        found = waiting.list_handoffs(connection)
    for alarm in alarms:
        click.echo(f"{_time(alarm.raised_at)}  【危险】{alarm.sign}  {_line(alarm.text)}")
    for one in found:
        kind = HANDOFF_KINDS.get(one.kind, one.kind)
        parts = [one.village, one.phone, _line(one.text), one.media_id and f"语音 {one.media_id}"]
        told = "  ".join(part for part in parts if part)
        click.echo(f"{_time(one.recorded_at)}  {kind}  {told}")
    click.echo(f"共 {len(alarms)} 个危险信号，{len(found)} 人等待", err=True)


@click.group()
def notices() -> None:
    """通知：计划发什么，发了没有。"""


@notices.command("list")
@click.pass_obj
def list_notices(settings: Any) -> None:
    """列出所有通知和它们的状态。"""
    with looking(settings) as connection:
        for notice in outbox.list_notices(connection):
            state = tell_state(notice)
            reason = f"（{notice.reason}）" if notice.reason else ""
            begun = notice.state not in (*outbox.NOT_BEGUN, "expired", "declined")
            if begun and notice.audience != outbox.ALL_FOLLOWERS:
                reason += f"[{tell_recipients(outbox.count_deliveries(connection, notice))}]"
            click.echo(
                f"{notice.id}  {_time(notice.due_at)}  {state}{reason}  "
                f"{notice.event} {notice.kind}  {_line(notice.text)}"
            )


@notices.command()
@click.argument("numbers", type=int, nargs=-1, required=True, metavar="编号...")
@click.option("--by", default="", help="批准人的名字，记进操作记录")
@click.pass_obj
def approve(settings: Any, numbers: tuple[int, ...], by: str) -> None:
    """批准通知；编号看 feisu notices list 的第一列。"""
    name, now = by.strip()[:32] or "命令行", clock.now()
    missing: list[str] = []
    with changing(settings) as connection:
        for number in numbers:
            found = notice_decisions.find(connection, number)
            if not found or not notice_decisions.approve(connection, found, by=name, now=now):
                missing.append(f"{number}（{tell_state(found) if found else '没有这条通知'}）")
                continue
            subject = f"{found.event} {found.occurrence} {found.kind}"
            audit.record(connection, name=name, action="notice.approve", subject=subject, now=now)
            click.echo(f"{number} 已批准，{_time(max(found.due_at, now))} 起发")
    if missing:
        raise ConfigError(f"没有批准，因为不在等批准：{'、'.join(missing)}")


@click.group("db")
def database() -> None:
    """数据库。"""


@database.command()
@click.pass_obj
def upgrade(settings: Any) -> None:
    """把数据库升级到本版本。"""
    store = Database(settings().database.url)
    try:
        store.upgrade()
    finally:
        store.close()
    click.echo("数据库已是最新。")


@click.command("menu")
@click.pass_obj
def menu(settings: Any) -> None:
    """给公众号建底部菜单（认证过的公众号，或服务号）。"""
    chosen = settings()
    if not chosen.wechat.app_id:
        raise ConfigError("还没有填公众号的 app_id；模拟公众号的菜单会自动建好")
    parts = build_parts(chosen)
    parts.database.upgrade()
    push_menu(parts)
    parts.close()
    click.echo("菜单已建好，居民重新打开公众号就能看到。")


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _line(text: str) -> str:
    # One line, and nothing in it that moves the clerk's cursor or turns the writing round.
    return "".join(one for one in " ".join(text.split()) if one.isprintable())
