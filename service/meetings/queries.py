"""Reads of meetings and documents."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, undefer

from models import Document, Meeting


def listed(*, kind: str | None) -> Select[Meeting]:
    rows = select(Meeting)
    return rows.where(Meeting.kind == kind) if kind else rows


def documents(session: Session, meeting_id: int) -> Sequence[Document]:
    rows = select(Document).where(Document.meeting_id == meeting_id)
    return session.scalars(rows.order_by(Document.id)).all()


def document(session: Session, meeting_id: int, id_: int) -> Document | None:
    rows = select(Document).where(Document.meeting_id == meeting_id, Document.id == id_)
    return session.scalars(rows.options(undefer(Document.text))).one_or_none()


def document_by_digest(session: Session, sha256: str) -> Document | None:
    return session.scalars(select(Document).where(Document.sha256 == sha256)).one_or_none()


def content(session: Session, document_id: int) -> bytes:
    return session.execute(select(Document.content).where(Document.id == document_id)).scalar_one()
