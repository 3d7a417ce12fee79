"""Reads of lists that were shown, of decisions and of outcomes."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from models import Cluster, Decision, Event, Impression, Outcome, Showing


def lock_event(session: Session, id_: int) -> None:
    """Two who decide on one event go one after the other."""
    session.execute(select(Event.id).where(Event.id == id_).with_for_update())


def slugs(session: Session, ids: Collection[int | None]) -> dict[int | None, str]:
    rows = select(Cluster.id, Cluster.slug).where(Cluster.id.in_([i for i in ids if i]))
    return {row.id: row.slug for row in session.execute(rows)}


def same_pair(
    table: type[Impression | Decision], one: Cluster, other: Cluster
) -> ColumnElement[bool]:
    return or_(
        and_(table.for_id == one.id, table.cluster_id == other.id),
        and_(table.for_id == other.id, table.cluster_id == one.id),
    )


def showings(event_id: int) -> Select[Showing]:
    rows = select(Showing).where(Showing.event_id == event_id)
    return rows.options(selectinload(Showing.impressions))


def last_impression(
    session: Session, event_id: int, one: Cluster, other: Cluster, side: int | None
) -> Impression | None:
    """Where the pair stood in the newest list that was put before this side."""
    to = Showing.to_id.is_(None) if side is None else Showing.to_id == side
    rows = (
        select(Impression)
        .join(Showing, Impression.showing_id == Showing.id)
        .where(Showing.event_id == event_id, to, same_pair(Impression, one, other))
    )
    return session.scalars(rows.order_by(Showing.id.desc()).limit(1)).one_or_none()


def decisions(event_id: int, *, side: str | None = None) -> Select[Decision]:
    """Those of one event; with ``side``, a slug, only what that cluster decided."""
    rows = select(Decision).where(Decision.event_id == event_id)
    if side is not None:
        own = select(Cluster.id).where(Cluster.slug == side).scalar_subquery()
        rows = rows.where(Decision.side_id == own)
    return rows


def decision(
    session: Session, event_id: int, one: Cluster, other: Cluster, side: int | None
) -> Decision | None:
    by = Decision.side_id.is_(None) if side is None else Decision.side_id == side
    rows = select(Decision).where(Decision.event_id == event_id, by)
    return session.scalars(rows.where(same_pair(Decision, one, other))).first()


def outcomes(*, event: int | None, of: Sequence[str]) -> Select[Outcome]:
    """With ``of``, slugs, only of pairs in which each of them is one side."""
    rows = select(Outcome)
    if event is not None:
        rows = rows.where(Outcome.event_id == event)
    for slug in of:
        own = select(Cluster.id).where(Cluster.slug == slug).scalar_subquery()
        rows = rows.where(or_(Outcome.for_id == own, Outcome.cluster_id == own))
    return rows
