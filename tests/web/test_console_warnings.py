"""What is wrong with the installation stands on the first page, until it is mended."""

# ruff: noqa: F401, F811

from datetime import datetime, timedelta

import pytest

from bot.clock import SHANGHAI
from bot.storage import leases
from bot.storage.staff import Role
from tests.web.clerk import Clerk
from tests.web.conftest import Builder, Office
from tests.web.small_office import QUESTION
from tests.web.test_console_talks import Watch, answer, talk_of
from tests.wechat.conftest import Platform, platform

SEND = "message/custom/send"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def connected(build: Builder, watch: Watch, platform: Platform) -> Office:
    """An account that may send, at a platform which answers as the test says."""
    built = build(now=watch, account="service", verified=True, api_base=platform.base)
    built.account.signing_clock = watch
    return built


def first_page(clerk: Clerk) -> str:
    return clerk.get("/console/").text


def reply_to_resident(office: Office) -> Clerk:
    office.say(QUESTION)
    clerk = office.clerk("老王", Role.MEDIATOR, Role.ADMIN)
    answer(clerk, talk_of(clerk), "请来所里")
    return clerk


WRONG = {
    "quota": (45009, "微信接口次数用完"),
    "address": (40164, "白名单"),
    "secret": (40125, "AppSecret 不对"),
}


@pytest.mark.parametrize("name", WRONG)
def test_it_tells_why_wechat_refused(
    connected: Office,
    watch: Watch,
    platform: Platform,
    name: str,
) -> None:
    code, words = WRONG[name]
    platform.says(SEND, platform.json(errcode=code, errmsg="no"))
    clerk = reply_to_resident(connected)
    assert words in first_page(clerk)

    watch.pass_by(hours=25)
    clerk.post("/console/sign-in", {"name": "老王", "password": "correct-horse-battery"})
    assert words not in first_page(clerk)


def test_it_tells_that_no_token_is_given(
    connected: Office,
    platform: Platform,
) -> None:
    platform.says("stable_token", platform.json(errcode=40125, errmsg="invalid appsecret"))
    clerk = reply_to_resident(connected)

    assert "取微信凭证失败" in first_page(clerk)
    assert connected.parts.settings.wechat.app_secret not in first_page(clerk)


def test_all_is_well_after_a_good_call(connected: Office, platform: Platform) -> None:
    clerk = reply_to_resident(connected)
    assert platform.count(SEND) == 1

    page = first_page(clerk)
    assert "微信接口" not in page
    assert "凭证" not in page


def test_it_tells_that_the_worker_is_silent(office: Office) -> None:
    clerk = office.clerk("所长", Role.ADMIN)
    assert "定时任务没有运行" in first_page(clerk)

    def ring(ago: timedelta) -> str:
        now = office.parts.clock()
        with office.database.transaction() as connection:
            leases.take(
                connection, name="bell", holder="w", now=now - ago, lasting=timedelta(seconds=15)
            )
        return first_page(clerk)

    assert "没有动静" in ring(timedelta(minutes=10))
    assert "定时任务" not in ring(timedelta())


def test_it_tells_that_the_disk_is_full(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = office.clerk("所长", Role.ADMIN)
    assert "磁盘" not in first_page(clerk)
    monkeypatch.setattr("bot.web.console.warnings.LOW_DISK", 1 << 60)
    assert "快满了" in first_page(clerk)
