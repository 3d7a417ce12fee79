"""What stands where on a page of a PDF, as pdfium tells it.

Asking for the place of every character would take most of the time, so it is asked for the first
and the last one of each stretch without a blank.
"""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unicodedata import normalize

from pypdfium2 import raw

from service.reading.gutters import Run
from service.reading.paragraphs import CJK, HYPHEN

LEAST_SIZE = 0.5
"""Points; smaller type cannot be read."""
CELL_GAP = 1.2
"""A gap of more ems than this parts columns and cells; between words it is never so wide."""
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
SOFT = "\x02\xad\ufffe"
"""Hyphens that only a line end asked for, as fonts and pdfium call them."""
WORD = re.compile(rf"[^\s\x00-\x1f{SOFT}]*[{SOFT}]|[^\s\x00-\x1f{SOFT}]+")

Place = tuple[float, float, float, float]
"""Left, bottom, right and top in points."""


def page_runs(page: Any) -> Iterator[Run]:
    """Stretches of one line without a wide gap, in the order of the file, as the page is turned."""
    textpage = page.get_textpage()
    turned, (width, height) = page.get_rotation(), page.get_size()
    run: Run | None = None
    parts: list[str] = []
    for blank, word, box in Words(textpage):
        if run is not None and _goes_on(run, box):
            if blank == " " or (blank and not _is_typographic(run, parts[-1][-1], word[0], box)):
                parts.append(" ")
            run.x1, run.y0, run.y1 = max(run.x1, box[2]), min(run.y0, box[1]), max(run.y1, box[3])
            run.end = box[2]
        else:
            if run is not None:
                yield _turned(run, "".join(parts), turned, width, height)
            run = Run("", *box, size=max(box[3] - box[1], LEAST_SIZE), end=box[2])
            parts = []
        parts.append(word)
    if run is not None:
        yield _turned(run, "".join(parts), turned, width, height)
    textpage.close()


class Words:
    """Each with its place, and the blank before it: empty, a space, or ``~`` for one supposed."""

    def __init__(self, textpage: Any) -> None:
        self.handle, self.count = textpage.raw, textpage.count_chars()
        self.numbers = (ctypes.c_float * 4)()
        self.box = ctypes.cast(self.numbers, ctypes.POINTER(raw.FS_RECTF))

    def __iter__(self) -> Iterator[tuple[str, str, Place]]:
        code_of, handle = raw.FPDFText_GetUnicode, self.handle
        codes = [code_of(handle, index) for index in range(self.count)]
        text = "".join(chr(code) if code < 0x110000 else "\ufffd" for code in codes)
        before = 0
        for found in WORD.finditer(text):
            blank = self.blank(text, before, found.start())
            before = found.end()
            for start, stop, place in self.placed(found.start(), found.end()):
                yield blank, plain(text[start:stop]), place
                blank = ""

    def blank(self, text: str, start: int, stop: int) -> str:
        place = text.find(" ", start, stop)
        if place < 0:
            return " " if text[start:stop].strip("\r\n\0") else ""
        return "~" if raw.FPDFText_IsGenerated(self.handle, place) else " "

    def placed(self, start: int, stop: int) -> Iterator[tuple[int, int, Place]]:
        """The word in one piece if it stands on one line, else character by character."""
        first, last = self.place(start), self.place(stop - 1)
        if first and last and _on_one_line(first, last):
            bottom, top = min(first[1], last[1]), max(first[3], last[3])
            yield start, stop, (first[0], bottom, max(first[2], last[2]), top)
            return
        for index in range(start, stop):
            place = self.place(index)
            if place:
                yield index, index + 1, place

    def place(self, index: int) -> Place | None:
        if not raw.FPDFText_GetLooseCharBox(self.handle, index, self.box):
            return None
        left, top, right, bottom = self.numbers[:]
        sound = -FAR < left <= right < FAR and -FAR < bottom < top < FAR
        return (left, bottom, right, top) if sound else None


def plain(word: str) -> str:
    """One sign for every soft hyphen, which stays at the end only; rare characters put together."""
    if word[-1] in SOFT:
        word = word[:-1] + HYPHEN
    try:
        word.encode()
    except UnicodeEncodeError:
        word = word.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return word


def _on_one_line(first: Place, last: Place) -> bool:
    overlap = min(first[3], last[3]) - max(first[1], last[1])
    height = min(first[3] - first[1], last[3] - last[1])
    return overlap > 0.5 * height and last[2] >= first[0]


def _goes_on(run: Run, box: Place) -> bool:
    left, bottom, _, top = box
    overlap = min(run.y1, top) - max(run.y0, bottom)
    if overlap < 0.5 * min(run.y1 - run.y0, top - bottom):
        return False
    gap = left - run.end
    return -BACK * run.size < gap < CELL_GAP * run.size


def _is_typographic(run: Run, before: str, after: str, box: Place) -> bool:
    """Whether a narrow gap only sets figures and letters off from the Chinese around them."""
    return box[0] - run.end < 0.5 * run.size and bool(CJK.match(before) or CJK.match(after))


def _turned(run: Run, words: str, turned: int, width: float, height: float) -> Run:
    """The run as a reader sees it; pdfium gives places as if the page were not turned."""
    text = words.strip().translate(PLAIN)
    text = text[:-1].replace(HYPHEN, "") + text[-1:]  # a soft hyphen that no line end asked for
    x0, y0, x1, y1 = run.x0, run.y0, run.x1, run.y1
    if turned == 90:
        x0, y0, x1, y1 = y0, height - x1, y1, height - x0
    elif turned == 180:
        x0, y0, x1, y1 = width - x1, height - y1, width - x0, height - y0
    elif turned == 270:
        x0, y0, x1, y1 = width - y1, x0, width - y0, x1
    return replace(run, text=text, x0=x0, y0=y0, x1=x1, y1=y1)
