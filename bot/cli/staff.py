"""Accounts of the console from the terminal: the way in when nobody can sign in any more."""

from collections.abc import Sequence
from typing import Any

import click

from bot import clock
from bot.cli.opening import changing, looking
from bot.errors import ConfigError
from bot.storage import audit, passwords
from bot.storage import staff as accounts
from bot.storage.staff import Role

TERMINAL = "（命令行）"


@click.group("staff")
def staff() -> None:
    """工作台的账号。"""


@staff.command("add")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="admin 管理员 / editor 编辑 / reviewer 审核 / mediator 调解员 / viewer 只读；可以写几个",
)
@click.pass_obj
def add(settings: Any, name: str, roles: Sequence[str]) -> None:
    """开一个账号，打印第一次登录用的密码。"""
    name = name.strip()
    if fault := accounts.find_name_fault(name):
        raise ConfigError(fault.removesuffix("。"))
    password, now = passwords.make_password(), clock.now()
    with changing(settings) as connection:
        accounts.add(
            connection,
            name=name,
            roles=[Role(role) for role in roles],
            password_hash=passwords.hash_password(password),
            must_change=True,
            now=now,
        )
        labels = "、".join(Role(role).label for role in roles)
        audit.record(
            connection, name=TERMINAL, action="staff.add", subject=name, detail=labels, now=now
        )
    click.echo(f"{name} 的第一次登录密码：{password}")
    click.echo("请当面或打电话告诉本人；登录后要马上换成自己的。", err=True)


@staff.command("list")
@click.pass_obj
def list_accounts(settings: Any) -> None:
    """列出所有账号。"""
    with looking(settings) as connection:
        for one in accounts.list_staff(connection):
            state = "" if one.active else "（已停用）"
            last = f"{one.signed_in_at:%Y-%m-%d %H:%M}" if one.signed_in_at else "没有登录过"
            click.echo(f"{one.name}{state}  {one.labels}  {last}")


@staff.command("reset")
@click.argument("name")
@click.pass_obj
def reset(settings: Any, name: str) -> None:
    """重设一个人的密码，打印新密码。"""
    password = passwords.make_password()
    with changing(settings) as connection:
        found = accounts.find_by_name(connection, name.strip())
        if found is None:
            raise ConfigError(f"没有叫“{name}”的账号，用 feisu staff list 查看")
        hashed = passwords.hash_password(password)
        accounts.set_password(connection, found[0].id, hashed, must_change=True)
        audit.record(
            connection,
            name=TERMINAL,
            action="staff.reset",
            subject=found[0].name,
            now=clock.now(),
        )
    click.echo(f"{found[0].name} 的新密码：{password}")
