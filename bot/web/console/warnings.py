"""What is wrong with the installation itself, said on the first page."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.storage import faults, leases, notice_decisions
from bot.storage.database import Connection
from bot.storage.faults import Fault
from bot.web.console.desk import Desk

LOW_DISK = 500 * 1024 * 1024
RECENT = timedelta(days=1)
SILENT_AFTER = timedelta(minutes=2)


def list_warnings(desk: Desk) -> Sequence[str]:
    """List what an administrator should see to, in Chinese; empty when all is well."""
    settings, now = desk.parts.settings, desk.now()
    with desk.database.reading() as connection:
        found = [*_unconfirmed(connection), *_worker(connection, now), *_faults(connection, now)]
    return [*found, *_disk(settings), *_unset(settings)]


def _worker(connection: Connection, now: datetime) -> Iterator[str]:
    until = leases.find_until(connection, "bell")
    if until is None:
        yield "定时任务没有运行：通知不会发出去。请联系维护人员启动 feisu work。"
    elif until < now - SILENT_AFTER:
        yield f"定时任务从 {until:%m月%d日 %H:%M} 起没有动静，通知可能发不出去。请联系维护人员。"


def _unconfirmed(connection: Connection) -> Iterator[str]:
    for notice in notice_decisions.list_unconfirmed(connection):
        yield f"{notice.reason}（{notice.event}）。"


def _faults(connection: Connection, now: datetime) -> Iterator[str]:
    for fault in faults.list_faults(connection):
        if fault.last_at >= now - RECENT:
            yield f"{_name(fault)}，共 {fault.times} 次，最近一次 {fault.last_at:%m月%d日 %H:%M}。"


def _name(fault: Fault) -> str:
    kind, _, rest = fault.kind.partition(":")
    names = {
        "answer": "回答居民时程序出错",
        "job": "定时任务出错",
        "mail": "危险信号的邮件没有发出去",
        "token": "取微信凭证失败",
        "quota": "微信接口次数用完",
        "stopped": "公众号被微信限制",
    }
    return f"{names.get(kind, '程序出错')}（{rest or kind}）"


def _disk(settings: Settings) -> Iterator[str]:
    folder = _data_folder(settings)
    free = shutil.disk_usage(folder).free
    if free < LOW_DISK:
        yield f"磁盘只剩 {free // (1024 * 1024)} MB，快满了，请联系维护人员清理。"


def _data_folder(settings: Settings) -> Path:
    folder = settings.knowledge.path.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


def _unset(settings: Settings) -> Iterator[str]:
    if settings.wechat.app_id and not settings.server.public_url:
        yield "没有设置对外网址，回复里不会带答案网页的链接。"
