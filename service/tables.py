"""Tables as files: CSV and workbooks in which no cell can become a formula."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO

import xlsxwriter
from starlette.responses import Response

Cell = str | int | float
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\x00")
BOM = "\ufeff"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60
WRITING = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""How workbooks are written: text stays text."""
LONGEST_CELL = 32_767
"""Characters that a cell of a workbook holds."""


@dataclass(frozen=True, slots=True)
class Table:
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def safe(cell: Cell) -> Cell:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front.

    So does text that would be taken for such: ``plain`` gets back every text.
    """
    return f"'{cell}" if isinstance(cell, str) and runs(cell.lstrip("'")) else cell


def plain(text: str) -> str:
    """Without the apostrophe of ``safe``.

    >>> plain("'=1+1"), plain("'97")
    ('=1+1', "'97")
    """
    return text[1:] if text.startswith("'") and runs(text.lstrip("'")) else text


def runs(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula."""
    return text.startswith(FORMULA)


def fitting(cell: Cell) -> Cell:
    """Text that is too long for a cell of a workbook ends in an ellipsis."""
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        return f"{cell[: LONGEST_CELL - 1]}…"
    return cell


def csv_bytes(table: Table) -> bytes:
    """UTF-8 with a byte-order mark, by which Excel knows that it is no local code page."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerows([[safe(cell) for cell in row] for row in (table.head, *table.rows)])
    return (BOM + text.getvalue()).encode()


def csv_response(table: Table, name: str) -> Response:
    return download(csv_bytes(table), CSV, f"{name}.csv")


def xlsx_response(sheets: Mapping[str, Table], name: str, made: datetime) -> Response:
    """One sheet per table; ``made`` instead of now, so that the same facts give the same bytes."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, WRITING) as book:
        book.set_properties({"created": made.replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bottom": 1})
        for title, table in sheets.items():
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, table.head, bold)
            for place, row in enumerate(table.rows, start=1):
                sheet.write_row(place, 0, [fitting(cell) for cell in row])
            if table.rows:
                sheet.autofit(WIDEST * 7)
    return download(content.getvalue(), XLSX, f"{name}.xlsx")


def download(content: bytes, media_type: str, filename: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Cache-Control": "private, no-cache",
    }
    return Response(content, media_type=media_type, headers=headers)
