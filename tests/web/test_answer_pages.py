"""The public page of an entry: one sentence a line, a card, a code to scan, never stale."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Settings
from bot.knowledge.answer_text import split_ideas
from bot.knowledge.library import load_library
from bot.knowledge.rendering import ideas, page_html
from tests.web.conftest import Builder, Office
from tests.web.small_office import ANSWER, QUESTION

ADDRESS = "https://feisu.example"


@pytest.fixture
def known_address(build: Builder) -> Office:
    """An office whose pages phones can reach."""
    settings = build.settings
    build.settings = lambda **wechat: _with_address(settings(**wechat))  # type: ignore[method-assign]
    return build()


def _with_address(settings: Settings) -> Settings:
    server = settings.server.model_copy(update={"public_url": ADDRESS})
    return settings.model_copy(update={"server": server})


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("能退。先商量；再起诉！", ["能退。", "先商量；", "再起诉！"]),
        ("他说“不退。不给。”就走了。好", ["他说“不退。不给。”就走了。", "好"]),
        ("（一般三十天。特殊的更长。）别急。", ["（一般三十天。特殊的更长。）", "别急。"]),
        ("真的？！对。", ["真的？！", "对。"]),
        ("没有句号", ["没有句号"]),
        ("", []),
        ("”）。好。", ["”）。", "好。"]),
    ],
)
def test_one_idea_a_line(text: str, lines: list[str]) -> None:
    assert split_ideas(text) == lines


@given(st.text(alphabet="甲。！？；“”（）《》\n x"))
def test_no_word_is_lost_between_lines(text: str) -> None:
    assert "".join(split_ideas(text)) == text


def test_every_shipped_entry_has_a_page_without_an_overlong_line() -> None:
    library, _ = load_library(Path("knowledge"), Path("/nowhere"))
    for entry in library.in_use:
        assert ideas(entry.short_answer), entry.code
        bare = re.sub(r"<[^>]+>", "", page_html(entry))
        assert "<" not in bare, entry.code


def test_it_shows_one_sentence_a_line(office: Office) -> None:
    page = office.get("/a/202").text

    assert "<p>一般要退，看有没有领证、有没有一起过。</p>" in page


def test_the_card_says_it_short_and_where_to_ask(office: Office) -> None:
    card = office.get("/a/201/card").text

    assert QUESTION in card
    assert ANSWER in card
    assert "回复 <b>201</b>" in card
    assert "待司法所审核" in card
    assert "亲自去领证" not in card
    assert "待司法所审核" not in office.get("/a/202/card").text


def test_it_draws_a_code_only_where_phones_can_reach_the_page(
    office: Office, known_address: Office
) -> None:
    assert office.get("/a/201/qr.svg").status_code == 404
    assert "qr.svg" not in office.get("/a/201").text + office.get("/a/201/card").text

    code = known_address.get("/a/201/qr.svg")
    assert code.mimetype == "image/svg+xml"
    assert code.text.count("<path") >= 1
    assert "<script" not in code.text
    page = known_address.get("/a/201").text
    assert f'<link rel="canonical" href="{ADDRESS}/a/201">' in page
    assert "qr.svg" in page


@pytest.mark.parametrize("path", ["/a/203/card", "/a/203/qr.svg", "/a/999/card", "/a/x/qr.svg"])
def test_what_is_out_of_use_has_neither(known_address: Office, path: str) -> None:
    assert known_address.get(path).status_code == 404


def test_a_phone_keeps_the_page_and_asks_whether_it_is_still_right(office: Office) -> None:
    first = office.app.test_client().get("/a/201")
    again = office.app.test_client().get("/a/201", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert (again.status_code, again.data) == (304, b"")


def test_it_shows_a_hostile_name_as_text(office: Office) -> None:
    assert "文&lt;山&gt;司法所" in office.get("/a/201/card").text
