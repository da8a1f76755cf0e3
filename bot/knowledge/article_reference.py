"""The article a resident asks for, in whatever spelling: `民法点第一千零七十九条讲的啥`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.knowledge.entries import Citation
from bot.knowledge.numerals import NUMERAL, parse_numeral
from bot.retrieval import normalise

MAIN_LAWS = ("民法典", "宪法", "行政复议法")
"""The laws residents may name even where nothing is imported."""

_ARTICLE_COUNTS = {"民法典": 1260, "宪法": 143, "行政复议法": 90}
_MOST_ARTICLES = 999

# Slips of the ear, the keyboard and the recogniser; safe enough to stand before a bare number.
_SPELLINGS = {
    "民法典": (
        "[民明名敏][法发罚][典点店电殿垫碘]|民典[法发]|(?<![公农村居市人渔移])民法(?!总则|通则|院)"
    ),
    "宪法": "宪[发罚]",
    "行政复议法": (
        "(?:[行形型刑][政正证整])?[复付府服负覆富副腹][议义意仪译易异以宜][法发罚]"
        "|行政[复付服][法发]议|行政[法发]复议"
    ),
}
# Words that may be something else: they need `第` or `条` beside the number.
_LOOSE_SPELLINGS = {"民法典": "法典|民典", "宪法": "[县现献限先显]法"}
_SHORT_NAMES = {
    "村民委员会组织法": "村委会组织法|村组法",
    "农村土地承包法": "土地承包法",
    "反家庭暴力法": "反家暴法",
    "未成年人保护法": "未保法",
    "妇女权益保障法": "妇女法|妇女保护法",
    "老年人权益保障法": "老年法|老年人保护法|老年人保障法",
    "民事诉讼法": "民诉法",
    "行政诉讼法": "行诉法",
    "政府信息公开条例": "信息公开条例",
}

_BETWEEN = r"\s*(?:(?:里面|里边|里头|规定|的|里|中|上|那个|这个|关于|[一-鿿]{2,4}编)\s*)*"
_NUMBER = rf"(?P<number>(?<!\d)\d{{1,4}}(?!\d)|{NUMERAL}{{1,9}})"
_INSERTED = r"(?:\s*之\s*(?P<inserted>\d{1,2}|[一二三四五六七八九十]{1,3}))?"
_BESIDE = re.compile(rf"{_BETWEEN}(?P<nth>第\s*)?{_NUMBER}\s*(?P<article>条)?{_INSERTED}")
# What makes a number beside a law's name an amount, a date, a phrase or a part of the book.
_UNIT = re.compile(
    r"\s*[元块毛角万亿千百本页个年月日号岁天人次分点多余几章编节款项版部种度平亩米斤套册周届些下共起直样般定边旦时科家户名位队辆%]"
)
_CHINESE_GAP = re.compile(r"(?<=[一-鿿]) (?=[一-鿿])")
_ASKING = r"\s*(?=$|[讲说是规内写的啥怎有吗呢什吧])"
_BARE = re.compile(rf"第\s*{_NUMBER}\s*条{_INSERTED}(?P<asking>{_ASKING})?")
_OPENING = re.compile(rf"\s*{_NUMBER}\s*条{_INSERTED}(?P<asking>{_ASKING})")
# Somebody else's article: another law, or the resident's own contract.
_OTHER_TEXT = re.compile(
    r"(?<![违犯合没无方说想看做用守普非司执立])法(?![律院官庭人治规制定])"
    r"|条例|规定|解释|办法|规则|合同|协议|章程|公约|民约|保险|保单|通知|文件|制度|守则|修正案|意见"
)


def find_article_reference(text: str, laws: Iterable[str]) -> Citation | None:
    """Find the article a resident asks for; None where none is named or it is not clear which.

    A number with no law beside it is 民法典 only where no other of the main laws is that long.
    """
    # Some type `民 法 典 第 一 条`.
    plain = _CHINESE_GAP.sub("", normalise(text))
    laws_named = _LawPattern.of(tuple(sorted(laws)))
    for law, is_sure, end in laws_named.find(plain):
        citation = _beside_law(law, plain, end, is_sure=is_sure)
        if citation:
            return citation
    return _without_law(plain, laws_named)


class _LawPattern:
    """Finds the names of laws in a text, exact ones first, the longest first."""

    def __init__(self, laws: Sequence[str]) -> None:
        exact = {(re.escape(normalise(law)), law) for law in {*laws, *MAIN_LAWS}}
        names = [(name, law, True) for name, law in sorted(exact, key=lambda pair: -len(pair[0]))]
        names += [(_SHORT_NAMES[law], law, True) for law in laws if law in _SHORT_NAMES]
        names += [(spelling, law, True) for law, spelling in _SPELLINGS.items()]
        names += [(spelling, law, False) for law, spelling in _LOOSE_SPELLINGS.items()]
        self._meanings = [(law, is_sure) for _, law, is_sure in names]
        self._regex = re.compile("|".join(f"({name})" for name, _, _ in names))

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, laws: tuple[str, ...]) -> "_LawPattern":
        """Build it once for the laws of one library."""
        return cls(laws)

    def find(self, text: str) -> Iterator[tuple[str, bool, int]]:
        """Yield each law named, whether the name is sure, and where it ends."""
        for found in self._regex.finditer(text):
            law, is_sure = self._meanings[(found.lastindex or 1) - 1]
            yield law, is_sure, found.end()

    def without(self, text: str) -> str:
        """Return the text with every law's name taken out."""
        return self._regex.sub(" ", text)


def _beside_law(law: str, plain: str, end: int, *, is_sure: bool) -> Citation | None:
    found = _BESIDE.match(plain, end)
    if not found:
        return None
    written = found.group("number")
    ordinal, article = bool(found.group("nth")), bool(found.group("article"))
    if not article and _UNIT.match(plain, found.end()):
        return None
    # `民法典一条都不懂` counts; `民法典第一条` and `民法典1条` name.
    if not ordinal and len(written) == 1 and not written.isascii() and written != "十":
        return None
    if not is_sure and not (ordinal or article):
        return None
    citation = _citation(law, found)
    most = _ARTICLE_COUNTS.get(law, _MOST_ARTICLES)
    if citation and not (ordinal or article) and citation.article > most:
        return None
    return citation


def _without_law(plain: str, laws_named: _LawPattern) -> Citation | None:
    mentioned = {law for law, is_sure, _ in laws_named.find(plain) if is_sure}
    found = _BARE.search(plain) or _OPENING.match(plain)
    if not found or len(mentioned) > 1:
        return None
    before = laws_named.without(plain[: found.start()])
    if _OTHER_TEXT.search(before):
        return None
    if mentioned:
        return _citation(mentioned.pop(), found) if found.re is _BARE else None
    citation = _citation("民法典", found)
    if citation is None or found.group("asking") is None:
        return None
    # Up to 143 it may as well be 宪法, up to 90 行政复议法.
    is_clear = _ARTICLE_COUNTS["宪法"] < citation.article <= _ARTICLE_COUNTS["民法典"]
    return citation if is_clear else None


def _citation(law: str, found: re.Match[str]) -> Citation | None:
    number = parse_numeral(found.group("number"))
    inserted = parse_numeral(found.group("inserted") or "0")
    if not number:
        return None
    return Citation(law, f"{number}之{inserted}" if inserted else str(number))
