"""Entries as residents read them."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.answer_text import render_html, render_plain
from bot.knowledge.entries import Entry, EntryStatus
from bot.knowledge.parser import parse_faq
from bot.knowledge.rendering import entry_html, first_reply, rest_of_answer


@pytest.fixture
def entry(good: str) -> Entry:
    written, _ = parse_faq(good, "a.md")
    return written[0].entry


def test_it_says_the_conclusion_first_and_who_stands_behind_it_last(entry: Entry) -> None:
    assert first_reply(entry).split("\n") == [
        "从递交申请那天起有三十天，期间任何一方都可以撤回。",
        "依据：《民法典》第1077条、第1076条",
        "下一步：想好了再去。",
        "（内容待司法所审核，仅供参考）",
    ]


def test_it_names_the_approver_and_the_review_date(entry: Entry) -> None:
    approved = replace(
        entry,
        status=EntryStatus.APPROVED,
        approver="张三",
        approved_on=date(2026, 3, 5),
        review_by=date(2027, 3, 5),
    )
    assert first_reply(approved).endswith("\n（张三 2026-03-05 审核，2027-03-05前复核）")


def test_it_leaves_out_what_is_not_there(entry: Entry) -> None:
    bare = replace(entry, citations=(), next_step="", full_answer="")
    assert first_reply(bare).count("\n") == 1
    assert rest_of_answer(bare) == entry_html(bare) == ""


def test_it_strips_markdown_for_wechat(entry: Entry) -> None:
    assert rest_of_answer(entry) == "期满后再一起去领证。\n· 带好身份证\n· 带好协议"


def test_it_renders_the_page(entry: Entry) -> None:
    assert entry_html(entry) == (
        "<p>期满后再<strong>一起</strong>去领证。</p>\n"
        "<ul>\n<li>带好身份证</li>\n<li>带好协议</li>\n</ul>\n"
    )


@pytest.mark.parametrize(
    "markdown",
    [
        "**《民法典》**第1042条",
        "他说**“可以退”**的",
        "**注意：**要有字据",
        "应当**（一）**先到",
        "见**第3条。**然后",
        "甲**乙**丙",
        "a **b** c",
        "金额**500元**以内",
    ],
)
def test_it_shows_bold_beside_chinese_punctuation(markdown: str) -> None:
    html = render_html(markdown)
    assert "*" not in html
    assert html.count("<strong>") == html.count("</strong>") == 1
    assert render_plain(markdown) == markdown.replace("*", "")


def test_it_keeps_line_breaks_numbers_and_sums() -> None:
    assert render_plain("一行\n二行\n\n1. 甲\n2. 乙") == "一行\n二行\n1. 甲\n2. 乙"
    assert "一行<br>" in render_html("一行\n二行")
    assert render_plain("3*5*2 元") == "3*5*2 元"
    assert render_html("3*5*2 元") == "<p>3*5*2 元</p>\n"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "[点我](javascript:alert(1))",
        "![图](http://a.cn/x.png)",
        "<http://a.cn>",
        "<img src=x onerror=alert(1)>",
        '- "><svg/onload=1>',
        "&lt;b&gt;",
        "# 标题",
    ],
)
def test_it_lets_nothing_but_text_lists_and_bold_onto_the_page(attack: str) -> None:
    html = render_html(attack)
    for allowed in ("p", "ul", "li", "ol", "strong", "br"):
        html = html.replace(f"<{allowed}>", "").replace(f"</{allowed}>", "")
    assert "<" not in html
    assert ">" not in html


@given(st.text(alphabet="甲《“*_-# \n1.<>&\\[]()"))
def test_it_never_raises_and_escapes_everything(markdown: str) -> None:
    render_plain(markdown)
    html = render_html(markdown)
    for name in ("p", "ul", "li", "ol", "strong", "br"):
        html = html.replace(f"<{name}>", "").replace(f"</{name}>", "")
    assert "<" not in html.replace('<ol start="1', "")
