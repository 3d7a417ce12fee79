"""Reads of statements."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from models import Cluster, Statement, Topic
from service.access import Principal
from service.visibility import readable_statement


def with_parts() -> Select[Statement]:
    """Statements with all that their view shows."""
    return select(Statement).options(
        joinedload(Statement.cluster),
        joinedload(Statement.topic),
        selectinload(Statement.facet_values),
    )


def listed(
    who: Principal,
    *,
    cluster: str | None = None,
    topic: str | None = None,
    meeting: int | None = None,
    document: int | None = None,
    updated_since: datetime | None = None,
    **columns: str | None,
) -> Select[Statement]:
    """What ``who`` may read; ``topic`` includes its special cases, ``columns`` must be equal."""
    rows = with_parts().where(readable_statement(who))
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


def by_id(session: Session, who: Principal, id_: int, *, lock: bool = False) -> Statement | None:
    """With ``lock`` whoever edits it at this moment is waited for, and their version is read."""
    rows = with_parts().where(Statement.id == id_, readable_statement(who))
    if lock:
        rows = rows.with_for_update(of=Statement)
    return session.scalars(rows).one_or_none()
