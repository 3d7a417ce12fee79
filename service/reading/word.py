"""Word documents: every paragraph a line, every row of a table a line, in the order of the page.

python-docx opens the package and finds headers and footers. The words are gathered here, since its
``text`` passes over what was inserted with tracked changes, form fields and text boxes.
"""

from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from service.errors import UnreadableDocument
from service.reading.bounds import LONGEST_TEXT
from service.reading.types import DOCX, UNICODE, Note, Reading
from service.reading.unpacking import repacked

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
P, TBL, TR, TC, T, BOX = (W + name for name in ("p", "tbl", "tr", "tc", "t", "txbxContent"))
MARKS = {
    W + "tab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
    W + "ptab": "\t",
}
GONE = {W + "del", W + "moveFrom", W + "rPr", W + "pPr", W + "rt", FALLBACK}
"""Deleted with tracked changes, moved elsewhere, or set twice for older programs."""
GROUPS = {W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "body")}
CELL_GAP = "\t"
LOST = (
    *(KeyError, ValueError, AttributeError, IndexError, TypeError, PackageNotFoundError),
    *(etree.LxmlError, etree.XMLSyntaxError, UnicodeError, RecursionError, AssertionError),
)
HEAD_PLACES = ("first_page_header", "header")
FOOT_PLACES = ("footer",)


def read_word(content: bytes) -> Reading:
    """Headers lead, once each; a footer, footnotes and comments are not read.

    Raises
    ------
    UnreadableDocument
        Broken, locked, a bomb, or without any text.
    """
    plain = repacked(content)
    try:
        document = docx.Document(plain)
        lines, deleted = list(_lines(document)), _deleted(document)
    except LOST as error:
        raise UnreadableDocument("docx-damaged") from error
    text = "\n".join(lines)
    if not text.strip():
        raise UnreadableDocument("docx-empty")
    notes = (Note("word-deleted", {"count": deleted}),) if deleted else ()
    return Reading(text, DOCX, UNICODE, notes)


def _lines(document: Any) -> Iterator[str]:
    left = LONGEST_TEXT
    for line in (*_headers(document), *blocks(document.element.body)):
        left -= len(line) + 1
        if left < 0:
            raise UnreadableDocument("text-long", limit=LONGEST_TEXT)
        yield line


def _headers(document: Any) -> list[str]:
    """The lines of all page headers, where minutes may bear their title, date and place."""
    found: dict[str, None] = {}
    for section in document.sections:
        for place in HEAD_PLACES:
            header = getattr(section, place)
            if not header.is_linked_to_previous:
                found.update(dict.fromkeys(blocks(header._element)))  # noqa: SLF001 - no other way
    return [line for line in found if len(line) > 1 and not line.isdigit()]


def blocks(parent: Any) -> Iterator[str]:
    """The lines of a body, header, cell or text box; wrappers of blocks are looked into."""
    waiting = [iter(parent)]
    while waiting:
        for child in waiting[-1]:
            if child.tag == P:
                yield from paragraph(child)
            elif child.tag == TBL:
                yield from rows(child)
            elif child.tag in GROUPS:
                waiting.append(iter(child))
                break
        else:
            waiting.pop()


def paragraph(element: Any) -> Iterator[str]:
    """Its lines, then those of text boxes that are anchored in it."""
    words: list[str] = []
    boxes = []
    waiting = [iter(element)]
    while waiting:
        for child in waiting[-1]:
            tag = child.tag
            if tag == T:
                words.append(child.text or "")
            elif tag in MARKS:
                words.append(MARKS[tag])
            elif tag == BOX:
                boxes.append(child)
            elif tag not in GONE:
                waiting.append(iter(child))
                break
        else:
            waiting.pop()
    for line in "".join(words).split("\n"):
        if line.strip():
            yield line.strip()
    for box in boxes:
        yield from blocks(box)


def rows(table: Any) -> Iterator[str]:
    """A row a line, its cells divided by tabs; long cells keep their paragraphs as lines."""
    for row in _inner(table, TR):
        cells = [list(blocks(cell)) for cell in _inner(row, TC)]
        if all(len(cell) < 2 for cell in cells):
            line = CELL_GAP.join(cell[0] if cell else "" for cell in cells).strip()
            if line:
                yield line
        else:
            for cell in cells:
                yield from cell


def _inner(parent: Any, tag: str) -> Iterator[Any]:
    """Children with ``tag``, also within wrappers that mark insertions or forms."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in GROUPS:
            yield from _inner(child, tag)


def _deleted(document: Any) -> int:
    """Characters that were struck out with tracked changes."""
    return sum(len(words.text or "") for words in document.element.body.iter(W + "delText"))
