"""Answers as plain text for WeChat and as safe HTML for the page, out of the same markdown."""

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.parser_inline import ParserInline
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_MARKUP = re.compile(r"[*_\\\n]|^\s*(?:[-+]|[0-9]{1,9}[.)])(?:\s|$)")
_BULLET = "· "
_SINGLE_STARS = ("em_open", "em_close")


class _ChineseState(StateInline):
    """Lets `**` open and close beside Chinese characters and quotation marks.

    CommonMark decides by spaces and ASCII punctuation, so `**《民法典》**第1042条` would print
    its asterisks: https://github.com/commonmark/commonmark-spec/issues/650
    """

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        scanned = super().scanDelims(start, canSplitWord)
        before = self.src[start - 1] if start else " "
        end = start + scanned.length
        after = self.src[end] if end < self.posMax else " "
        if not (_is_chinese(before) or _is_chinese(after)):
            return scanned
        return Scanned(not after.isspace(), not before.isspace(), scanned.length)


class _ChineseInline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _ChineseState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _is_chinese(character: str) -> bool:
    """Characters, full-width punctuation, and the quotes and dashes Chinese shares."""
    return character >= "\u2e80" or "\u2010" <= character <= "\u2027"


def _build_parser() -> MarkdownIt:
    # A line break typed is a line break meant: clerks do not know of trailing spaces.
    parser = MarkdownIt("zero", {"html": False, "breaks": True})
    inline = _ChineseInline()
    inline.ruler, inline.ruler2 = parser.inline.ruler, parser.inline.ruler2
    parser.inline = inline
    # All that answers may use. Anything else stays the text it is, so that no link, image or
    # tag can reach the page.
    parser.enable(["list", "newline", "escape", "emphasis"])
    # Single stars are sums (3*5*2), not emphasis: they are shown as they were typed.
    for name in _SINGLE_STARS:
        parser.add_render_rule(name, _render_markup)
    return parser


def _render_markup(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return tokens[index].markup


_ENDS = "。！？；"
_OPENS, _CLOSES = "“‘（《【", "”’）》】"


def split_ideas(text: str) -> list[str]:
    """Cut after each sentence that is not inside quotation marks or brackets; nothing is lost."""
    ideas, start, depth = [], 0, 0
    for place, character in enumerate(text):
        if character in _OPENS:
            depth += 1
        elif character in _CLOSES:
            depth = max(0, depth - 1)
        following = text[place + 1 : place + 2]
        # A bracket that holds whole sentences ends one; what is quoted is part of another.
        ends = character in _ENDS or (character == "）" and text[place - 1 : place] in (*_ENDS,))
        if ends and depth == 0 and following not in (*_ENDS, *_CLOSES):
            ideas.append(text[start : place + 1])
            start = place + 1
    return [*ideas, text[start:]] if text[start:] else ideas


def _render_ideas(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    lines = [escapeHtml(idea) for idea in split_ideas(tokens[index].content)]
    return "<br>\n".join(lines)


def _build_page_parser() -> MarkdownIt:
    parser = _build_parser()
    parser.add_render_rule("text", _render_ideas)
    return parser


_PARSER = _build_parser()
_PAGE_PARSER = _build_page_parser()


def render_html(markdown: str) -> str:
    """Render as HTML that holds nothing but paragraphs, lists, breaks and bold."""
    html: str = _PARSER.render(markdown)
    return html


def render_page(markdown: str) -> str:
    """Render as `render_html` does, each sentence on a line of its own."""
    html: str = _PAGE_PARSER.render(markdown)
    return html


@lru_cache(maxsize=4096)
def render_plain(markdown: str) -> str:
    """Render as the plain text WeChat shows: bold stripped, list items behind a dot."""
    if not _MARKUP.search(markdown):
        return markdown.strip()  # nine lines of ten: no need to parse them
    lines: list[str] = []
    prefix = ""
    for token in _PARSER.parse(markdown):
        if token.type == "list_item_open":
            prefix = f"{token.info}{token.markup} " if token.info else _BULLET
        elif token.type == "inline":
            lines.append(prefix + _inline_text(token.children or []))
            prefix = ""
    return "\n".join(lines)


def _inline_text(tokens: Sequence[Token]) -> str:
    return "".join(map(_token_text, tokens))


def _token_text(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return token.markup if token.type in _SINGLE_STARS else token.content
