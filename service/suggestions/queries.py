"""Everything a ranking reads, as plain rows."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, literal_column, select
from sqlalchemy.orm import Session, aliased

from models import (
    ChainRule,
    Cluster,
    Docking,
    FacetValue,
    Meeting,
    Statement,
    StatementFacet,
    Topic,
    TopicLabel,
    Veto,
)
from models.enums import Status, Visibility
from service.visibility import statement_in

AnyRow = Row[*tuple[Any, ...]]
Stamp = tuple[Any, ...]
AT_ONCE = 500
"""Ids that one question names; SQLite takes no more than some thousand."""


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


@dataclass(frozen=True, slots=True)
class Readable:
    """Which statements a ranking may read: known on a day, for a circle, of some statuses."""

    as_of: date
    circle: tuple[Visibility, ...]
    statuses: tuple[Status, ...]

    def condition(self) -> ColumnElement[bool]:
        """Of registered clusters only."""
        known = Statement.known_from.is_(None) | (Statement.known_from <= self.as_of)
        stated = Statement.status.in_(self.statuses) & Statement.cluster_id.is_not(None)
        return and_(known, statement_in(self.circle), stated)


def stamps(session: Session, readable: Readable) -> dict[int, Stamp]:
    """By statement, what changes whenever anything of it does, its meeting included.

    The time is read as the driver gives it: it is compared, and turning 20,000 of them into
    values would take longer than all the rest.
    """
    updated: ColumnElement[Any] = literal_column("statement.updated_at")
    rows = session.execute(
        select(Statement.id, Statement.version, updated, Meeting.version)
        .outerjoin(Meeting, Statement.meeting_id == Meeting.id)
        .where(readable.condition())
        .order_by(Statement.id)
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def statements(
    session: Session, readable: Readable, ids: Collection[int] | None = None
) -> list[AnyRow]:
    """Those of ``ids``, or all, in the order of entry."""
    rows = (
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
        .where(readable.condition())
        .order_by(Statement.id)
    )
    return _of(session, rows, Statement.id, ids)


def facets(
    session: Session, ids: Collection[int] | None = None
) -> dict[int, dict[str, frozenset[str]]]:
    """Facet values by statement: of ``ids``, or of all."""
    rows = select(StatementFacet.statement_id, FacetValue.facet, FacetValue.value).join(FacetValue)
    found: dict[int, dict[str, frozenset[str]]] = {}
    for statement, facet, value in _of(session, rows, StatementFacet.statement_id, ids):
        named = found.setdefault(statement, {})
        named[facet] = named.get(facet, frozenset()) | {value}
    return found


def _of(session: Session, rows: Any, column: Any, ids: Collection[int] | None) -> list[AnyRow]:
    """All rows, or those of ``ids``, a batch of these at a time."""
    if ids is None:
        return list(session.execute(rows).all())
    return [
        row
        for batch in _batches(ids)
        for row in session.execute(rows.where(column.in_(batch))).all()
    ]


def _batches(ids: Collection[int]) -> Iterator[list[int]]:
    rest = iter(sorted(ids))
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def topics(session: Session) -> Sequence[AnyRow]:
    broader = aliased(Topic)
    return session.execute(
        select(Topic.notation, broader.notation.label("broader"), Topic.group, Topic.know_how)
        .outerjoin(broader, Topic.broader_id == broader.id)
        .order_by(Topic.notation)
    ).all()


def labels(session: Session) -> Sequence[AnyRow]:
    """Every wording of every topic, those preferred among them."""
    return session.execute(
        select(Topic.notation, TopicLabel.language, TopicLabel.kind, TopicLabel.text)
        .join(Topic, TopicLabel.topic_id == Topic.id)
        .order_by(TopicLabel.id)
    ).all()


def chain_rules(session: Session) -> Sequence[AnyRow]:
    start, end = aliased(Topic), aliased(Topic)
    return session.execute(
        select(
            ChainRule.code,
            ChainRule.from_kind,
            start.notation.label("from_topic"),
            ChainRule.kind,
            end.notation.label("topic"),
            ChainRule.weight,
            ChainRule.phrase,
            ChainRule.phrase_en,
            ChainRule.unless,
            ChainRule.inherits,
            ChainRule.reason_zh,
            ChainRule.reason_en,
        )
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
