"""Reads of the taxonomy."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import FacetValue, Topic


def topics(session: Session) -> Sequence[Topic]:
    rows = select(Topic).options(selectinload(Topic.labels), joinedload(Topic.broader))
    return session.scalars(rows.order_by(Topic.id)).all()


def topic(session: Session, notation: str) -> Topic | None:
    rows = select(Topic).where(Topic.notation == notation)
    return session.scalars(
        rows.options(selectinload(Topic.labels), joinedload(Topic.broader))
    ).one_or_none()


def facet_values(session: Session) -> Sequence[FacetValue]:
    return session.scalars(select(FacetValue).order_by(FacetValue.id)).all()
