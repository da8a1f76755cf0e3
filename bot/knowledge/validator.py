"""Every rule an entry must keep, each broken one told with its file and line."""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from datetime import date

from bot.errors import Problem, Severity
from bot.knowledge.answer_checks import check_answers
from bot.knowledge.duplicates import find_duplicates
from bot.knowledge.entries import EntryStatus
from bot.knowledge.parser import SERVICE_LAW, WrittenEntry
from bot.knowledge.public_numbers import is_service_number

MAX_CITATIONS = 5
MAX_QUESTION = 40
MAX_PHRASING = 80

# Where codes of each part are expected, so that leaflets can be sorted by them.
_CODE_RANGES = (
    (130, 199, "宪法"),
    (200, 279, "民法典"),
    (280, 329, "民法典"),
    (330, 389, "民法典"),
    (390, 479, "民法典"),
    (480, 629, "民法典"),
    (630, 669, "民法典"),
    (670, 729, "民法典"),
    (730, 829, "行政复议法"),
    (830, 899, SERVICE_LAW),
    (1001, 1899, "民法典"),
    (1900, 1999, "行政复议法"),
)
_FULL_WIDTH_DIGITS = re.compile(r"[０-９]")


def check_entry(written: WrittenEntry) -> list[Problem]:
    """Check one entry by itself, but for what depends on the date."""
    if not written.block.fields:
        return []  # an empty heading is reported once, not once per missing field
    return [problem for check in _CHECKS for problem in check(written)]


def check_together(
    written: Sequence[WrittenEntry], today: date | None, near: Container[str] = ()
) -> list[Problem]:
    """Check entries against each other and, where it is known, against the date.

    `near` limits what is compared closely; see `find_duplicates`.
    """
    dated = [problem for one in written for problem in _check_dates(one, today)]
    return [*find_duplicates(written, near), *dated]


def _problem(
    written: WrittenEntry, label: str, text: str, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(written.entry.path, written.block.line_of(label), text, severity)


def _check_code(written: WrittenEntry) -> Iterator[Problem]:
    code = written.entry.code
    if not code:
        yield _problem(written, "编号", "缺少编号，请写一个三位以上的数字，如“编号：201”")
    elif _FULL_WIDTH_DIGITS.search(code):
        yield _problem(written, "编号", f"编号“{code}”要用半角数字")
    elif re.search(r"[，,、；;。]", code):
        yield _problem(written, "编号", f"编号只写一个数字，不能有标点，这里是“{code}”")
    elif not re.fullmatch(r"[1-9][0-9]*", code):
        yield _problem(written, "编号", f"编号只能是数字，且不以 0 开头，这里是“{code}”")
    elif len(code) < 3:
        yield _problem(written, "编号", f"编号至少三位数，这里是“{code}”")
    elif is_service_number(code):
        yield _problem(written, "编号", f"编号不能用 {code}：它是服务电话，居民会弄混")
    else:
        yield from _check_code_range(written, int(code))


def _check_code_range(written: WrittenEntry, code: int) -> Iterator[Problem]:
    law = written.entry.law
    laws = {expected for first, last, expected in _CODE_RANGES if first <= code <= last}
    if not laws:
        text = f"编号 {code} 不在 130–899、1001–1999 的编号段里"
        yield _problem(written, "编号", text, Severity.WARNING)
    elif law and law not in laws:
        text = f"编号 {code} 在{laws.pop()}的编号段里，而这个文件是{law}"
        yield _problem(written, "编号", text, Severity.WARNING)


def _check_citations(written: WrittenEntry) -> Iterator[Problem]:
    entry = written.entry
    if not entry.citations and not written.block.text("依据") and entry.law != SERVICE_LAW:
        yield _problem(written, "依据", "缺少依据，请写出法律条文，如“依据：民法典1042”")
    if len(entry.citations) > MAX_CITATIONS:
        text = f"依据最多 {MAX_CITATIONS} 条，这里有 {len(entry.citations)} 条，请留最直接的"
        yield _problem(written, "依据", text)


def _check_phrasings(written: WrittenEntry) -> Iterator[Problem]:
    entry, block = written.entry, written.block
    if len(entry.question) > MAX_QUESTION:
        text = f"标题 {len(entry.question)} 字，超过 {MAX_QUESTION} 字，居民点选时显示不全"
        yield Problem(entry.path, entry.line, text, Severity.WARNING)
    if not block.lines("问法"):
        yield _problem(written, "问法", "缺少问法，请至少写一种居民会怎么问，每行用“- ”开头")
    for line, text in block.items("问法"):
        if len(text) > MAX_PHRASING:
            hint = f"这种问法 {len(text)} 字，超过 {MAX_PHRASING} 字，请拆短"
            yield Problem(entry.path, line, hint, Severity.WARNING)
        if re.search(r"[；;|｜]", text):
            hint = "一行只写一种问法，分号隔开的请各写一行"
            yield Problem(entry.path, line, hint, Severity.WARNING)


def _check_approval(written: WrittenEntry) -> Iterator[Problem]:
    entry, block = written.entry, written.block
    if entry.status is EntryStatus.APPROVED:
        if not entry.approver:
            yield _problem(written, "审核人", "状态是“已审核”，必须写审核人")
        if not block.text("审核日期"):
            yield _problem(written, "审核日期", "状态是“已审核”，必须写审核日期，如 2026-03-05")
    elif entry.status is EntryStatus.PENDING and entry.approver:
        text = "写了审核人，但状态还是“待审核”"
        yield _problem(written, "审核人", text, Severity.WARNING)


def _check_dates(written: WrittenEntry, today: date | None) -> Iterator[Problem]:
    entry = written.entry
    if entry.approved_on and entry.review_by and entry.review_by < entry.approved_on:
        yield _problem(written, "复核期限", "复核期限早于审核日期")
    if today and entry.approved_on and entry.approved_on > today:
        yield _problem(written, "审核日期", f"审核日期 {entry.approved_on} 还没有到")
    in_use = entry.status is not EntryStatus.RETIRED
    if today and in_use and entry.review_by and entry.review_by < today:
        text = f"已过复核期限 {entry.review_by}，请重新审核"
        yield _problem(written, "复核期限", text, Severity.WARNING)


_CHECKS: tuple[Callable[[WrittenEntry], Iterator[Problem]], ...] = (
    _check_code,
    _check_citations,
    _check_phrasings,
    _check_approval,
    check_answers,
)
