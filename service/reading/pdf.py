"""PDF with a text layer: pdfium says which character stands where, the rest is ours."""

import ctypes
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unicodedata import normalize

import pypdfium2
from pypdfium2 import raw

from service.errors import UnreadableDocument
from service.reading.bounds import LONGEST_TEXT, MOST_PAGES
from service.reading.columns import page_lines
from service.reading.furniture import without_furniture
from service.reading.gutters import Run
from service.reading.paragraphs import CJK, HYPHEN, paragraphs
from service.reading.types import PDF, UNICODE, Note, Reading

ENCRYPTED = {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
LEAST_SIZE = 0.5
"""Points; smaller type cannot be read."""
CELL_GAP = 1.2
"""A gap of more ems than this parts columns and cells; between words it is never so wide."""
UNNAMED_SHARE = 0.1
"""Of the characters may be unknown before the text layer is called useless."""
PLAIN = {
    **{code: None for code in range(32) if chr(code) not in {HYPHEN, "\t"}},
    **{
        code: normalize("NFKC", chr(code))
        for code in (*range(0xFB00, 0xFB07), *range(0x2F00, 0x2FD6))
    },
}
"""Ligatures, and radicals that some fonts give out instead of the characters they look like."""
BACK = 1.5
"""Ems; parts of a ligature are said to stand where it stands, on top of each other."""
FAR = 1e5
"""Points; a page is never so large, and a damaged file may say anything."""
NOWHERE = (0.0, 0.0, 0.0, 0.0)
SUPPOSED = "\u2009"
"""A space that pdfium supposes in a gap; the file has none."""
SOFT = {"\ufffe": HYPHEN, "\xad": HYPHEN}


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


def page_runs(page: Any) -> Iterator[Run]:
    """Stretches of one line without a wide gap, in the order of the file, as the page is turned."""
    textpage = page.get_textpage()
    turned, (width, height) = page.get_rotation(), page.get_size()
    run: Run | None = None
    words: list[str] = []
    space = ""
    for char, box in _characters(textpage):
        if run is not None and not space and _is_next(run, box) and char > " ":
            run.x1 = run.end = box[2]
            words.append(char)
            continue
        if char.isspace():
            space = char
            continue
        if run is not None and _goes_on(run, box):
            if space and not (space == SUPPOSED and _is_typographic(run, words[-1], char, box)):
                words.append(" ")
            space = ""
            run.x1, run.y0, run.y1 = max(run.x1, box[2]), min(run.y0, box[1]), max(run.y1, box[3])
            run.end = box[2]
            words.append(char)
            continue
        if run is not None:
            yield _turned(run, "".join(words), turned, width, height)
        run, words, space = (
            Run("", *box, size=max(box[3] - box[1], LEAST_SIZE), end=box[2]),
            [char],
            "",
        )
    if run is not None:
        yield _turned(run, "".join(words), turned, width, height)
    textpage.close()


def _characters(textpage: Any) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Each with left, bottom, right and top in points."""
    handle, numbers, high = textpage.raw, (ctypes.c_float * 4)(), 0
    box = ctypes.cast(numbers, ctypes.POINTER(raw.FS_RECTF))
    code_of, box_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    for index in range(textpage.count_chars()):
        code = code_of(handle, index)
        if code < 33:
            if code == 32 and raw.FPDFText_IsGenerated(handle, index):
                yield SUPPOSED, NOWHERE
                continue
            if code in {0, 10, 13}:
                continue
        elif 0xD800 <= code < 0xDC00:  # of a pair that stands for one rare character
            high = code
            continue
        char = _character(code, high)
        if box_of(handle, index, box):
            left, top, right, bottom = numbers[:]
            if -FAR < left <= right < FAR and -FAR < bottom < top < FAR:
                yield char, (left, bottom, right, top)


def _character(code: int, high: int) -> str:
    if 0xDC00 <= code < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00) if high else "\ufffd"
    char = chr(code) if code < 0x110000 else "\ufffd"
    return SOFT.get(char, char)


def _is_next(run: Run, box: tuple[float, float, float, float]) -> bool:
    """The plain case, in which nearly every character is: right behind the one before."""
    gap = box[0] - run.end
    return box[1] == run.y0 and box[3] == run.y1 and 0 <= gap < 0.2 * run.size and box[2] > run.x1


def _goes_on(run: Run, box: tuple[float, float, float, float]) -> bool:
    left, bottom, _, top = box
    overlap = min(run.y1, top) - max(run.y0, bottom)
    if overlap < 0.5 * min(run.y1 - run.y0, top - bottom):
        return False
    gap = left - run.end
    return -BACK * run.size < gap < CELL_GAP * run.size


def _is_typographic(
    run: Run, before: str, after: str, box: tuple[float, float, float, float]
) -> bool:
    """Whether a narrow gap only sets figures and letters off from the Chinese around them."""
    return box[0] - run.end < 0.5 * run.size and bool(CJK.match(before) or CJK.match(after))


def _turned(run: Run, words: str, turned: int, width: float, height: float) -> Run:
    """The run as a reader sees it; pdfium gives places as if the page were not turned."""
    text = words.strip().translate(PLAIN)
    x0, y0, x1, y1 = run.x0, run.y0, run.x1, run.y1
    if turned == 90:
        x0, y0, x1, y1 = y0, height - x1, y1, height - x0
    elif turned == 180:
        x0, y0, x1, y1 = width - x1, height - y1, width - x0, height - y0
    elif turned == 270:
        x0, y0, x1, y1 = width - y1, x0, width - y0, x1
    return replace(run, text=text, x0=x0, y0=y0, x1=x1, y1=y1)


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
