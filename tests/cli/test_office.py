"""What waits for staff, the database, and the commands that run."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import clock
from bot.cli.simulated import simulated_settings
from bot.config import Settings
from bot.simulator import Credentials
from bot.storage import audit, outbox, personal_notices, residents, waiting
from bot.storage.outbox import Plan
from bot.storage.residents import Resident
from tests.cli.conftest import Terminal


def seed(terminal: Terminal) -> None:
    """Leave what a day leaves; every text tries to break out of its line."""
    now = clock.now()
    told: dict[str, Any] = {"openid": "o1", "now": now}
    with terminal.writing() as connection:
        waiting.record_miss(connection, text="怎么\n贴瓦", reason="miss", entry="", **told)
        waiting.record_miss(connection, text="答错了", reason="bad-answer", entry="201", **told)
        waiting.record_handoff(
            connection,
            kind="mediation",
            text="邻居占地",
            village="某村",
            phone="13812345678",
            media_id="",
            **told,
        )
        waiting.raise_alarm(connection, sign="正在发生的暴力：救命", text="救命", **told)
        plan = Plan(
            "market", "d", "前一天", "all", "明天\n赶集", now, now, now + timedelta(hours=9)
        )
        outbox.synchronise(connection, [plan], now)


def test_misses_are_listed(terminal: Terminal) -> None:
    seed(terminal)
    result = terminal("misses")

    today = f"{clock.now():%Y-%m-%d}"
    lines = result.stdout.splitlines()
    assert [line[:10] for line in lines] == [today] * 2
    assert lines[0].endswith("居民说答得不对 [201]  答错了")
    assert lines[1].endswith("没有答案  怎么 贴瓦")
    assert "共 2 条" in result.stderr


def test_a_notice_to_some_says_how_many_had_it_once_it_has_begun(terminal: Terminal) -> None:
    now = clock.now()
    plan = Plan("m", "d", "前一天", "subscribers", "赶集", now, now, now + timedelta(hours=9))
    known = Resident("o1")
    with terminal.writing() as connection:
        residents.move(connection, known, replace(known, wants_reminder=True, following=True), now)
        outbox.synchronise(connection, [plan], now)
    assert "[" not in terminal("notices", "list").stdout

    with terminal.writing() as connection:
        (notice,) = outbox.list_notices(connection)
        personal_notices.queue(connection, notice, heard_since=None, now=now)
    assert "逐个发送中[等下次回复带出 1 人]" in terminal("notices", "list").stdout


def test_handoffs_are_listed_after_alarms(terminal: Terminal) -> None:
    seed(terminal)
    lines = terminal("handoffs").stdout.splitlines()

    assert "【危险】" in lines[0]
    assert lines[1].endswith("申请调解  某村  13812345678  邻居占地")
    assert len(lines) == 2


def test_notices_are_listed(terminal: Terminal) -> None:
    seed(terminal)
    (line,) = terminal("notices", "list").stdout.splitlines()

    assert re.match(r"1  \d{4}-\d\d-\d\d \d\d:\d\d  待发  market 前一天  明天 赶集", line)


@pytest.mark.parametrize("command", [["misses"], ["handoffs"], ["notices", "list"]])
def test_an_empty_office_has_empty_lists(terminal: Terminal, command: list[str]) -> None:
    """Also before anything ever ran: the database is made on the way."""
    assert terminal(*command).stdout == ""
    assert (terminal.folder / "var/feisu.db").exists()


def test_a_database_is_upgraded_and_upgraded_again(terminal: Terminal) -> None:
    for _ in range(2):
        assert terminal("db", "upgrade").stdout == "数据库已是最新。\n"


def test_texts_cannot_steer_the_terminal(terminal: Terminal) -> None:
    """What a resident typed must not move the clerk's cursor or colour their screen."""
    with terminal.writing() as connection:
        waiting.record_miss(
            connection,
            openid="o1",
            text="\x1b[2J\x1b]0;坏\x07\x9b1m好",
            reason="miss",
            entry="",
            now=clock.now(),
        )

    told_lines = terminal("misses").stdout
    assert "好" in told_lines
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", told_lines)


def test_work_once_does_nothing_when_nothing_is_due(terminal: Terminal) -> None:
    assert "Traceback" not in terminal("work", "--once").output
    assert terminal("notices", "list").stdout == ""


def test_at_goes_with_once(terminal: Terminal) -> None:
    assert "--once" in terminal("work", "--at", "2026-12-03T17:00", code=2).stderr


@pytest.mark.parametrize("moment", ["明天", "2026-13-01", "17:00", "2026-12-03T25:00"])
def test_an_odd_moment_is_told(terminal: Terminal, moment: str) -> None:
    assert "2026-12-03T17:00" in terminal("work", "--once", "--at", moment, code=2).stderr


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_an_odd_port_is_refused(terminal: Terminal, port: str) -> None:
    assert terminal("run", "--port", port, code=2).stdout == ""


def test_an_unknown_command_is_refused(terminal: Terminal) -> None:
    assert terminal("fly", code=2).stdout == ""


def test_the_simulated_account_outlives_its_process(terminal: Terminal) -> None:
    """A worker that runs beside a restarted `feisu run` must still be known to it."""
    first = simulated_settings(Settings(), 8001).wechat
    second = simulated_settings(Settings(), 8002).wechat

    assert second.api_base == "http://127.0.0.1:8002/simulator/api"
    assert second.model_copy(update={"api_base": first.api_base}) == first
    assert kept(terminal).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("rest", ["", "app_id = ", "token = 'x'\n", "odd = 1\n", "\udcff"])
def test_a_spoilt_simulated_account_is_made_anew(terminal: Terminal, rest: str) -> None:
    simulated_settings(Settings(), 8001)
    kept(terminal).write_bytes(rest.encode("utf-8", "surrogateescape"))

    assert simulated_settings(Settings(), 8001).wechat.app_id.startswith("wx")


def kept(terminal: Terminal) -> Path:
    return terminal.folder / "var/simulator.toml"


def test_a_menu_needs_an_account(terminal: Terminal) -> None:
    assert "app_id" in terminal("menu", code=1).stderr


def test_a_menu_that_wechat_refuses_is_told_in_words(terminal: Terminal) -> None:
    """Here nobody listens where the platform should be."""
    known = Credentials.throwaway()
    terminal.environment = {
        "FEISU_WECHAT__APP_ID": known.app_id,
        "FEISU_WECHAT__APP_SECRET": known.app_secret,
        "FEISU_WECHAT__TOKEN": known.token,
        "FEISU_WECHAT__AES_KEY": known.aes_key,
        "FEISU_WECHAT__API_BASE": "http://127.0.0.1:9",
    }
    result = terminal("menu", code=1)

    assert result.stderr.startswith("出错了：")
    assert known.app_secret not in result.output


def test_a_drafted_notice_is_approved_once(terminal: Terminal) -> None:
    now = clock.now()
    plan = Plan("m", "2026-12-05", "前一天", "all", "赶集", now, now, now + timedelta(hours=9))
    with terminal.writing() as connection:
        outbox.synchronise(connection, [plan], now, needs_approval=True)
    number = terminal("notices", "list").stdout.split()[0]
    assert "待批准" in terminal("notices", "list").stdout

    assert f"{number} 已批准" in terminal("notices", "approve", number, "--by", "王五").stdout
    assert "待发" in terminal("notices", "list").stdout
    again = terminal("notices", "approve", number, "99", code=1)
    assert f"{number}（待发）、99（没有这条通知）" in again.stderr
    with terminal.writing() as connection:
        (deed,) = audit.list_deeds(connection, action="notice.approve")
    assert (deed.name, deed.subject) == ("王五", "m 2026-12-05 前一天")
