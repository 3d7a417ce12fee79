"""What goes into and comes out of reading a file."""

from dataclasses import dataclass, field

TEXT = "text/plain"
HTML = "text/html"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = (TEXT, HTML, DOCX, PDF)

UNICODE = "unicode"
"""Charset of files that say themselves which characters they hold."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know of a reading; ``note.`` and ``key`` name the message."""

    key: str
    values: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """``text`` is kept to the character: quotes are spans of it."""

    text: str
    media_type: str
    charset: str
    notes: tuple[Note, ...] = ()
