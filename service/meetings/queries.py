"""Reads of meetings and documents."""

from collections.abc import Sequence

from sqlalchemy import Select, not_, select
from sqlalchemy.orm import Session, undefer

from models import Document, Meeting, Statement
from service.access import Principal
from service.visibility import meeting_in, statement_in


def listed(who: Principal, *, kind: str | None = None) -> Select[Meeting]:
    rows = select(Meeting).where(meeting_in(who.circle))
    return rows.where(Meeting.kind == kind) if kind else rows


def by_id(session: Session, who: Principal, id_: int) -> Meeting | None:
    return session.scalars(listed(who).where(Meeting.id == id_)).one_or_none()


def documents(session: Session, meeting_id: int) -> Sequence[Document]:
    rows = select(Document).where(Document.meeting_id == meeting_id)
    return session.scalars(rows.order_by(Document.id)).all()


def document(session: Session, meeting_id: int, id_: int) -> Document | None:
    rows = select(Document).where(Document.meeting_id == meeting_id, Document.id == id_)
    return session.scalars(rows.options(undefer(Document.text))).one_or_none()


def document_by_digest(session: Session, sha256: str) -> Document | None:
    return session.scalars(select(Document).where(Document.sha256 == sha256)).one_or_none()


def content(session: Session, document_id: int) -> bytes | None:
    return session.execute(select(Document.content).where(Document.id == document_id)).scalar_one()


def hidden_spans(session: Session, who: Principal, document_id: int) -> list[tuple[int, int]]:
    """Where the document holds words of statements that ``who`` may not see."""
    rows = select(Statement.span_start, Statement.span_end).where(
        Statement.document_id == document_id, not_(statement_in(who.circle))
    )
    return [(start or 0, end or 0) for start, end in session.execute(rows)]
