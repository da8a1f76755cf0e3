"""Numbers anyone may be told to call, and those that must never be an entry's code."""

import re
from collections.abc import Iterator

PUBLIC_NUMBERS = frozenset(
    {
        *("110", "119", "120", "122", "999", "96110"),
        *("12309", "12315", "12328", "12329", "12333", "12336", "12337", "12338", "12339"),
        *("12345", "12348", "12350", "12351", "12355", "12356", "12360", "12366", "12367"),
        *("12368", "12369", "12377", "12378", "12380", "12381", "12385", "12386", "12388"),
        *("12389", "12393", "12395", "12321", "12300", "12305", "12306", "12318", "12320"),
    }
)
"""National public lines; every other number in an answer would be somebody's own."""

_SERVICE_NUMBER = re.compile(r"11[0-9]|12[0-2]|100|999|(?:1[0-2]|9[56])\d{3}")
_PHONE = re.compile(
    r"(?<!\d)(?:"
    r"1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
    r"|[(（]?0\d{2,3}[)）]?\s?[-—－]?\s?\d{7,8}"
    r"|[48]00[- ]?\d{3}[- ]?\d{4}"
    r"|(?<![.,，])(?!(?:19|20)\d\d[01]\d[0-3]\d)[2-8]\d{6,7}"
    r"|(?:12|95|96)\d{3}"
    r")(?!\d|\.\d)"
)
_CALLED = re.compile(r"(?:拨打|拨|打|致电|电话|热线|专线|号码)[是为：:“”\s]*(\d{3,6})(?!\d|\.\d)")
_AMOUNT = re.compile(r"\s?[元块万亿个人份户亩米平吨斤克年月日天余多]")


def is_service_number(code: str) -> bool:
    """Tell whether dialling the code would reach somebody."""
    return bool(_SERVICE_NUMBER.fullmatch(code))


def find_unknown_numbers(text: str) -> Iterator[str]:
    """Yield what looks like a telephone number and is no public line."""
    found = [(match.start(), match.end(), match.group()) for match in _PHONE.finditer(text)]
    found += [(match.start(1), match.end(1), match.group(1)) for match in _CALLED.finditer(text)]
    told = 0
    for start, end, number in sorted(found, key=lambda one: (one[0], -one[1])):
        if start >= told and number not in PUBLIC_NUMBERS and not _AMOUNT.match(text, end):
            yield number
            told = end
