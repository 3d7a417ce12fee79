"""Reads the cells of an XLSX workbook as text. Runs in a process of its own: see ``apart``."""

import re
import warnings
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import DEFUSEDXML
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from service.errors import UnreadableTable
from service.exchange.packages import checked
from service.exchange.sheets import (
    MAX_COLUMNS,
    MAX_ROWS,
    BadCell,
    Row,
    Sheet,
    place,
    plain,
    within_limits,
)

CODE = "x[0-9A-Fa-f]{4}"
ESCAPED = re.compile(f"_x005F_({CODE})(?=_x005F_{CODE}_)|_x005F_({CODE}_)|_({CODE})_")
"""A character by its code, or an underscore that begins no such code.

Where two that are none share an underscore, Excel marks both and XlsxWriter the first alone.
"""
TEXT_TAG = f"{{{SHEET_MAIN_NS}}}t"
STRING_TAG = f"{{{SHEET_MAIN_NS}}}si"
NOT_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
"""What of a number format is text, a colour or a blank."""
Cell = dict[str, Any]


def read_workbook(content: bytes) -> list[Sheet]:
    """All sheets with their filled rows; UnreadableTable with the cause."""
    file = checked(content)
    if not DEFUSEDXML:
        raise RuntimeError("defusedxml is missing; openpyxl would expand entities")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which nobody reads here
        try:
            return _sheets(file)
        except (UnreadableTable, MemoryError):
            raise
        except Exception as error:  # a broken part makes openpyxl raise whatever comes
            raise UnreadableTable("table-broken") from error


def _sheets(file: BytesIO) -> list[Sheet]:
    reader = Reader(file, read_only=True, data_only=True, keep_links=False)
    reader.read()
    book = reader.wb
    found = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            raise UnreadableTable("table-hidden", sheet=sheet.title)
        found.append(_sheet(book, sheet))
    return found


class Reader(ExcelReader):
    """Reads shared strings with every character: openpyxl drops some that look like escapes."""

    def read_strings(self) -> None:
        part: Any = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            for _, node in iterparse(source):
                if node.tag == STRING_TAG:
                    self.shared_strings.append(string_of(node))
                    node.clear()


def string_of(node: Any) -> str:
    if len(node) == 1 and node[0].tag == TEXT_TAG:
        return node[0].text or ""
    text: Any = Text.from_tree(node)
    return str(text.content)


class Cells(WorkSheetParser):
    """Cells of one sheet; a formula without a stored result is told from an empty cell."""

    def parse_cell(self, element: Any) -> Cell:
        cell: Cell = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = "f"
        return cell


def _sheet(book: Any, sheet: Any) -> Sheet:
    rows, bad, filled = [], [], 0
    with sheet._get_source() as source:  # noqa: SLF001 - openpyxl has no other way in
        cells = Cells(
            source,
            sheet._shared_strings,  # noqa: SLF001 - the same
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001 - the same
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001 - the same
        )
        for number, found in cells.parse():
            texts, faults = _texts(sheet.title, found, lambda style: format_of(book, style))
            bad += faults
            if faults or any(texts):
                filled += 1
                if filled > MAX_ROWS or number > 2**20:
                    raise UnreadableTable("table-rows", sheet=sheet.title, limit=MAX_ROWS)
                within_limits(sheet.title, number, texts)
                rows.append(Row(number, texts))
    merged = cells.merged_cells
    if merged is not None and merged.mergeCell:
        raise UnreadableTable("table-merged", sheet=sheet.title, place=str(merged.mergeCell[0].ref))
    return Sheet(sheet.title, rows, bad)


def format_of(book: Any, style: int) -> str:
    number = book._cell_styles[style].numFmtId  # noqa: SLF001 - openpyxl has no other way in
    if number < BUILTIN_FORMATS_MAX_SIZE:
        return BUILTIN_FORMATS.get(number, "General")
    return str(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])  # noqa: SLF001 - the same


def _texts(
    title: str, found: list[Cell], format_by: Callable[[int], str]
) -> tuple[list[str], list[BadCell]]:
    """The row's cells in their columns, and those that cannot be known."""
    texts: list[str] = []
    bad = []
    for cell in found:
        cause = unknowable(cell)
        if cause:
            bad.append(BadCell(cell["row"], cell["column"], cause))
        text = "" if cause or cell["value"] is None else text_of(cell, format_by)
        if not (text or cause):
            continue
        if cell["column"] > MAX_COLUMNS:
            raise UnreadableTable(
                "table-columns",
                sheet=title,
                place=place(cell["row"], cell["column"]),
                limit=MAX_COLUMNS,
            )
        texts += [""] * (cell["column"] - len(texts))
        texts[cell["column"] - 1] = text
    return texts, bad


def unknowable(cell: Cell) -> str | None:
    """Why nobody can say what the cell holds, as a message key."""
    if cell["data_type"] == "f":
        return "formula"
    return "error" if cell["data_type"] == "e" else None


def text_of(cell: Cell, format_by: Callable[[int], str]) -> str:
    value = cell["value"]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return plain(ESCAPED.sub(unescaped, value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return day(value, format_by(cell["style_id"]))
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)


def unescaped(found: re.Match[str]) -> str:
    literal = found[1] or found[2]
    return f"_{literal}" if literal else chr(int(found[3][1:], 16))


def day(value: datetime, form: str) -> str:
    """As much of a date as its cell shows: ``2017-11`` where the format has no day."""
    if value.time() != time():
        return value.isoformat(" ")
    shown = NOT_FORMAT.sub("", form).lower()
    if "d" in shown:
        return value.date().isoformat()
    return f"{value:%Y-%m}" if "m" in shown else f"{value:%Y}"
