"""Reads of docking events."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased, selectinload

from models import Cluster, Docking, Event, EventParticipant, Topic
from service.access import Action, Principal, Reach


def listed(
    who: Principal, *, held_from: date | None = None, held_until: date | None = None
) -> Select[Event]:
    """A representative sees the events in which its own cluster takes part."""
    rows = select(Event).options(selectinload(Event.themes), selectinload(Event.participants))
    if who.reach(Action.READ_EVENTS) is not Reach.ALL:
        own = select(EventParticipant.event_id).join(Cluster).where(Cluster.slug == who.cluster)
        rows = rows.where(Event.id.in_(own))
    if held_from:
        rows = rows.where(Event.held_on >= held_from)
    if held_until:
        rows = rows.where(Event.held_on <= held_until)
    return rows


def by_id(session: Session, who: Principal, id_: int) -> Event | None:
    return session.scalars(listed(who).where(Event.id == id_)).one_or_none()


def dockings(
    session: Session, cluster_id: int
) -> Sequence[Row[Docking, str, str | None, str | None]]:
    """Dockings of one cluster with topic, and the slugs of supplier and receiver."""
    supplier, receiver = aliased(Cluster), aliased(Cluster)
    rows = (
        select(Docking, Topic.notation, supplier.slug, receiver.slug)
        .join(Topic, Docking.topic_id == Topic.id)
        .outerjoin(supplier, Docking.supplier_id == supplier.id)
        .outerjoin(receiver, Docking.receiver_id == receiver.id)
        .where((Docking.supplier_id == cluster_id) | (Docking.receiver_id == cluster_id))
    )
    return session.execute(rows.order_by(Docking.id)).all()


def with_strangers(session: Session) -> Sequence[Row[Docking, str]]:
    """Dockings of which a side is not registered, with their topics."""
    rows = select(Docking, Topic.notation).join(Topic, Docking.topic_id == Topic.id)
    rows = rows.where(Docking.supplier_id.is_(None) | Docking.receiver_id.is_(None))
    return session.execute(rows.order_by(Docking.id)).all()
