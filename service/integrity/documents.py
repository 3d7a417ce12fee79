"""Documents are what their bytes decode to, and quotes stand where their statement says."""

import hashlib
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Document, Statement
from service.integrity.fault import Fault
from service.reading.types import TEXT


def misplaced_quotes(session: Session) -> Iterator[Fault]:
    rows = (
        select(
            Statement.document_id,
            Statement.id,
            Statement.quote,
            Statement.span_start,
            Statement.span_end,
            Statement.figures,
        )
        .where(Statement.document_id.is_not(None))
        .order_by(Statement.document_id, Statement.id)
    )
    for document, quotes in groupby(session.execute(rows).all(), key=lambda row: row[0]):
        text = session.scalar(select(Document.text).where(Document.id == document))
        for _, id_, quote, start, end, figures in quotes:
            if text is None:
                continue
            if quote is not None and text[start:end] != quote:
                values = {"start": start, "end": end, "document": document}
                yield Fault("statement", str(id_), "quote", values)
            for figure in figures:
                if not stands(text, figure):
                    yield Fault("statement", str(id_), "figure", {"document": document})


def stands(text: str, figure: Any) -> bool:
    """Whether a figure is where it says."""
    try:
        return bool(text[figure["start"] : figure["end"]] == figure["text"])
    except (TypeError, KeyError):
        return False


def altered_documents(session: Session) -> Iterator[Fault]:
    """Of an erased document nothing but the blanked text is left to compare.

    What a library found in a file may change with its version: there only the bytes are compared.
    """
    for id_ in session.scalars(select(Document.id).order_by(Document.id)).all():
        row = session.execute(
            select(
                Document.content,
                Document.text,
                Document.size,
                Document.sha256,
                Document.media_type,
                Document.charset,
            ).where(Document.id == id_)
        ).one()
        content, text, size, sha256, media_type, charset = row
        if content is not None:
            for kind in _differences(content, text, size, sha256, media_type, charset):
                yield Fault("document", str(id_), kind)


def _differences(
    content: bytes, text: str, size: int, sha256: str, media_type: str, charset: str
) -> Iterator[str]:
    if len(content) != size:
        yield "document-size"
    if hashlib.sha256(content).hexdigest() != sha256:
        yield "document-sha256"
    elif media_type == TEXT and _decoded(content, charset) != text:
        yield "document-text"


def _decoded(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return None
