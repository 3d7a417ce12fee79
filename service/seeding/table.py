"""One CSV file and its cells; whatever is wrong is refused with its place."""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

from models.enums import Facet
from service.seeding.rows import FacetPair
from service.seeding.words import PartialDate

Word = TypeVar("Word", bound=StrEnum)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
DECIMAL = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)


class SeedError(Exception):
    """A seed file is broken. Correct the cell that the message names, then read again.

    ``file`` is relative to the seed folder, ``line`` counts from 1, ``column`` is the header's
    word, or ``-`` for what concerns a whole line or file.
    """

    def __init__(self, file: str, line: int, column: str, cause: str) -> None:
        super().__init__(f"{file}, line {line}, column {column}: {cause}")
        self.file = file
        self.line = line
        self.column = column
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one line; every reader raises ``SeedError`` for a cell that it cannot take."""

    file: str
    line: int
    cells: dict[str, str]

    def refuse(self, column: str, cause: str) -> NoReturn:
        raise SeedError(self.file, self.line, column, cause)

    def optional(self, column: str, *, limit: int = 300) -> str | None:
        cell = self.cells[column]
        if cell != cell.strip():
            self.refuse(column, "remove the spaces around the text")
        if any(unicodedata.category(char) in {"Cc", "Cs"} for char in cell):
            self.refuse(column, "remove line breaks and control characters")
        if len(cell) > limit:
            self.refuse(column, f"shorten it to {limit} characters, it has {len(cell)}")
        return cell or None

    def text(self, column: str, *, limit: int = 300) -> str:
        return self.optional(column, limit=limit) or self.refuse(column, "it must not be empty")

    def slug(self, column: str) -> str:
        text = self.text(column, limit=80)
        if not SLUG.match(text):
            self.refuse(column, f"write small letters, digits and single hyphens, not {text!r}")
        return text

    def items(self, column: str) -> tuple[str, ...]:
        cell = self.optional(column, limit=5000)
        found = tuple(cell.split(";")) if cell else ()
        for item in found:
            if not item or item != item.strip():
                self.refuse(column, "separate the items by single `;`, without spaces around them")
            if found.count(item) > 1:
                self.refuse(column, f"{item!r} stands there twice")
        return found

    def word(self, column: str, words: type[Word]) -> Word:
        text = self.text(column)
        if text not in list(words):
            self.refuse(column, f"{text!r} is none of {', '.join(words)}")
        return words(text)

    def optional_word(self, column: str, words: type[Word]) -> Word | None:
        return self.word(column, words) if self.cells[column] else None

    def whole(self, column: str, *, low: int, high: int) -> int:
        text = self.text(column)
        if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not low <= int(text) <= high:
            self.refuse(column, f"write a whole number from {low} to {high}, not {text!r}")
        return int(text)

    def decimal(self, column: str, *, low: float, high: float) -> float | None:
        text = self.optional(column)
        if text is None:
            return None
        if not DECIMAL.match(text) or not low <= float(text) <= high:
            self.refuse(column, f"write a number from {low:g} to {high:g}, not {text!r}")
        return float(text)

    def flag(self, column: str) -> bool:
        text = self.text(column)
        if text not in {"true", "false"}:
            self.refuse(column, f"write true or false, not {text!r}")
        return text == "true"

    def date(self, column: str) -> PartialDate | None:
        text = self.optional(column)
        try:
            return PartialDate(text) if text else None
        except ValueError:
            self.refuse(column, f"write a real YYYY, YYYY-MM or YYYY-MM-DD, not {text!r}")

    def known(self, column: str, names: Collection[str], file: str) -> str:
        text = self.text(column)
        if text not in names:
            self.refuse(column, f"{text!r} is not in {file}; add it there or correct it here")
        return text

    def optional_known(self, column: str, names: Collection[str], file: str) -> str | None:
        return self.known(column, names, file) if self.cells[column] else None

    def facets(self, column: str, pairs: Collection[tuple[str, str]]) -> tuple[FacetPair, ...]:
        found: list[FacetPair] = []
        for item in self.items(column):
            facet, _, value = item.partition(":")
            if (facet, value) not in pairs:
                self.refuse(column, f"{item!r} is no facet:value of facets.csv")
            found.append((Facet(facet), value))
        return tuple(found)


def read_text(root: Path, file: str) -> str:
    """The characters of a file, line ends as they are.

    Raises
    ------
    SeedError
        If it is missing, is no UTF-8, or begins with a byte-order mark.
    """
    try:
        content = (root / file).read_bytes()
    except OSError as error:
        raise SeedError(file, 1, "-", f"the file cannot be read: {error.strerror}") from error
    if content.startswith(b"\xef\xbb\xbf"):
        raise SeedError(file, 1, "-", "save it as UTF-8 without a byte-order mark")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SeedError(file, line, "-", "save it as UTF-8; these bytes are not") from error


def read_table(
    root: Path, file: str, columns: Sequence[str], *, marks: Sequence[str] = ()
) -> list[Row]:
    """The lines of a table under exactly these columns, in any order; ``marks`` may be absent.

    Raises
    ------
    SeedError
        If a column is missing or unknown, or a line has more or fewer cells than the header.
    """
    reader = csv.reader(io.StringIO(read_text(root, file), newline=""), strict=True)
    rows: list[Row] = []
    line = 1
    try:
        header = next(reader, [])
        _check_header(file, header, columns, marks)
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(header):
                cause = f"the header has {len(header)} columns, this line {len(cells)}"
                raise SeedError(file, line, "-", cause)
            rows.append(Row(file, line, dict(zip(header, cells, strict=True))))
            line = reader.line_num + 1
    except csv.Error as error:
        raise SeedError(file, line, "-", f"quote the cells as CSV asks: {error}") from error
    return rows


def _check_header(
    file: str, header: Sequence[str], columns: Sequence[str], marks: Sequence[str]
) -> None:
    for column in columns:
        if column not in header:
            raise SeedError(file, 1, column, "the column is missing; add it to the header")
    for column in header:
        if column not in (*columns, *marks) or header.count(column) > 1:
            raise SeedError(file, 1, column, "the column is unknown or doubled; remove it")


def refuse_doubles(rows: Iterable[tuple[Row, object]], column: str) -> None:
    """Refuse the second of two rows with an equal key, naming the line of the first."""
    first: dict[object, int] = {}
    for row, key in rows:
        if key in first:
            row.refuse(column, f"the same stands in line {first[key]}; remove one of them")
        first[key] = row.line
