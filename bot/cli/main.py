"""The command group, its settings option, and how errors end it."""

import logging
import sys
from pathlib import Path

import click

from bot.cli import asking, content, office, serving, staff, statutes
from bot.config import Settings, load_settings
from bot.errors import FeisuError


class FriendlyGroup(click.Group):
    """Ends on an error of ours with its Chinese text and exit code 1, never with a traceback."""

    def invoke(self, context: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(context)
        except FeisuError as error:
            click.echo(f"出错了：{error}", err=True)
            context.exit(1)


@click.group(cls=FriendlyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="配置文件，默认是当前文件夹的 config.toml（可以没有）",
)
@click.pass_context
def feisu(context: click.Context, config: Path | None) -> None:
    """非诉在线：乡镇司法所公众号助手。"""
    _speak_utf8()
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # requests' own debug lines carry the secret and the token in their addresses.
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    for talkative in ("apscheduler", "alembic"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    context.obj = _LazySettings(config)


class _LazySettings:
    """Reads the settings when the first command needs them, so that `--help` always works."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def __call__(self) -> Settings:
        return load_settings(self._path)


def _speak_utf8() -> None:
    # A terminal set to C or GBK must not end a command half-way.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")


for command in (
    serving.run,
    serving.work,
    asking.ask,
    asking.chat,
    asking.evaluate,
    content.check,
    content.tune,
    content.publish,
    content.events,
    statutes.statutes,
    office.misses,
    office.handoffs,
    office.notices,
    office.database,
    staff.staff,
    office.menu,
):
    feisu.add_command(command)


def main() -> None:
    """Run the command line."""
    feisu(prog_name="feisu")
