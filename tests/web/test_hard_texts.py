"""Hard tests 19 to 21: what is said, in both directions."""

import time

import pytest
import regex

from bot.conversation.turn import Decision, Outcome, Turn
from bot.messages import MAX_REPLY_BYTES, Link, Reply, Tap
from bot.simulator import Ruling, Verdict
from bot.simulator.chat import parse_segments
from bot.simulator.pushes import text
from bot.storage.tables import inbox, misses
from tests.web.conftest import OPENID, Builder, Office
from tests.web.small_office import ANSWER, QUESTION

PATIENCE_SECONDS = 4.5
FAMILY = "👨‍👩‍👧‍👦"
ACCENTED = "é̂̃"
FLAG = "🇨🇳"


def saying(reply: Reply) -> Outcome:
    return Outcome(reply, Decision.ANSWER)


def answer_with(build: Builder, reply: Reply) -> Verdict:
    office = build(decide=lambda turn: saying(reply))
    verdict = office.say("问")
    assert verdict.ruling is Ruling.REPLY, verdict.reason
    assert verdict.warnings == ()
    assert len(verdict.text.encode()) <= MAX_REPLY_BYTES
    # What WeChat repeats is what was stored.
    with office.database.reading() as connection:
        assert connection.execute(inbox.select()).one().reply == verdict.text
    return verdict


def fill(unit: str, size: int) -> str:
    """Repeat a unit, and fill up with single bytes."""
    whole = size // len(unit.encode())
    return unit * whole + "x" * (size - whole * len(unit.encode()))


UNITS = ["x", "字", "𠮷", FAMILY, ACCENTED, FLAG, "مرحبا", "你好 "]


@pytest.mark.parametrize("size", [1999, 2000])
@pytest.mark.parametrize("unit", UNITS)
def test_hard_19_it_sends_whole_what_fits(build: Builder, unit: str, size: int) -> None:
    said = fill(unit, size).strip()

    assert answer_with(build, Reply(said)).text == said


@pytest.mark.parametrize("size", [2001, 2047, 2048, 2049, 6000])
@pytest.mark.parametrize("unit", UNITS)
def test_hard_19_it_cuts_between_characters_as_people_see_them(
    build: Builder, unit: str, size: int
) -> None:
    said = fill(unit, size)
    kept = answer_with(build, Reply(said)).text.removesuffix("…")

    assert said.startswith(kept)
    seen = regex.findall(r"\X", said)
    assert regex.findall(r"\X", kept) == seen[: len(regex.findall(r"\X", kept))]
    assert len(kept.encode()) > MAX_REPLY_BYTES - len(FAMILY.encode()) - len("…".encode()) - 1


@pytest.mark.parametrize("length", range(1960, 2010, 7))
def test_hard_19_it_never_cuts_inside_a_link(build: Builder, length: int) -> None:
    taps = (Tap("离婚要多久", "201"), Tap("彩礼怎么退", "202"))
    link = Link("看全文", "https://fs.example.cn/a/201?x=1&y=2")
    verdict = answer_with(build, Reply(fill("字", length), taps, link, note="（待审核）"))
    segments = parse_segments(verdict.text)

    assert [one.message for one in segments if one.message] == ["201", "202"]
    assert [one.href for one in segments if one.href] == [link.url]
    assert verdict.text.endswith("（待审核）")


def test_hard_19_it_keeps_whole_taps_when_they_are_too_many(build: Builder) -> None:
    taps = tuple(Tap("很长的一行" * 10, f"选项{number}") for number in range(40))
    verdict = answer_with(build, Reply("请选：", taps))

    kept = [one.message for one in parse_segments(verdict.text) if one.message]
    assert 3 < len(kept) < 40
    assert kept == [f"选项{number}" for number in range(len(kept))]


NASTY = [
    "a]]>b",
    "]]>" * 50,
    "a]]></Content><MsgType><![CDATA[image]]></MsgType><Content><![CDATA[b",
    "</xml>",
    "<![CDATA[",
    "<script>alert(1)</script>",
    '<a href="https://evil.example">点我</a>',
    '<a href="weixin://bizmsgmenu?msgmenucontent=x&msgmenuid=1">x</a>',
    "&amp;&lt;&#0;&nbsp;&",
    "{0} {name} %s %d %(x)s ${x} \\u0000 \\x00",
    "100% & 5 > 3 < 8 \"引号\" '单引号'",
    "'; DROP TABLE inbox; --",
]
"""What may be said as it is, and must not mean anything."""

UNSENDABLE = ["\x00", "a\x00b", "\x0b\x0c\x1f", "\ud800", "好\udfff", "\ufffe\uffff", "\x1b[31m"]


@pytest.mark.parametrize("mode", ["secure", "plain"])
@pytest.mark.parametrize("said", [*NASTY, *(f"好{said}" for said in UNSENDABLE)], ids=ascii)
def test_hard_20_a_nasty_reply_is_still_one_text(build: Builder, said: str, mode: str) -> None:
    office = build(decide=lambda turn: saying(Reply(said)), mode=mode)
    verdict = office.say("问")

    assert (verdict.ruling, verdict.kind) == (Ruling.REPLY, "text"), verdict.reason
    assert [one for one in parse_segments(verdict.text) if one.href or one.message] == []
    assert "<script" not in verdict.text


@pytest.mark.parametrize("said", [*NASTY, *UNSENDABLE], ids=ascii)
@pytest.mark.parametrize("place", ["tap", "message", "link", "note"])
def test_hard_20_nasty_parts_of_a_reply_do_not_break_it(
    build: Builder, said: str, place: str
) -> None:
    reply = {
        "tap": Reply("好", (Tap(said, "201"),)),
        "message": Reply("好", (Tap("点我", said),)),
        "link": Reply("好", link=Link(said, f"https://fs.example.cn/{said}")),
        "note": Reply("好", note=said),
    }[place]
    office = build(decide=lambda turn: saying(reply))
    verdict = office.say("问")

    assert (verdict.ruling, verdict.kind) == (Ruling.REPLY, "text"), verdict.reason
    assert len([one for one in parse_segments(verdict.text) if one.href or one.message]) <= 1
    assert "evil.example" not in "".join(
        one.href for one in parse_segments(verdict.text) if place != "link"
    )


@pytest.mark.parametrize("said", NASTY, ids=ascii)
def test_hard_20_what_a_resident_writes_is_echoed_harmlessly(build: Builder, said: str) -> None:
    """And a resident cannot make our reply carry a link."""

    def echo(turn: Turn) -> Outcome:
        return saying(Reply(f"您说的是：{turn.message.text}", note=turn.message.text))

    office = build(decide=echo)
    verdict = office.say(said)
    assert (verdict.ruling, verdict.kind) == (Ruling.REPLY, "text"), verdict.reason
    assert [one for one in parse_segments(verdict.text) if one.href or one.message] == []


@pytest.mark.parametrize("said", [" ", "\n\n", "\x00", "\ud800\udfff"], ids=ascii)
def test_hard_20_a_reply_of_nothing_is_silence(build: Builder, said: str) -> None:
    """Not a text with an empty Content, at which WeChat shows its error."""
    office = build(decide=lambda turn: saying(Reply(said)))

    assert office.say("问").ruling is Ruling.SILENT


ODD_TEXTS = {
    "nothing": "",
    "blanks": " \u3000\t ",
    "zero width": "\u200b\u200d\ufeff",
    "emoji": "😭😭😭",
    "family": FAMILY,
    "question mark": "？",
    "dots": "。。。。",
    "placeholder": "【收到不支持的消息类型，暂无法显示】",
    "2000 characters": "我家的地被邻居占了怎么办" * 167,
    "2000 times one": "一" * 2000,
    "2000 digits": "1" * 2000,
    "2000 blanks": " " * 2000,
    "2000 times 第": "第" * 2000,
    "2000 brackets": "（《" * 1000,
    "2000 times a law": "民法典第" * 500,
    "2000 times 不": "不是" * 1000,
    "2000 times a number": "一百二十条" * 400,
    "many clauses": "我要离婚，" * 400,
    "many lines": "离婚\n" * 600,
    "many dates": "2026年1月1日" * 150,
    "many emoji": FAMILY * 60,
    "stacked accents": "a" + "\u0301" * 1900,
    "sql": "' OR 1=1; DROP TABLE residents; --",
    "regex": "(a+)+$ [[[ \\ ^.*?{9999999} (?P<x>",
    "full text search": '"离婚 NEAR/2 *" AND NOT OR (x) col:y ^',
    "format": "%s %n {} {0.__class__} $(rm -rf /) `id`",
    "path": "../../../../etc/passwd\x7f",
    "link": '<a href="https://x.example">离婚</a>',
    "fullwidth": "２０１",
    "traditional": "離婚冷靜期有多久",
    "right to left": "مرحبا ‮离婚‬",
    "private use": "\ue000\uf8ff",
    "beyond": "𠮷𠮷𠮷野家",
    "mathematical": "𝟐𝟎𝟏",
    "nul written": "\\u0000&#0;",
    "json": '{"a": [1, 2, {"b": null}]}',
    "code of nothing": "999",
    "endless code": "2" * 300,
    "phone": "我电话13812345678，身份证371329199001011234",
}
SILENT_TEXTS = {"placeholder"}


@pytest.mark.parametrize("name", ODD_TEXTS)
def test_hard_21_it_answers_whatever_is_typed_in_time(office: Office, name: str) -> None:
    started = time.monotonic()
    verdict = office.say(ODD_TEXTS[name])

    assert time.monotonic() - started < PATIENCE_SECONDS
    assert verdict.ruling is (Ruling.SILENT if name in SILENT_TEXTS else Ruling.REPLY)
    assert (verdict.warnings, office.resident().version) == ((), 1)
    # Still there, and still answering.
    assert ANSWER in office.heard(QUESTION)


@pytest.mark.parametrize("name", ODD_TEXTS)
def test_hard_21_it_answers_whatever_is_typed_in_the_middle_of_a_talk(
    office: Office, name: str
) -> None:
    office.heard("人工")
    office.say(ODD_TEXTS[name])

    assert office.heard("取消")


@pytest.mark.parametrize("name", ["fullwidth", "traditional", "mathematical"])
def test_hard_21_it_understands_other_ways_of_writing(office: Office, name: str) -> None:
    assert ANSWER in office.heard(ODD_TEXTS[name])


@pytest.mark.parametrize("name", ["nothing", "blanks", "emoji", "placeholder", "dots"])
def test_hard_21_what_says_nothing_is_no_question_for_staff(office: Office, name: str) -> None:
    office.say(ODD_TEXTS[name])

    assert office.count(misses) == 0


def test_hard_21_personal_numbers_are_masked_before_they_are_kept(office: Office) -> None:
    office.heard(ODD_TEXTS["phone"])
    with office.database.reading() as connection:
        kept = [str(row) for table in (inbox, misses) for row in connection.execute(table.select())]

    assert kept
    assert "13812345678" not in "".join(kept)
    assert "371329199001011234" not in "".join(kept)


def test_hard_21_a_missing_content_is_an_empty_text(office: Office) -> None:
    push = office.account.stamp(text(OPENID, ""))
    xml = (
        f"<xml><ToUserName>{office.account.original_id}</ToUserName><FromUserName>{OPENID}"
        "</FromUserName><CreateTime>1795449600</CreateTime><MsgType>text</MsgType>"
        "<MsgId>1</MsgId></xml>"
    )
    response = office.post_sealed(office.seal_xml(xml))

    assert office.judge(response, push).ruling is Ruling.REPLY
