"""Bytes to text. What was decoded is kept to the character: quotes are spans of it."""

import codecs
import unicodedata

from service.errors import UnreadableDocument, UnsupportedMedia

MEDIA_TYPES = ("text/plain",)
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
STRANGE_SHARE = 0.01
"""More control, private or unassigned characters than this: the bytes are no text."""


def require_media_type(media_type: str | None, filename: str) -> str:
    """The media type without parameters, or UnsupportedMedia."""
    plain = (media_type or "").partition(";")[0].strip().lower()
    if plain not in MEDIA_TYPES:
        raise UnsupportedMedia("media-type", filename=filename, media_type=plain)
    return plain


def decode(content: bytes) -> tuple[str, str]:
    """Text and the name of its encoding.

    UTF-16 is recognised by its byte order mark; otherwise the bytes must be UTF-8 or, failing
    that, GB18030. A UTF-8 mark stays in the text, so that offsets are those of the plain decoding.

    Raises
    ------
    UnreadableDocument
        The bytes are empty or blank, in no known encoding, or binary.
    """
    if not content:
        raise UnreadableDocument("file-empty")
    text, charset = _decode(content)
    strange = sum(unicodedata.category(char) in {"Cc", "Cn", "Co", "Cs"} for char in text)
    strange -= sum(text.count(char) for char in "\n\r\t\f")
    if "\x00" in text or strange > len(text) * STRANGE_SHARE:
        raise UnreadableDocument("file-binary")
    if not text.strip("\ufeff \t\r\n\u3000"):
        raise UnreadableDocument("file-blank")
    return text, charset


def _decode(content: bytes) -> tuple[str, str]:
    charsets = ["utf-16"] if content.startswith(UTF_16) else ["utf-8", "gb18030"]
    for charset in charsets:
        try:
            return content.decode(charset), charset
        except UnicodeDecodeError:
            continue
    raise UnreadableDocument("file-encoding")
