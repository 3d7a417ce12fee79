"""Reads of learnt blends, and of all that was shown, decided and achieved."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from models import Blend, Decision, Impression, Outcome, Showing

AnyRow = Row[*tuple[Any, ...]]


def listed() -> Select[Blend]:
    return select(Blend)


def by_id(session: Session, id_: int) -> Blend | None:
    return session.scalars(select(Blend).where(Blend.id == id_)).one_or_none()


def impressions(session: Session) -> Sequence[AnyRow]:
    """The best places first."""
    return session.execute(
        select(
            Showing.event_id,
            Impression.for_id,
            Impression.cluster_id,
            Impression.place,
            Impression.need,
            Impression.offer,
            Impression.mutual,
            Impression.similarity,
        )
        .join(Showing, Impression.showing_id == Showing.id)
        .order_by(Impression.place, Showing.id)
    ).all()


def decisions(session: Session) -> Sequence[AnyRow]:
    return session.execute(
        select(
            Decision.event_id,
            Decision.for_id,
            Decision.cluster_id,
            Decision.place,
            Decision.need,
            Decision.offer,
            Decision.mutual,
            Decision.similarity,
            Decision.verdict,
        ).order_by(Decision.id)
    ).all()


def outcomes(session: Session) -> Sequence[AnyRow]:
    """Of events; what came about elsewhere has nothing to be compared with."""
    return session.execute(
        select(Outcome.event_id, Outcome.for_id, Outcome.cluster_id, Outcome.result).where(
            Outcome.event_id.is_not(None)
        )
    ).all()
