"""Tables as .xlsx and .csv, safe to open: nothing in a cell is ever taken for a formula."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = str | int | float

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection)."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
LONGEST_TITLE = 31
LONGEST_CELL = 32_767
WIDEST = 60


@dataclass(frozen=True)
class Table:
    """A title, the names of its columns, and its rows."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


def write_xlsx(tables: Sequence[Table]) -> bytes:
    """Write a workbook, one sheet a table."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for table in tables:
        sheet = book.create_sheet(_NOT_IN_TITLES.sub(" ", _clean(table.title))[:LONGEST_TITLE])
        rows: list[Sequence[Cell]] = [table.head, *table.rows]
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(number, column)
                cell.value = _clean(value) if isinstance(value, str) else value
                if isinstance(value, str):
                    cell.data_type = "s"  # text, whatever it begins with
                if number == 1:
                    cell.font = Font(bold=True)
        for column in range(1, len(table.head) + 1):
            longest = max((_width(row[column - 1]) for row in rows), default=0)
            sheet.column_dimensions[get_column_letter(column)].width = min(WIDEST, longest + 2)
        sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def write_csv(tables: Sequence[Table]) -> bytes:
    """Write all tables below each other, with the mark by which Excel knows UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)
    for table in tables:
        writer.writerow([_guarded(table.title)])
        for row in (table.head, *table.rows):
            writer.writerow([_guarded(one) if isinstance(one, str) else one for one in row])
        writer.writerow([])
    return written.getvalue().encode("utf-8-sig")


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text)[:LONGEST_CELL]


def _guarded(text: str) -> str:
    cleaned = _clean(text)
    return f"'{cleaned}" if cleaned.startswith(_STARTS_FORMULA) else cleaned


def _width(value: Cell) -> int:
    return sum(2 if character >= "\u2e80" else 1 for character in str(value))
