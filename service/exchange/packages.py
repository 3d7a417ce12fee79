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
CHUNK = 1024 * 1024
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
    size = tags = rows = 0
    is_sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
    is_types = part.filename == "[Content_Types].xml"
    tail = b""
    with package.open(part) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > room:
                raise UnreadableTable("table-inflated", limit=MAX_INFLATED // 1024**2)
            tags += chunk.count(b"<")
            window = tail + chunk
            if is_types and b"macroEnabled" in window:
                raise UnreadableTable("table-macros")
            if is_sheet:
                rows += len(ROW.findall(window)) - len(ROW.findall(tail))
                if rows > MAX_ROW_TAGS:
                    raise UnreadableTable("table-empty-rows", limit=MAX_ROW_TAGS)
            tail = window[-OVERLAP:]
    return size, tags
