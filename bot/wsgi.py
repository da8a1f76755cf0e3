"""What a WSGI server serves: the webhook and the public pages, without the scheduler."""

from flask import Flask

from bot.bootstrap import build_parts
from bot.config import load_settings
from bot.errors import StorageError
from bot.web.application import create_app


def build_app() -> Flask:
    """Build the application of one server process; the release step has migrated the database."""
    parts = build_parts(load_settings())
    if not parts.database.is_current():
        raise StorageError("数据库还没有升级到本版本，请先运行 feisu db upgrade")
    parts.start()
    return create_app(parts)


app = build_app()
