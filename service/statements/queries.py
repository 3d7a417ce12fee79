"""Reads of statements."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from models import Cluster, Statement, StatementChange, Topic


def with_parts() -> Select[Statement]:
    """Statements with all that their view shows."""
    return select(Statement).options(
        joinedload(Statement.cluster),
        joinedload(Statement.topic),
        selectinload(Statement.facet_values),
    )


def listed(
    *,
    cluster: str | None = None,
    topic: str | None = None,
    meeting: int | None = None,
    document: int | None = None,
    updated_since: datetime | None = None,
    **columns: str | None,
) -> Select[Statement]:
    """Filtered; ``topic`` includes its special cases, ``columns`` compare for equality."""
    rows = with_parts()
    if cluster:
        rows = rows.where(Statement.cluster_id.in_(select(Cluster.id).filter_by(slug=cluster)))
    if topic:
        parent = aliased(Topic)
        family = (
            select(Topic.id)
            .outerjoin(parent, Topic.broader_id == parent.id)
            .where((Topic.notation == topic) | (parent.notation == topic))
        )
        rows = rows.where(Statement.topic_id.in_(family))
    if meeting is not None:
        rows = rows.where(Statement.meeting_id == meeting)
    if document is not None:
        rows = rows.where(Statement.document_id == document)
    if updated_since:
        rows = rows.where(Statement.updated_at >= updated_since)
    for name, value in columns.items():
        if value is not None:
            rows = rows.where(getattr(Statement, name) == value)
    return rows


def by_id(session: Session, id_: int) -> Statement | None:
    return session.scalars(with_parts().where(Statement.id == id_)).one_or_none()


def changes(session: Session, id_: int) -> Sequence[StatementChange]:
    rows = select(StatementChange).where(StatementChange.statement_id == id_)
    return session.scalars(rows.order_by(StatementChange.version)).all()
