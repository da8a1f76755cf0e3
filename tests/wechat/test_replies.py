"""A reply as WeChat's clients show it."""

import re
import unicodedata
from xml.etree import ElementTree

import pytest
import regex
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import MAX_REPLY_BYTES, Inbound, InboundKind, Link, Reply, Tap
from bot.wechat.replies import cut_text, render_reply_xml, render_text

TAPS = (Tap("离婚要多久", "201"), Tap("彩礼退不退", "彩礼退不退"))
LINK = Link("看全文", "https://feisu.example/a/201")
FAMILY = "👨‍👩‍👧‍👦"


def size(text):
    return len(text.encode())


def test_it_writes_text_taps_link_and_note_in_this_order():
    assert render_text(Reply("请选一个：", TAPS, LINK, "内容待审核")) == (
        "请选一个：\n"
        '<a href="weixin://bizmsgmenu?msgmenucontent=201&msgmenuid=1">1. 离婚要多久</a>\n'
        '<a href="weixin://bizmsgmenu?msgmenucontent=彩礼退不退&msgmenuid=2">2. 彩礼退不退</a>\n'
        '<a href="https://feisu.example/a/201">看全文</a>\n'
        "内容待审核"
    )


def test_it_writes_a_text_alone_without_a_trailing_line():
    assert render_text(Reply("  三十天。\n")) == "三十天。"


def test_it_writes_taps_without_a_text():
    assert render_text(Reply("", TAPS[:1])).startswith("<a href=")


def test_it_says_nothing_for_an_empty_reply():
    assert render_text(Reply("")) == ""
    assert render_text(Reply("\x00\x0b \n")) == ""


@pytest.mark.parametrize(
    "typed", ['<a href="https://bad.example">领奖</a>', "<script>", "</a>", "a<b>c", "]]>"]
)
def test_it_never_lets_anybodys_text_become_a_tag(typed):
    tap = Tap(typed, typed)
    rendered = render_text(Reply(typed, (tap,), Link(typed, "https://x.example"), typed))
    assert re.sub(r'<a href="[^"<>]*">[^<>]*</a>', "", rendered).count("<") == 0
    assert rendered.count("<a ") == 2


@pytest.mark.parametrize("character", list("<>&\"'%#+?="))
def test_it_keeps_markup_out_of_what_a_tap_sends(character):
    """And the resident's own words come back, once full-width is folded as in every message."""
    rendered = render_text(Reply("", (Tap("问", f"甲{character}乙"),)))
    sent = re.search(r"msgmenucontent=(.*)&msgmenuid=1\"", rendered).group(1)
    assert character not in sent
    assert unicodedata.normalize("NFKC", sent) == f"甲{character}乙"


def test_it_keeps_a_tap_on_one_line():
    assert "\n" not in render_text(Reply("", (Tap("一\r\n二", "三\n四"),)))


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://x.example/a?b=1&c=2#d", "https://x.example/a?b=1&c=2#d"),
        ("https://x.example/好%20", "https://x.example/%E5%A5%BD%20"),
        ('https://x.example/"><b', "https://x.example/%22%3E%3Cb"),
        ("https://x.example/a b'\n", "https://x.example/a%20b%27%0A"),
    ],
)
def test_it_writes_an_address_that_cannot_leave_its_attribute(url, written):
    assert render_text(Reply("", link=Link("看", url))) == f'<a href="{written}">看</a>'


@pytest.mark.parametrize("url", ["javascript:alert(1)", "weixin://x", "/a/201", ""])
def test_it_makes_no_link_of_what_is_no_web_address(url):
    assert render_text(Reply("", link=Link("看", url))) == f"看：{url}"


@pytest.mark.parametrize("bytes_", [1999, 2000, 2001, 2047, 2048, 2049, 9000])
@pytest.mark.parametrize("letter", ["a", "法", "𠮷"])
def test_it_stays_within_the_limit_and_cuts_only_when_it_must(bytes_, letter):
    text = letter * (bytes_ // size(letter)) + "a" * (bytes_ % size(letter))
    rendered = render_text(Reply(text))
    assert size(rendered) <= MAX_REPLY_BYTES
    assert (rendered == text) is (bytes_ <= MAX_REPLY_BYTES)
    assert rendered == text or (rendered.endswith("…") and size(rendered) > MAX_REPLY_BYTES - 8)


@pytest.mark.parametrize(
    "grapheme", [FAMILY, "é", "🇨🇳", "👍🏽", "नि", "❤️", "שָׁ", "\r\n"[1]], ids=ascii
)
@pytest.mark.parametrize("lead", ["", "a", "ab", "abc"])
def test_it_never_cuts_inside_what_a_reader_sees_as_one_sign(grapheme, lead):
    text = lead + (grapheme * 700 if grapheme != "\n" else "甲\n" * 700)
    kept = cut_text(text, MAX_REPLY_BYTES).removesuffix("…")
    whole = regex.findall(r"\X", text)
    assert regex.findall(r"\X", kept) == whole[: len(regex.findall(r"\X", kept))]


def test_it_cuts_the_text_and_keeps_all_else_whole():
    long = Reply("很长的答复。" * 300, TAPS, LINK, "内容待审核")
    rendered = render_text(long)
    tail = render_text(Reply("", TAPS, LINK, "内容待审核"))
    assert rendered.endswith("…\n" + tail)
    assert MAX_REPLY_BYTES - 8 < size(rendered) <= MAX_REPLY_BYTES


@pytest.mark.parametrize(("spare", "whole"), [(0, True), (-1, False)])
def test_it_uses_the_last_byte_beside_a_tail(spare, whole):
    tail = "\n" + render_text(Reply("", TAPS))
    text = "x" * (MAX_REPLY_BYTES - size(tail) - spare)
    rendered = render_text(Reply(text, TAPS))
    assert (rendered == text + tail, size(rendered) <= MAX_REPLY_BYTES) == (whole, True)


def test_it_leaves_whole_lines_out_when_even_they_are_too_many():
    taps = tuple(Tap("问" * 50, "答" * 50) for _ in range(20))
    rendered = render_text(Reply("说明" * 40, taps, LINK, "内容待审核"))
    assert size(rendered) <= MAX_REPLY_BYTES
    assert rendered.startswith("说明" * 40 + "\n")
    assert rendered.count("<a ") == rendered.count("</a>") > 3


TEXTS = st.text(st.characters(), max_size=1500) | st.text(st.sampled_from(FAMILY + "<>&]ab法\n"))


@given(text=TEXTS, label=TEXTS, message=TEXTS, note=TEXTS)
def test_it_keeps_its_promises_for_any_text(text, label, message, note):
    rendered = render_text(Reply(text, (Tap(label, message),), LINK, note))
    assert size(rendered) <= MAX_REPLY_BYTES
    rest = re.sub(r'<a href="[^"<>]*">[^<>]*</a>', "", rendered)
    assert not set(rest) & set("<>")


UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud83d\ufffe\uffff]")
HOSTILE = [
    "a]]></Content><MsgType><![CDATA[image]]></MsgType><Content><![CDATA[b",
    "]]>",
    "]]]]>>",
    "</xml>",
    "甲\x00\x01\x08\x0b\x0c\x1f\ufffe\uffff乙",
    "\ud83d 半个表情",
    "{0} %s {encrypt} &amp; & <script>alert(1)</script>",
    "",
]


@pytest.mark.parametrize("content", HOSTILE)
def test_it_writes_xml_that_holds_the_text_and_nothing_else(content, now):
    inbound = Inbound(openid="o1", kind=InboundKind.TEXT, key="m:o1:1", account="gh")
    xml = render_reply_xml(inbound, content, now)
    root = ElementTree.fromstring(xml)
    names = ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]
    assert [child.tag for child in root] == names
    assert [root.findtext(name) for name in names[:2]] == ["o1", "gh"]
    assert root.findtext("MsgType") == "text"
    assert root.findtext("Content") == re.sub(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\ud83d\ufffe\uffff]", "", content
    )
    assert xmltodict.parse(xml)["xml"]["MsgType"] == "text"


@given(content=st.text(st.characters(), max_size=200))
def test_it_writes_well_formed_xml_for_any_text(content, now):
    inbound = Inbound(openid="o1", kind=InboundKind.TEXT, key="m:o1:1", account="gh")
    root = ElementTree.fromstring(render_reply_xml(inbound, content, now))
    assert len(root) == 5
