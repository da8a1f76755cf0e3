"""Checking, tuning and previewing what is in the knowledge folder."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from bot import clock
from bot.assistant.publishing import Conflict, Publisher, Refused
from bot.bootstrap import load_content
from bot.cli.opening import opened
from bot.errors import ConfigError, list_errors
from bot.events.calendar import Calendar, last_day_of, render_preview
from bot.events.holidays import is_arranged


@click.command()
@click.pass_obj
def check(settings: Any) -> None:
    """检查 knowledge/ 里的内容，指出哪个文件哪一行有什么问题。"""
    content, problems = load_content(settings().knowledge)
    for problem in problems:
        click.echo(str(problem))
    errors = len(list_errors(problems))
    entries = len(content.library.entries)
    click.echo(f"{entries} 条问答，{errors} 个错误，{len(problems) - errors} 个提醒", err=True)
    if errors:
        raise SystemExit(1)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def tune(settings: Any, files: tuple[Path, ...]) -> None:
    """用 knowledge/evaluation/ 里的问题（和另给的标好的问题）重新校准置信度。"""
    from bot.cli.evaluating import refit_calibration

    refit_calibration(settings(), files)


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--dry-run", is_flag=True, help="只列出来，不发布")
@click.pass_obj
def publish(settings: Any, paths: tuple[str, ...], dry_run: bool) -> None:
    """把直接改过的文件发布出去；不写文件名就发布全部。"""
    knowledge = settings().knowledge
    content, _ = load_content(knowledge)
    with opened(settings) as database:
        publisher = Publisher(database, knowledge.path, lambda: content, clock.now)
        if publisher.take_baseline():
            click.echo("这是第一次：现有的内容都算已发布。", err=True)
        found = [one.path for one in publisher.list_unpublished()]
        for path in paths:
            if path not in found:
                raise ConfigError(f"{path} 没有要发布的改动（文件名从 knowledge/ 下面写起）")
        refused = [path for path in paths or found if not _publish(publisher, path, dry_run)]
    if refused:
        raise SystemExit(1)
    if not found:
        click.echo("没有未发布的文件。", err=True)


def _publish(publisher: Publisher, path: str, dry_run: bool) -> bool:
    """Publish one file, or only name it; False where it was refused."""
    if dry_run:
        click.echo(path)
        return True
    result = publisher.publish(path, author="（命令行）")
    if isinstance(result, Refused):
        for problem in result.problems:
            click.echo(str(problem), err=True)
        click.echo(f"{path}：有错误，没有发布", err=True)
        return False
    if isinstance(result, Conflict):
        click.echo(f"{path}：正好又变了，没有发布，请再运行一次", err=True)
        return False
    click.echo(f"{path}：已发布")
    return True


@click.group()
def events() -> None:
    """赶集和普法活动。"""


@events.command("list")
@click.pass_obj
def list_events(settings: Any) -> None:
    """列出未来三十天的活动。"""
    _preview(settings, months=1)


@events.command()
@click.option("--months", default=12, show_default=True, type=click.IntRange(1, 36))
@click.pass_obj
def preview(settings: Any, months: int) -> None:
    """预览今后几个月的全部活动。"""
    _preview(settings, months=months)


def _preview(settings: Any, *, months: int) -> None:
    content, _ = load_content(settings().knowledge)
    calendar: Calendar = content.calendar
    today: date = clock.now().date()
    for line in render_preview(calendar, today, months):
        click.echo(line)
    last = last_day_of(today, months)
    unknown = [year for year in range(today.year, last.year + 1) if not is_arranged(year)]
    if unknown:
        years = "、".join(map(str, unknown))
        click.echo(f"{years} 年的放假调休安排还没有收进程序，只按法定节日算", err=True)
