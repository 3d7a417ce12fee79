"""What a person may have broken by hand, found by reading everything once."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Document, Statement


def faults(session: Session) -> Iterator[str]:
    """Quotes that are not where their statement says they are."""
    rows = select(
        Statement.id, Statement.quote, Statement.span_start, Statement.span_end, Document.text
    ).join(Document, Statement.document_id == Document.id)
    for id_, quote, start, end, text in session.execute(rows):
        if text[start:end] != quote:
            yield f"statement {id_}: the quote is not at {start}-{end} of its document"
