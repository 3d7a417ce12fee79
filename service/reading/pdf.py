"""PDF with a text layer: pdfium says which character stands where, the rest is ours."""

from typing import Any

import pypdfium2
from pypdfium2 import raw

from service.errors import UnreadableDocument
from service.reading.bounds import LONGEST_TEXT, MOST_PAGES
from service.reading.columns import page_lines
from service.reading.furniture import without_furniture
from service.reading.glyphs import page_runs
from service.reading.gutters import Run
from service.reading.paragraphs import paragraphs
from service.reading.types import PDF, UNICODE, Note, Reading

ENCRYPTED = {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
UNNAMED_SHARE = 0.1
"""Of the characters may be unknown before the text layer is called useless."""


def read_pdf(content: bytes) -> Reading:
    """Running heads, page numbers and pages that are pictures are named in the notes.

    Raises
    ------
    UnreadableDocument
        Locked, broken, scanned, or with fonts that do not say which characters they show.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in ENCRYPTED
        raise UnreadableDocument("pdf-locked" if locked else "pdf-damaged") from error
    if len(document) > MOST_PAGES:
        raise UnreadableDocument("pdf-pages", limit=MOST_PAGES)
    pages, pictures = _pages(document)
    kept, heads = without_furniture(pages)
    text = "\n".join(paragraphs([page_lines(runs) for runs in kept]))
    if not text.strip():
        if pictures:
            raise UnreadableDocument("pdf-scan", pages=spans(pictures))
        raise UnreadableDocument("pdf-empty")
    unnamed = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for char in text)
    if unnamed > UNNAMED_SHARE * len(text):
        raise UnreadableDocument("pdf-fonts")
    notes = [Note("pdf-heads", {"count": heads})] if heads else []
    if pictures:
        notes.append(Note("pdf-pictures", {"pages": spans(pictures)}))
    return Reading(text, PDF, UNICODE, tuple(notes))


def _pages(document: Any) -> tuple[list[list[Run]], list[int]]:
    """The runs of each page, and the numbers of pages that hold nothing but pictures."""
    pages, pictures, left = [], [], LONGEST_TEXT
    for number in range(len(document)):
        try:
            page = document[number]
            runs = list(page_runs(page))
            if not runs and _has_picture(page):
                pictures.append(number + 1)
            page.close()
        except pypdfium2.PdfiumError as error:
            raise UnreadableDocument("pdf-page", page=number + 1) from error
        pages.append(runs)
        left -= sum(len(run.text) for run in runs)
        if left < 0:
            raise UnreadableDocument("text-long", limit=LONGEST_TEXT)
    return pages, pictures


def _has_picture(page: Any) -> bool:
    kinds = [raw.FPDF_PAGEOBJ_IMAGE]
    return any(True for _ in page.get_objects(filter=kinds, max_depth=3))


def spans(numbers: list[int]) -> str:
    """Numbers in words that are short.

    >>> spans([1, 2, 3, 7])
    '1–3, 7'
    """
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    shown = [f"{part[0]}–{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts]
    return ", ".join(shown[:20]) + (" …" if len(shown) > 20 else "")
