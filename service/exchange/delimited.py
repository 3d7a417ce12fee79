"""Reads CSV as Excel writes it: UTF-8 or GB18030, with commas, semicolons or tabs."""

import codecs
import csv
import re
from collections.abc import Iterator
from io import StringIO

from service.errors import UnreadableTable
from service.exchange.sheets import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Row,
    Sheet,
    place,
    plain,
    within_limits,
)

DELIMITERS = (",", ";", "\t")
WIDEST_LINE = 50_000
"""Delimiters, those inside quotes included."""
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How Excel's "Unicode text" begins."""
SAID = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
"""A first line by which Excel is told the delimiter."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_delimited(content: bytes) -> Sheet:
    """The one sheet of a CSV file; UnreadableTable with the cause."""
    text = decoded(content)
    said = SAID.match(text)
    delimiter = said[1] if said else delimiter_of(text)
    first, body = (2, text[said.end() :]) if said else (1, text)
    reader = csv.reader(_narrow(body, delimiter), delimiter=delimiter, strict=True)
    csv.field_size_limit(4 * MAX_CELL)
    found = []
    try:
        for number, cells in enumerate(reader, start=first):
            texts = [plain(cell) for cell in cells]
            if not any(texts):
                continue
            within_limits("", number, texts)
            found.append(Row(number, texts))
            if len(found) > MAX_ROWS:
                raise UnreadableTable("table-rows", sheet="", limit=MAX_ROWS)
    except csv.Error as error:
        raise UnreadableTable("table-quotes", line=reader.line_num + first - 1) from error
    return Sheet("", found)


def _narrow(text: str, delimiter: str) -> Iterator[str]:
    """The lines of the text; UnreadableTable at one that would make a huge row."""
    for number, line in enumerate(StringIO(text, newline=""), start=1):
        if line.count(delimiter) > WIDEST_LINE:
            at = place(number, MAX_COLUMNS + 1)
            raise UnreadableTable("table-columns", sheet="", place=at, limit=MAX_COLUMNS)
        yield line


def decoded(content: bytes) -> str:
    charsets = ("utf-16",) if content.startswith(UTF_16) else ("utf-8-sig", "gb18030")
    for charset in charsets:
        try:
            text = content.decode(charset)
        except UnicodeDecodeError:
            continue
        if CONTROL.search(text):
            raise UnreadableTable("table-unknown")
        return text
    raise UnreadableTable("table-encoding")


def delimiter_of(text: str) -> str:
    """The one that makes most cells of the first line."""
    head = text.lstrip("\r\n").split("\n", 1)[0]
    return max(DELIMITERS, key=head.count)
