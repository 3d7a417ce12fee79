"""Workbooks that are made to hurt, and the message that refuses each."""

import struct
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from tests.exchange.tables import xlsx_of

ROWS = [["集群", "类别", "主题", "要点", "会议"], ["大连", "短板", "面料", "面料企业", "1"]]
SHEET = "xl/worksheets/sheet1.xml"
HEAD = (
    '<?xml version="1.0"?><worksheet xmlns='
    '"http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
)


def good() -> bytes:
    return xlsx_of({"陈述": ROWS})


def with_parts(parts: Mapping[str, bytes]) -> bytes:
    """A good workbook, with some parts replaced or added."""
    content = BytesIO()
    with ZipFile(BytesIO(good())) as old, ZipFile(content, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return content.getvalue()


def with_sheet(body: str) -> bytes:
    return with_parts({SHEET: (HEAD + body + "</worksheet>").encode()})


def bomb() -> bytes:
    return with_parts({SHEET: HEAD.encode() + b" " * (200 * 1024**2)})


def forged_size() -> bytes:
    """The directory says that a part of 200 MiB has 100 bytes."""
    content = bytearray(bomb())
    at = content.rfind(SHEET.encode()) - 46
    struct.pack_into("<L", content, at + 24, 100)
    return bytes(content)


def many_parts() -> bytes:
    return with_parts({f"xl/media/{number}.png": b"x" for number in range(600)})


def macros() -> bytes:
    return with_parts({"xl/vbaProject.bin": b"x"})


def macro_type() -> bytes:
    with ZipFile(BytesIO(good())) as package:
        types = package.read("[Content_Types].xml")
    kind = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return with_parts({"[Content_Types].xml": types.replace(plain, kind)})


def empty_rows() -> bytes:
    """Every row of the sheet is written down, the last one holds something."""
    rows = "".join(f'<row r="{number}"/>' for number in range(1, 2**20))
    last = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    return with_sheet(f"<sheetData>{rows}{last}</sheetData>")


def stray_cell() -> bytes:
    return with_sheet(
        '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )


def one_long_row() -> bytes:
    cells = "<c><v>1</v></c>" * 1_200_000
    return with_sheet(f"<sheetData><row>{cells}</row></sheetData>")


def many_tags() -> bytes:
    return with_sheet("<sheetData/>" + "<a/>" * 6_000_000)


def deep() -> bytes:
    return with_sheet("<a>" * 400_000 + "</a>" * 400_000)


def entities() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    kind = f'<!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]>'
    cell = '<row><c t="inlineStr"><is><t>&l9;</t></is></c></row>'
    body = HEAD.replace("?>", f"?>{kind}", 1) + f"<sheetData>{cell}</sheetData></worksheet>"
    return with_parts({SHEET: body.encode()})


def outside_entity() -> bytes:
    kind = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    cell = '<row><c t="inlineStr"><is><t>&x;</t></is></c></row>'
    body = HEAD.replace("?>", f"?>{kind}", 1) + f"<sheetData>{cell}</sheetData></worksheet>"
    return with_parts({SHEET: body.encode()})


def merged() -> bytes:
    return with_sheet('<sheetData/><mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>')


def hidden() -> bytes:
    with ZipFile(BytesIO(good())) as package:
        book = package.read("xl/workbook.xml")
    state = b'state="visible"'
    assert state in book
    return with_parts({"xl/workbook.xml": book.replace(state, b'state="veryHidden"')})


def broken_xml() -> bytes:
    return with_sheet("<sheetData><row><c></row>")


def truncated() -> bytes:
    return good()[:-100]


def old_excel() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)


def not_a_workbook() -> bytes:
    content = BytesIO()
    with ZipFile(content, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    return content.getvalue()


def long_cell() -> bytes:
    text = "字" * 40_000
    return with_sheet(
        f'<sheetData><row><c t="inlineStr"><is><t>{text}</t></is></c></row></sheetData>'
    )


def many_rows() -> bytes:
    rows = "<row><c><v>1</v></c></row>" * 30_000
    return with_sheet(f"<sheetData>{rows}</sheetData>")


def packed_text() -> bytes:
    """A gzip stream under the name of a workbook."""
    return zlib.compress(b"=1" * 1000)


HOSTILE: Mapping[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    "zip bomb": (bomb, ("table-inflated",)),
    "forged size": (forged_size, ("table-broken", "table-inflated")),
    "many parts": (many_parts, ("table-parts",)),
    "macros": (macros, ("table-macros",)),
    "type with macros": (macro_type, ("table-macros",)),
    "empty rows and a stray cell": (empty_rows, ("table-empty-rows",)),
    "stray cell": (stray_cell, ("table-columns",)),
    "one long row": (one_long_row, ("table-complex",)),
    "many tags": (many_tags, ("table-complex",)),
    "deep": (deep, ("table-complex",)),
    "entities": (entities, ("table-broken",)),
    "entity from outside": (outside_entity, ("table-broken",)),
    "merged cells": (merged, ("table-merged",)),
    "hidden sheet": (hidden, ("table-hidden",)),
    "broken xml": (broken_xml, ("table-broken",)),
    "truncated": (truncated, ("table-broken",)),
    "old format": (old_excel, ("table-old",)),
    "no workbook": (not_a_workbook, ("table-broken",)),
    "long cell": (long_cell, ("table-cell",)),
    "many rows": (many_rows, ("table-rows",)),
    "gzip": (packed_text, ("table-unknown", "table-encoding")),
}
