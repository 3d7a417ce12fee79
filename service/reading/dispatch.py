"""Reads one file in this process, whatever it is. ``reader`` does the same in a child."""

import re

from service.errors import UnreadableDocument
from service.reading.bounds import LONGEST_TEXT
from service.reading.decoding import decode
from service.reading.language import require_readable
from service.reading.sniffing import sniff
from service.reading.types import DOCX, HTML, PDF, TEXT, Reading

CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]{2,30})", re.IGNORECASE)


def read(content: bytes, *, filename: str = "", declared: str | None = None) -> Reading:
    """Text of a file.

    Parameters
    ----------
    declared
        What its sender calls it, such as ``text/plain; charset=big5``: only the charset is a hint.

    Raises
    ------
    UnsupportedMedia
        Not of a kind that is read; the message says what to save it as.
    UnreadableDocument
        Of such a kind, and it cannot be read all the same; the message says why.
    """
    reading = _read(sniff(content, filename), content, charset_in(declared))
    if len(reading.text) > LONGEST_TEXT:
        raise UnreadableDocument("text-long", limit=LONGEST_TEXT)
    require_readable(reading.text)
    return reading


def _read(kind: str, content: bytes, hint: str | None) -> Reading:
    # The libraries are imported when they are needed: each takes longer than most files.
    if kind == DOCX:
        from service.reading.word import read_word  # noqa: PLC0415

        return read_word(content)
    if kind == PDF:
        from service.reading.pdf import read_pdf  # noqa: PLC0415

        return read_pdf(content)
    if kind == HTML:
        from service.reading.page import read_page  # noqa: PLC0415

        return read_page(content, hint)
    text, charset = decode(content, hint)
    return Reading(text, TEXT, charset)


def charset_in(media_type: str | None) -> str | None:
    found = CHARSET.search(media_type or "")
    return found[1] if found else None
