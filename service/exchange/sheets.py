"""What is read out of a file, whatever its format: sheets of text cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.errors import UnreadableTable

MAX_BYTES = 16 * 1024 * 1024
MAX_ROWS = 20_000
"""Rows of one sheet that hold something."""
MAX_COLUMNS = 100
MAX_CELL = 32_767
"""Characters of one cell, as in Excel."""


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` as the spreadsheet shows it, from 1; the cells from the first column on."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell whose value cannot be known. ``column`` counts from 1; ``cause`` is a message key."""

    row: int
    column: int
    cause: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """``name`` is empty for a file that is one sheet."""

    name: str
    rows: Sequence[Row]
    bad: Sequence[BadCell] = ()


def place(row: int, column: int) -> str:
    """A cell as spreadsheets name it.

    >>> place(7, 28)
    'AB7'
    """
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def plain(text: str) -> str:
    """Line ends as one character."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def within_limits(name: str, row: int, cells: Sequence[str]) -> None:
    """UnreadableTable if a row has more or longer cells than are read."""
    if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
        at = next(n for n, cell in enumerate(cells) if n >= MAX_COLUMNS and cell)
        raise UnreadableTable(
            "table-columns", sheet=name, place=place(row, at + 1), limit=MAX_COLUMNS
        )
    for number, cell in enumerate(cells, start=1):
        if len(cell) > MAX_CELL:
            raise UnreadableTable(
                "table-cell", sheet=name, place=place(row, number), limit=MAX_CELL
            )
