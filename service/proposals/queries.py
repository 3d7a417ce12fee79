"""Reads for proposed places."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Document, Meeting, PlaceDismissal, Statement


@dataclass(frozen=True, slots=True)
class Source:
    """A document that speaks of a place."""

    document: int
    meeting: int
    filename: str
    title_zh: str
    title_en: str | None
    held_on: str | None


def sources(session: Session, ids: Collection[int]) -> dict[int, Source]:
    """By number of the document."""
    rows = (
        select(
            Document.id,
            Document.meeting_id,
            Document.filename,
            Meeting.title_zh,
            Meeting.title_en,
            Meeting.held_on,
        )
        .join(Meeting, Meeting.id == Document.meeting_id)
        .where(Document.id.in_(ids))
    )
    return {row[0]: Source(*row) for row in session.execute(rows)}


def text_of(session: Session, document: int) -> str:
    return session.execute(select(Document.text).where(Document.id == document)).scalar_one()


def dismissals(session: Session) -> Sequence[PlaceDismissal]:
    """The newest first."""
    return session.scalars(select(PlaceDismissal).order_by(PlaceDismissal.id.desc())).all()


def dismissal(session: Session, folded: str) -> PlaceDismissal | None:
    rows = select(PlaceDismissal).where(PlaceDismissal.folded == folded)
    return session.scalars(rows).one_or_none()


def rejected_by(session: Session) -> dict[int, int]:
    """How many statements each dismissal rejected."""
    rows = (
        select(Statement.dismissal_id, func.count())
        .where(Statement.dismissal_id.is_not(None))
        .group_by(Statement.dismissal_id)
    )
    return {int(id_ or 0): count for id_, count in session.execute(rows)}
