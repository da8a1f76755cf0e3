"""A person in a talk: the bot keeps silent, the words arrive once, and every reading is logged."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.clock import SHANGHAI
from bot.errors import SendError, UnknownOutcome
from bot.messages import MAX_REPLY_BYTES
from bot.scheduler.jobs import run_due
from bot.simulator import Ruling
from bot.simulator.pushes import text
from bot.storage import memberships, staff_replies, talks, waiting
from bot.storage.staff import Role
from bot.storage.tables import notes, residents
from bot.storage.tables import staff_replies as replies_table
from tests.scheduler.conftest import RecordingSender
from tests.web.clerk import Clerk
from tests.web.conftest import OPENID, Builder, Office
from tests.web.small_office import ANSWER, QUESTION, UNKNOWN_QUESTION

START = datetime(2026, 11, 26, 9, 0, tzinfo=SHANGHAI)
NAME = talks.nickname(OPENID)


class Watch:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def sender() -> RecordingSender:
    return RecordingSender()


@pytest.fixture
def silent_account(build: Builder, watch: Watch) -> Office:
    """An account that may not send of its own accord."""
    built = build(now=watch)
    built.account.signing_clock = watch
    return built


@pytest.fixture
def sending_account(build: Builder, watch: Watch, sender: RecordingSender) -> Office:
    """A verified account, with a recording sender in WeChat's place."""
    built = build(now=watch, account="service", verified=True)
    built.account.signing_clock = watch
    outgoing = replace(built.parts.outgoing, sender=sender)
    return Office(replace(built.parts, outgoing=outgoing), built.account)


def talk_of(clerk: Clerk) -> str:
    found = re.search(r'href="(/console/talks/m\d+)"', clerk.get("/console/talks").text)
    assert found
    return found.group(1)


def form_number(clerk: Clerk, talk: str) -> str:
    found = re.search(r'name="once" value="(\w+)"', clerk.get(talk).text)
    assert found
    return found.group(1)


def answer(clerk: Clerk, talk: str, text: str) -> str:
    form = {"text": text, "once": form_number(clerk, talk)}
    return clerk.submit(f"{talk}/reply", form).text


def mediator(office: Office, name: str = "老王") -> Clerk:
    return office.clerk(name, Role.MEDIATOR)


def test_words_wait_for_the_next_message_and_the_bot_keeps_silent(silent_account: Office) -> None:
    office = silent_account
    office.say(UNKNOWN_QUESTION)
    clerk = mediator(office)
    talk = talk_of(clerk)
    assert "不能主动发消息" in clerk.get(talk).text

    assert "下一次说话时随回复带出" in answer(clerk, talk, "请明天上午来所里")

    assert office.heard("好的") == "工作人员回复您：\n请明天上午来所里"
    assert office.say(QUESTION).ruling is Ruling.SILENT
    assert "已送出" in clerk.get(talk).text
    assert "等着接对话的人回话" in clerk.get("/console/").text
    assert QUESTION in clerk.get("/console/waiting").text

    assert "已交还" in clerk.submit(f"{talk}/hand-back").text
    assert ANSWER in office.heard(QUESTION)
    assert "等着接对话的人回话" not in clerk.get("/console/").text


def test_redeliveries_of_a_ridden_reply_read_the_same(silent_account: Office) -> None:
    office = silent_account
    office.say("在吗")
    clerk = mediator(office)
    answer(clerk, talk_of(clerk), "在的")
    push = office.account.stamp(text(OPENID, "喂"))
    sealed = office.seal(push)
    first, second = (office.judge(office.post_sealed(sealed), push).text for _ in range(2))

    assert first == second == "工作人员回复您：\n在的"


def test_danger_is_answered_whoever_holds_the_talk(silent_account: Office) -> None:
    office = silent_account
    office.say("在吗")
    clerk = mediator(office)
    clerk.submit(f"{talk_of(clerk)}/hold")

    assert "110" in office.heard("救命")

    page = clerk.get("/console/waiting").text
    assert "危险信号" in page
    assert "救命" in page
    seen = re.search(r'action="(/console/alarms/\d+/seen)"', page)
    assert seen
    assert "已记下您处理过" in clerk.submit(seen.group(1)).text
    assert "别人已经处理过" in clerk.submit(seen.group(1)).text
    assert "危险信号" not in clerk.get("/console/waiting").text


def test_the_menu_and_ones_own_data_work_whoever_holds_the_talk(silent_account: Office) -> None:
    office = silent_account
    office.say("在吗")
    clerk = mediator(office)
    talk = talk_of(clerk)
    clerk.submit(f"{talk}/hold")
    clerk.submit(f"{talk}/note", {"text": "说话急"})
    answer(clerk, talk, "请稍等")

    assert "确定要删除" in office.heard("删除我的数据")
    assert "已经删除" in office.heard("确定删除")

    assert office.count(notes) == office.count(replies_table) == 0
    assert clerk.get(talk).status_code == 404


def test_a_hold_runs_out(silent_account: Office, watch: Watch) -> None:
    office = silent_account
    office.say("在吗")
    clerk = mediator(office)
    clerk.submit(f"{talk_of(clerk)}/hold")
    assert office.say(QUESTION).ruling is Ruling.SILENT

    watch.pass_by(hours=4, minutes=1)

    assert ANSWER in office.heard(QUESTION)


def test_words_go_out_at_once_where_wechat_allows(
    sending_account: Office, sender: RecordingSender
) -> None:
    office = sending_account
    office.say(UNKNOWN_QUESTION)
    clerk = mediator(office)
    talk = talk_of(clerk)
    assert "还能发 <b>5</b> 条" in clerk.get(talk).text

    assert "已发给居民" in answer(clerk, talk, "收到，在看")

    assert sender.sent == [(OPENID, "收到，在看")]
    assert "还能发 <b>4</b> 条" in clerk.get(talk).text
    assert office.say("谢谢").ruling is Ruling.SILENT


def test_the_same_form_twice_sends_once(sending_account: Office, sender: RecordingSender) -> None:
    office = sending_account
    office.say("在吗")
    clerk = mediator(office)
    talk = talk_of(clerk)
    form = {"text": "在的", "once": form_number(clerk, talk)}
    clerk.submit(f"{talk}/reply", form)

    assert "没有再发" in clerk.submit(f"{talk}/reply", form).text
    assert len(sender.sent) == 1


def test_after_five_and_after_48_hours_words_wait(
    sending_account: Office, sender: RecordingSender, watch: Watch
) -> None:
    office = sending_account
    office.say("在吗")
    clerk = mediator(office)
    talk = talk_of(clerk)
    for number in range(5):
        watch.pass_by(minutes=1)
        answer(clerk, talk, f"第{number}条")
    assert "已经发了 5 条" in clerk.get(talk).text
    assert "随回复带出" in answer(clerk, talk, "第六条")
    assert office.heard("喂") == "工作人员回复您：\n第六条"
    assert len(sender.sent) == 5

    watch.pass_by(hours=48)
    clerk = mediator(office, "小李")
    assert "超过 48 小时" in clerk.get(talk).text
    assert "随回复带出" in answer(clerk, talk, "还在吗")
    assert len(sender.sent) == 5


@pytest.mark.parametrize(
    ("error", "said", "then"),
    [
        (SendError("超过限额", permanent=True), "随回复带出", "工作人员回复您：\n在的"),
        (UnknownOutcome("没有回音"), "请不要重发", ""),
    ],
)
def test_a_call_that_fails_never_doubles(
    sending_account: Office, sender: RecordingSender, error: Exception, said: str, then: str
) -> None:
    office = sending_account
    office.say("在吗")
    clerk = mediator(office)
    sender.refusals.append(error)

    assert said in answer(clerk, talk_of(clerk), "在的")

    assert office.say("喂").text == then
    assert sender.sent == []


def test_a_process_that_died_in_the_call_leaves_it_unknown(
    sending_account: Office, sender: RecordingSender, watch: Watch
) -> None:
    office = sending_account
    office.say("在吗")
    clerk = mediator(office)
    talk = talk_of(clerk)

    def die() -> None:
        raise KeyboardInterrupt

    sender.before_send = die
    with pytest.raises(KeyboardInterrupt):
        clerk.post(f"{talk}/reply", {"text": "在的", "once": form_number(clerk, talk)})
    sender.before_send = lambda: None
    watch.pass_by(minutes=4)
    run_due(office.parts.outgoing, watch())

    assert "不知道居民收到没有" in clerk.get(talk).text
    assert office.say("喂").ruling is Ruling.SILENT
    assert sender.sent == []


def test_whoever_left_the_account_is_not_written_to(
    sending_account: Office, sender: RecordingSender
) -> None:
    office = sending_account
    office.say("在吗")
    clerk = mediator(office)
    talk = talk_of(clerk)
    with office.database.transaction() as connection:
        connection.execute(residents.update().values(following=False))

    assert "取消关注" in clerk.get(talk).text
    answer(clerk, talk, "在的")
    assert sender.sent == []


def test_words_can_be_taken_back_until_they_ride(silent_account: Office) -> None:
    office = silent_account
    office.say("在吗")
    clerk = mediator(office)
    talk = talk_of(clerk)
    answer(clerk, talk, "说错了")
    with office.database.reading() as connection:
        (kept,) = staff_replies.list_of(connection, OPENID)

    assert "已收回" in clerk.submit(f"{talk}/withdraw", {"reply": kept.id}).text
    assert "收不回来" in clerk.submit(f"{talk}/withdraw", {"reply": kept.id}).text
    assert office.say("喂").ruling is Ruling.SILENT


def test_long_words_wait_for_a_reply_with_room(silent_account: Office) -> None:
    office = silent_account
    office.say("在吗")
    clerk = mediator(office)
    talk = talk_of(clerk)
    answer(clerk, talk, "甲" * 500)
    answer(clerk, talk, "乙" * 500)

    first, second = office.heard("喂"), office.heard("还有吗")

    assert "甲" * 500 in first
    assert "乙" * 500 in second
    assert max(len(one.encode()) for one in (first, second)) <= MAX_REPLY_BYTES


def test_bad_words_are_refused(silent_account: Office) -> None:
    office = silent_account
    office.say("在吗")
    clerk = mediator(office)
    talk = talk_of(clerk)

    assert "还没有写" in clerk.submit(f"{talk}/reply", {"text": " ", "once": "1"}).text
    assert "最多 500 字" in answer(clerk, talk, "长" * 501)
    assert "还是空的" in clerk.submit(f"{talk}/note", {"text": "\n"}).text
    assert office.count(replies_table) == 0


def test_every_reading_is_logged_and_no_openid_is_shown(silent_account: Office) -> None:
    office = silent_account
    office.say(f"{QUESTION}，电话13812345678")
    clerk = mediator(office)
    clerk.get("/console/talks?q=离婚")
    talk = talk_of(clerk)
    page = clerk.get(talk).text
    clerk.submit(f"{talk}/note", {"text": "备注"})
    shown = office.clerk("所长", Role.ADMIN).get("/console/audit").text

    assert "13812345678" not in page
    for seen in (page, shown, clerk.get("/console/talks").text):
        assert OPENID not in seen
    for deed in ("看对话", "查找对话", "写备注"):
        assert deed in shown
    assert NAME in shown


def test_a_search_finds_what_was_said_and_nothing_else(silent_account: Office) -> None:
    office = silent_account
    office.say(QUESTION, "o1")
    office.say(UNKNOWN_QUESTION, "o2")
    clerk = mediator(office)

    def found(query: str) -> list[str]:
        page = clerk.get(f"/console/talks?{query}").text
        return [name for name in ("o1", "o2") if talks.nickname(name) in page]

    assert found("") == ["o1", "o2"]
    assert found("q=冷静") == ["o1"]
    assert found("q=冷静 隔热") == []
    assert found("q=%25") == []
    assert found("decision=fallback") == ["o2"]
    assert found("village=没有这个村") == []
    assert found("before=2") == ["o1"]


def test_handoffs_are_assigned_and_closed(silent_account: Office, watch: Watch) -> None:
    office = silent_account
    with office.database.transaction() as connection:
        waiting.record_handoff(
            connection,
            openid=OPENID,
            kind="mediation",
            text="地边的事",
            village="东村",
            phone="13812345678",
            media_id="",
            now=watch(),
        )
    clerk, other = mediator(office), mediator(office, "小李")
    page = clerk.get("/console/waiting").text
    assert "还没人办" in page
    assert "13812345678" in page
    chosen = re.search(r'<option value="(\d+)">小李', page)
    assert chosen

    assert "已交给小李" in clerk.submit("/console/waiting/1/assign", {"to": chosen.group(1)}).text
    assert "小李在办" in other.get("/console/waiting").text
    assert "没有交出去" in clerk.submit("/console/waiting/1/assign", {"to": "99"}).text
    assert "地边的事" in other.get("/console/talks/h1").text
    assert "已办完" in other.submit("/console/waiting/1/close").text
    assert "别人已经办完" in clerk.submit("/console/waiting/1/close").text
    assert "没有交出去" in clerk.submit("/console/waiting/1/assign").text
    assert "登记了，等工作人员联系" not in clerk.get("/console/").text


def test_canned_replies_fill_the_box(silent_account: Office) -> None:
    office = silent_account
    office.say("在吗")
    clerk = mediator(office)
    talk = talk_of(clerk)

    assert re.search(
        r"<textarea id=\"text\"[^>]*>\s*您好，您的留言收到了", clerk.get(f"{talk}?use=0").text
    )
    assert clerk.get(f"{talk}?use=99").status_code == 200
    assert clerk.get(f"{talk}?use=x").status_code == 200


@pytest.mark.parametrize("reference", ["m0", "m99", "x1", "m", "m1'--", "h1", "a1", "m" + "9" * 30])
def test_an_address_that_means_nobody_is_a_plain_404(
    silent_account: Office, reference: str
) -> None:
    clerk = mediator(silent_account)
    response = clerk.get(f"/console/talks/{reference}")

    assert response.status_code == 404
    assert "没有这段对话" in response.text


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


def _show_hostile(office: Office, clerk: Clerk) -> list[str]:
    with office.database.transaction() as connection:
        waiting.record_handoff(
            connection,
            openid=OPENID,
            kind="person",
            text=HOSTILE,
            village=HOSTILE[:60],
            phone=HOSTILE[:30],
            media_id=HOSTILE,
            now=office.parts.clock(),
        )
        waiting.raise_alarm(
            connection, openid=OPENID, sign=HOSTILE[:60], text=HOSTILE, now=office.parts.clock()
        )
        connection.execute(residents.update().values(village=HOSTILE[:60]))
    talk = talk_of(clerk)
    answer(clerk, talk, HOSTILE)
    clerk.submit(f"{talk}/note", {"text": HOSTILE})
    return ["/console/talks", talk, "/console/waiting", "/console/", "/console/misses"]


def test_what_residents_write_stays_text(silent_account: Office) -> None:
    office = silent_account
    office.say(HOSTILE)
    clerk = mediator(office)
    for path in _show_hostile(office, clerk):
        page = clerk.get(path).text
        assert "<script>alert" not in page, path
        assert "<img" not in page, path
        assert ">49<" not in page, path


def test_a_resident_is_put_on_the_office_s_lists(silent_account: Office) -> None:
    silent_account.heard(QUESTION)
    clerk = mediator(silent_account)
    talk = talk_of(clerk)
    for chosen in ({"groups": ["法律明白人", "外人"]}, {"groups": ["工作人员"]}, {}):
        clerk.submit(f"{talk}/belonging", chosen)
        with silent_account.database.reading() as connection:
            names = memberships.list_names(connection, OPENID)
        assert names == {f"group:{one}" for one in chosen.get("groups", [])} - {"group:外人"}
