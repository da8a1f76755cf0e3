"""Checking, tuning and previewing what is in the knowledge folder."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from bot import clock
from bot.bootstrap import load_content
from bot.errors import Severity
from bot.events.calendar import Calendar, render_preview


@click.command()
@click.pass_obj
def check(settings: Any) -> None:
    """检查 knowledge/ 里的内容，指出哪个文件哪一行有什么问题。"""
    content, problems = load_content(settings().knowledge)
    for problem in problems:
        click.echo(str(problem))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
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
