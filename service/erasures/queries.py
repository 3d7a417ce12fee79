"""What holds the words that are to go."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session, undefer

from models import AuditEntry, Change, Document, Statement


def asked_for(
    session: Session, *, ids: Collection[int], speaker: str | None, meeting: int | None
) -> Sequence[Statement]:
    """Statements named by number, or all of one speaker, at one meeting if it is given."""
    wanted: list[ColumnElement[bool]] = [Statement.id.in_(ids)]
    if speaker is not None:
        said = Statement.speaker == speaker
        wanted.append(said & (Statement.meeting_id == meeting) if meeting is not None else said)
    return session.scalars(select(Statement).where(or_(*wanted)).order_by(Statement.id)).all()


def of_document(session: Session, id_: int) -> Sequence[Statement]:
    rows = select(Statement).where(Statement.document_id == id_)
    return session.scalars(rows.order_by(Statement.span_start, Statement.id)).all()


def documents(session: Session, ids: Collection[int]) -> Sequence[Document]:
    rows = select(Document).where(Document.id.in_(ids)).options(undefer(Document.text))
    return session.scalars(rows.order_by(Document.id)).all()


def naming(session: Session, name: str, meeting: int | None) -> Sequence[Document]:
    """Documents, of one meeting if it is given, in which a person is named."""
    rows = select(Document).where(Document.text.contains(name, autoescape=True))
    if meeting is not None:
        rows = rows.where(Document.meeting_id == meeting)
    return session.scalars(rows.options(undefer(Document.text)).order_by(Document.id)).all()


def other_documents(session: Session, ids: Collection[int]) -> Iterator[tuple[int, int, str]]:
    """Number, meeting and text of every document but these."""
    rows = select(Document.id, Document.meeting_id, Document.text).where(Document.id.not_in(ids))
    for row in session.execute(rows.order_by(Document.id).execution_options(yield_per=20)):
        yield row.id, row.meeting_id, row.text


def drop_history(session: Session, entity: str, ids: Collection[str | int]) -> int:
    """Remove what entries were before and after; that they were changed stays in the audit."""
    steps = select(AuditEntry.id).where(
        AuditEntry.entity == entity, AuditEntry.entity_id.in_([str(id_) for id_ in ids])
    )
    done = session.execute(
        delete(Change)
        .where(Change.audit_id.in_(steps))
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
