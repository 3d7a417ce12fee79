"""Everything a ranking reads, as plain rows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased, selectinload

from models import (
    ChainRule,
    Cluster,
    Docking,
    FacetValue,
    Meeting,
    Statement,
    StatementFacet,
    Topic,
    Veto,
)
from models.enums import Status, Visibility
from service.visibility import statement_in

AnyRow = Row[*tuple[Any, ...]]


def clusters(session: Session) -> Sequence[AnyRow]:
    parent = aliased(Cluster)
    return session.execute(
        select(
            Cluster.slug,
            Cluster.name_zh,
            Cluster.name_en,
            Cluster.kind,
            Cluster.province,
            Cluster.latitude,
            Cluster.longitude,
            parent.slug.label("part_of"),
        )
        .outerjoin(parent, Cluster.part_of_id == parent.id)
        .order_by(Cluster.sort_key, Cluster.id)
    ).all()


def statements(
    session: Session, *, as_of: date, circle: Sequence[Visibility], statuses: Sequence[Status]
) -> Sequence[AnyRow]:
    """Statements of registered clusters that were known on a day, in the order of entry."""
    known = Statement.known_from.is_(None) | (Statement.known_from <= as_of)
    return session.execute(
        select(
            Statement.id,
            Cluster.slug,
            Statement.kind,
            Statement.asks,
            Topic.notation,
            Statement.phrase,
            Statement.phrase_en,
            Statement.weight,
            Statement.status,
            Statement.basis,
            Statement.quote,
            Statement.span_start,
            Statement.document_id,
            Statement.meeting_id,
            Meeting.title_zh,
            Statement.stated_on,
            Statement.known_from,
            Statement.speaker,
            Statement.source_zh,
            Statement.source_en,
            Statement.updated_at,
        )
        .join(Cluster, Statement.cluster_id == Cluster.id)
        .join(Topic, Statement.topic_id == Topic.id)
        .outerjoin(Meeting, Statement.meeting_id == Meeting.id)
        .where(known, statement_in(circle), Statement.status.in_(statuses))
        .order_by(Statement.id)
    ).all()


def facets(session: Session) -> dict[int, dict[str, frozenset[str]]]:
    """Facet values by statement."""
    rows = session.execute(
        select(StatementFacet.statement_id, FacetValue.facet, FacetValue.value).join(FacetValue)
    )
    found: dict[int, dict[str, frozenset[str]]] = {}
    for statement, facet, value in rows:
        named = found.setdefault(statement, {})
        named[facet] = named.get(facet, frozenset()) | {value}
    return found


def topics(session: Session) -> Sequence[Topic]:
    rows = select(Topic).options(selectinload(Topic.labels), selectinload(Topic.broader))
    return session.scalars(rows.order_by(Topic.notation)).all()


def chain_rules(session: Session) -> Sequence[AnyRow]:
    start, end = aliased(Topic), aliased(Topic)
    return session.execute(
        select(ChainRule, start.notation.label("from_topic"), end.notation.label("topic"))
        .join(start, ChainRule.from_topic_id == start.id)
        .join(end, ChainRule.topic_id == end.id)
        .order_by(ChainRule.id)
    ).all()


def vetoes(session: Session) -> Sequence[AnyRow]:
    low, high = aliased(Cluster), aliased(Cluster)
    return session.execute(
        select(low.slug, high.slug, Veto.reason)
        .join(low, Veto.low_id == low.id)
        .join(high, Veto.high_id == high.id)
    ).all()


def dockings(session: Session) -> Sequence[AnyRow]:
    """Dockings of two registered clusters."""
    one, other = aliased(Cluster), aliased(Cluster)
    return session.execute(
        select(one.slug, other.slug, Docking.held_on)
        .join(one, Docking.supplier_id == one.id)
        .join(other, Docking.receiver_id == other.id)
        .order_by(Docking.id)
    ).all()
