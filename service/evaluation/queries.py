"""Reads of what rankers are asked about, and of what simple ones go by."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from models import Cluster, ClusterAlias, Docking, Topic, TopicLabel
from models.enums import Language

AnyRow = Row[*tuple[Any, ...]]


def places(session: Session) -> Sequence[AnyRow]:
    return session.execute(
        select(Cluster.slug, Cluster.province, Cluster.titles, Cluster.products).order_by(
            Cluster.sort_key, Cluster.id
        )
    ).all()


def names(session: Session) -> dict[str, str]:
    """Slugs by each folded name under which a place is found."""
    rows = select(ClusterAlias.folded, Cluster.slug).join(
        Cluster, ClusterAlias.cluster_id == Cluster.id
    )
    return {row.folded: row.slug for row in session.execute(rows)}


def wordings(session: Session) -> dict[str, list[str]]:
    """Chinese labels by notation, those of the topic itself only."""
    rows = (
        select(Topic.notation, TopicLabel.text)
        .join(TopicLabel, TopicLabel.topic_id == Topic.id)
        .where(TopicLabel.language == Language.ZH)
        .order_by(Topic.id, TopicLabel.id)
    )
    found: dict[str, list[str]] = {}
    for notation, text in session.execute(rows):
        found.setdefault(notation, []).append(text)
    return found


def dockings(session: Session) -> Sequence[AnyRow]:
    """Date and both sides of each docking: the slug where registered, and the name where not."""
    supplier, receiver = aliased(Cluster), aliased(Cluster)
    return session.execute(
        select(
            Docking.held_on,
            supplier.slug.label("supplier"),
            Docking.supplier_name,
            receiver.slug.label("receiver"),
            Docking.receiver_name,
        )
        .outerjoin(supplier, Docking.supplier_id == supplier.id)
        .outerjoin(receiver, Docking.receiver_id == receiver.id)
        .order_by(Docking.id)
    ).all()
