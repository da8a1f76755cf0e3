"""How articles are written: `民法典1042` in files, `《民法典》第1042条` in replies."""

import re
from collections.abc import Iterator

import cn2an

from bot.knowledge.article_reference import MAIN_LAWS, find_article_reference
from bot.knowledge.entries import Citation
from bot.knowledge.numerals import NUMERAL, parse_numeral

__all__ = [
    "MAIN_LAWS",
    "display_citation",
    "find_article_reference",
    "find_mentions",
    "parse_citation",
]

_CITATION = re.compile(r"([一-鿿]{2,30}) ?([0-9]{1,4})(?:之([0-9]{1,2}))?")
_MENTION = re.compile(
    rf"(?:《(?:中华人民共和国)?([一-鿿]{{2,30}})》|(民法典|宪法|行政复议法))"
    rf"第({NUMERAL}+)条(?:之({NUMERAL}{{1,3}}))?"
)


def parse_citation(text: str) -> Citation | None:
    """Parse a citation as files spell it: `民法典1042`, `刑法120之1`."""
    found = _CITATION.fullmatch(text.strip())
    if not found:
        return None
    law, article, inserted = found.groups()
    number = str(int(article)) + (f"之{int(inserted)}" if inserted else "")
    return Citation(law, number)


def display_citation(citation: Citation) -> str:
    """Spell a citation for residents: `《民法典》第1079条`."""
    article, _, inserted = citation.number.partition("之")
    suffix = "之" + cn2an.an2cn(inserted) if inserted else ""
    return f"《{citation.law}》第{article}条{suffix}"


def find_mentions(text: str) -> Iterator[Citation]:
    """Yield the articles an answer names in its prose: `《民法典》第1079条`."""
    for titled, plain, article, inserted in _MENTION.findall(text):
        number = parse_numeral(article)
        suffix = f"之{parse_numeral(inserted)}" if inserted else ""
        if number:
            yield Citation(titled or plain, f"{number}{suffix}")
