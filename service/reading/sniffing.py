"""What a file is, by its bytes. Its name and what the sender calls it are not asked."""

import io
import re
import zipfile

from service.errors import UnsupportedMedia
from service.reading.types import DOCX, HTML, PDF, TEXT

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"ID3", "recording"),
    (b"OggS", "recording"),
    (b"fLaC", "recording"),
    (b"%!PS", "postscript"),
    (b"MIME-Version:", "mhtml"),
    (b"From: <Saved by", "mhtml"),
)
INSIDE = (("WordDocument", "doc"), ("Workbook", "xls"), ("PowerPoint Document", "ppt"))
"""Streams of the old Office formats, named in UTF-16."""
PACKED = (("word/document.xml", ""), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"))
LOOK_BYTES = 4096
MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|title|div|table|p|article|section|span|h[1-6])"
    rb"[\s>/]",
    re.IGNORECASE,
)


def sniff(content: bytes, filename: str) -> str:
    """The media type of a file that can be read.

    Raises
    ------
    UnsupportedMedia
        It is of another kind; the message says what to save it as.
    """
    if b"%PDF-" in content[:1024]:
        return PDF
    kind = _other_kind(content)
    if kind:
        raise UnsupportedMedia(f"kind-{kind}", filename=filename[-80:])
    if content.startswith(ZIP):
        return DOCX
    return HTML if _is_markup(content[:LOOK_BYTES]) else TEXT


def _other_kind(content: bytes) -> str:
    """A kind that is not read; empty if it may be read."""
    if content.startswith(OLD_OFFICE):
        named = (kind for name, kind in INSIDE if name.encode("utf-16-le") in content)
        return next(named, "old")
    if content.startswith(ZIP):
        return _packed_kind(content)
    if content[:4] == b"RIFF":
        return "image" if content[8:12] == b"WEBP" else "recording"
    if content[4:8] == b"ftyp":
        return "image" if content[8:12] in {b"heic", b"heix", b"mif1", b"avif"} else "recording"
    if content[:2] == b"BM" and content[6:10] == b"\0\0\0\0":
        return "image"
    start = content[:64].lstrip()
    return next((kind for sign, kind in SIGNATURES if start.startswith(sign)), "")


def _packed_kind(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, MemoryError):
        return "" if b"word/document.xml" in content else "zip"  # said better by who opens it
    if "mimetype" in names:
        return "odt"
    return next((kind for name, kind in PACKED if name in names), "zip")


def _is_markup(start: bytes) -> bool:
    """Whether it begins as a page does; a text may well speak of ``<p>`` further on."""
    plain = start.removeprefix(b"\xef\xbb\xbf")
    if plain[:2] in {b"\xff\xfe", b"\xfe\xff"} or plain[:64].count(b"\0") > 8:
        plain = (
            plain.replace(b"\0", b"")[2:] if plain[:1] in b"\xff\xfe" else plain.replace(b"\0", b"")
        )
    plain = plain.lstrip()
    return plain.startswith(b"<") and MARKUP.search(plain) is not None
