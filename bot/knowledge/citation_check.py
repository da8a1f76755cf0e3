"""Does every article that is cited exist, unchanged and in force?"""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.errors import Problem, Severity
from bot.knowledge.citation_lock import CitationLock, fingerprint_article
from bot.knowledge.citations import MAIN_LAWS, display_citation
from bot.knowledge.entries import Citation
from bot.knowledge.statute_labels import KNOWN_LABELS
from bot.knowledge.statutes import Article, Statute, StatuteShelf

_RELOCK = "核对答案后运行 feisu statutes lock"


@dataclass(frozen=True)
class CitedAt:
    """One citation and where it is written."""

    citation: Citation
    path: str
    line: int


@dataclass(frozen=True)
class Verification:
    """`wrong` makes an answer unfit to be given; `unverified` only says nobody has looked."""

    wrong: list[Problem]
    unverified: list[Problem]


def verify_citations(
    cited: Iterable[CitedAt],
    shelf: StatuteShelf,
    lock: CitationLock,
    lock_path: str,
    today: date | None,
) -> Verification:
    """Check each citation against the imported text, or else against the lock."""
    checker = _Checker(shelf, lock, today)
    places = list(cited)
    wrong, unverified = [], list(checker.describe_limits(places, lock_path))
    for place in places:
        for text in checker.find_wrong(place.citation):
            wrong.append(Problem(place.path, place.line, text))
        if checker.is_unverified(place.citation):
            how = "citations.lock 里没有它，导入法律文本后运行 feisu statutes lock"
            text = f"{display_citation(place.citation)}没有核对过：{how}"
            unverified.append(Problem(place.path, place.line, text))
    return Verification(wrong, unverified)


class _Checker:
    def __init__(self, shelf: StatuteShelf, lock: CitationLock, today: date | None) -> None:
        self.shelf = shelf
        self.lock = lock
        self.today = today
        self.known_laws = {*MAIN_LAWS, *KNOWN_LABELS, *shelf.laws, *lock.laws}

    def describe_limits(self, places: Sequence[CitedAt], lock_path: str) -> Iterator[Problem]:
        """Say once what cannot be looked up here, and once what is not locked yet."""
        cited = {place.citation for place in places}
        missing = {citation.law for citation in cited} & self.known_laws - {*self.shelf.laws}
        if missing:
            names = "、".join(sorted(missing)[:6]) + ("等" if len(missing) > 6 else "")
            subject = f"没有导入{names}的文本" if self.shelf.laws else "没有导入法律文本"
            how = "依据只按 citations.lock 核对" if self.lock.exists else "依据没有核对"
            text = f"{subject}，{how}（可用 feisu statutes import 导入官方文本）"
            yield Problem(lock_path, 1, text, Severity.WARNING)
        unlocked = [one for one in cited - {*self.lock.articles} if self.shelf.find(one)]
        if unlocked:
            shown = display_citation(min(unlocked))
            text = f"{shown}等 {len(unlocked)} 条依据还没有记入，请运行 feisu statutes lock"
            yield Problem(lock_path, 1, text, Severity.WARNING)

    def find_wrong(self, citation: Citation) -> Iterator[str]:
        """Yield what makes the citation wrong."""
        repeal = self.shelf.find_repeal(citation.law)
        if citation.law not in self.known_laws:
            if repeal:
                yield f"《{citation.law}》已于 {repeal[1]} 废止（见《{repeal[0].label}》）"
            else:
                yield self._unknown_law(citation.law)
            return
        statute = self.shelf.laws.get(citation.law)
        if statute:
            yield from self._against_text(citation, statute, self.shelf.find(citation))
        locked = self.lock.articles.get(citation)
        source = statute or locked
        if source:
            repealed_on = source.repealed_on or (repeal[1] if repeal else None)
            yield from self._out_of_force(citation.law, source.effective_on, repealed_on)

    def _unknown_law(self, law: str) -> str:
        near = difflib.get_close_matches(law, sorted(self.known_laws), 1, 0.6)
        hint = f"，是不是“{near[0]}”？" if near else "；新的法律先用 feisu statutes import 导入"
        return f"不认识依据里的法律“{law}”{hint}"

    def _against_text(
        self, citation: Citation, statute: Statute, article: Article | None
    ) -> Iterator[str]:
        if not article:
            count = len(statute.articles)
            yield f"{display_citation(citation)}不存在（导入的文本共 {count} 条），请核对条号"
            return
        locked = self.lock.articles.get(citation)
        if locked and locked.fingerprint != fingerprint_article(article):
            yield f"{display_citation(citation)}的内容与上次核对时不同（法律可能修改过），{_RELOCK}"

    def _out_of_force(
        self, law: str, effective_on: date | None, repealed_on: date | None
    ) -> Iterator[str]:
        if repealed_on and (self.today is None or repealed_on <= self.today):
            yield f"《{law}》已于 {repealed_on} 废止，不能再作依据"
        elif effective_on and self.today and effective_on > self.today:
            yield f"《{law}》要到 {effective_on} 才施行，现在还不能作依据"

    def is_unverified(self, citation: Citation) -> bool:
        """Tell whether nobody has looked: neither here nor when the lock was written."""
        return (
            self.lock.exists
            and citation not in self.lock.articles
            and citation.law in self.known_laws
            and citation.law not in self.shelf.laws
        )
