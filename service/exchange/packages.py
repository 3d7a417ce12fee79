"""Looks into a workbook's package before anything parses it: how large it really is, what it holds.

Sizes are counted while inflating, as those that the package states may be forged.
"""

import re
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from service.errors import UnreadableTable

OLE = b"\xd0\xcf\x11\xe0"
"""How .xls files begin, and workbooks with a password."""
ZIP = b"PK"
MAX_PARTS = 500
MAX_INFLATED = 64 * 1024 * 1024
MAX_TAGS = 5_000_000
"""Of all parts together. 20,000 rows of 40 cells have 3.4 million."""
MAX_ROW_TAGS = 100_000
"""Rows of one sheet that are written down, the empty ones included."""
MAX_TAGS_OF_ROW = 200_000
"""Or of whatever stands after the rows."""
MAX_DEPTH = 1000
"""Of elements in each other. Both are looked at once in a chunk."""
CHUNK = 256 * 1024
OVERLAP = 64
ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
ENCRYPTED = 0x1


def checked(content: bytes) -> BytesIO:
    """The bytes as a file, of which everything may be inflated.

    Raises
    ------
    UnreadableTable
        It is no workbook, holds macros, or is too large; the message says which.
    """
    if content.startswith(OLE):
        raise UnreadableTable("table-old")
    if not content.startswith(ZIP):
        raise UnreadableTable("table-unknown")
    try:
        with ZipFile(BytesIO(content)) as package:
            _check(package)
    except (BadZipFile, EOFError, OSError, zlib.error, NotImplementedError, ValueError) as error:
        raise UnreadableTable("table-broken") from error
    return BytesIO(content)


def _check(package: ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > MAX_PARTS:
        raise UnreadableTable("table-parts", limit=MAX_PARTS)
    names = [part.filename for part in parts]
    if len({*names}) < len(names):
        raise UnreadableTable("table-broken")
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise UnreadableTable("table-old")
    if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts):
        raise UnreadableTable("table-broken")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise UnreadableTable("table-macros")
    seen = tags = 0
    for part in parts:
        size, found = _inflate(package, part, MAX_INFLATED - seen)
        seen, tags = seen + size, tags + found
        if tags > MAX_TAGS:
            raise UnreadableTable("table-complex")


def _inflate(package: ZipFile, part: ZipInfo, room: int) -> tuple[int, int]:
    """Bytes and tags of one part, which is read to its end."""
    size, counts = 0, Counts(part.filename)
    with package.open(part) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > room:
                raise UnreadableTable("table-inflated", limit=MAX_INFLATED // 1024**2)
            counts.add(chunk)
    return size, counts.tags


class Counts:
    """What makes XML dear to parse, counted in its bytes."""

    def __init__(self, name: str) -> None:
        self.is_xml = name.endswith((".xml", ".rels"))
        self.is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
        self.is_types = name == "[Content_Types].xml"
        self.tags = self.rows = self.depth = self.since_row = 0
        self.tail = b""

    def add(self, chunk: bytes) -> None:
        """UnreadableTable as soon as there is too much of something."""
        window = self.tail + chunk
        if self.is_types and b"macroEnabled" in window:
            raise UnreadableTable("table-macros")
        if not self.is_xml:
            return
        tags, ends = chunk.count(b"<"), chunk.count(b"</")
        self.tags += tags
        self.depth += tags - 2 * ends - chunk.count(b"/>")
        if self.is_sheet:
            rows = len(ROW.findall(window)) - len(ROW.findall(self.tail))
            self.rows += rows
            self.since_row = tags if rows else self.since_row + tags
            if self.rows > MAX_ROW_TAGS:
                raise UnreadableTable("table-empty-rows", limit=MAX_ROW_TAGS)
        if self.depth > MAX_DEPTH or self.since_row > MAX_TAGS_OF_ROW:
            raise UnreadableTable("table-complex")
        self.tail = window[-OVERLAP:]
