"""Reads of statements."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, and_, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from models import Cluster, Statement, Topic
from models.enums import Status
from service.access import Principal
from service.visibility import readable_statement

CHUNK = 500
"""Ids that one query names."""


def with_parts() -> Select[Statement]:
    """Statements with all that their view shows."""
    return select(Statement).options(
        joinedload(Statement.cluster),
        joinedload(Statement.topic),
        joinedload(Statement.dismissal),
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


STANDING = (Status.CONFIRMED, Status.DRAFT)


def speaks(statement: Statement) -> bool:
    """Whether it was said at a meeting, and stands or waits."""
    return statement.meeting_id is not None and statement.status in STANDING


def said_by_places_of(who: Principal, statements: Collection[Statement]) -> Select[Statement]:
    """All that ``who`` may read of what the places of ``statements`` said at meetings.

    Where all are of one meeting, what was said at that one is left out: a long document would be
    read again for each of its parts.
    """
    meetings = {s.meeting_id for s in statements}
    elsewhere = Statement.meeting_id.not_in(meetings) if len(meetings) == 1 else true()
    clusters = {s.cluster_id for s in statements if s.cluster_id is not None}
    names = {s.place_name for s in statements if s.cluster_id is None}
    unregistered = and_(Statement.cluster_id.is_(None), Statement.place_name.in_(names))
    return (
        with_parts()
        .where(
            readable_statement(who),
            Statement.meeting_id.is_not(None),
            elsewhere,
            Statement.status.in_(STANDING),
            or_(Statement.cluster_id.in_(clusters), unregistered),
        )
        .order_by(Statement.id)
    )


def waiting_without_cluster() -> Select[Statement]:
    """Drafts whose place the register lacks."""
    return with_parts().where(Statement.cluster_id.is_(None), Statement.status == Status.DRAFT)


def dismissed_with(id_: int) -> Select[Statement]:
    return with_parts().where(Statement.dismissal_id == id_)


def by_ids(
    session: Session, who: Principal, ids: Collection[int], *, lock: bool = False
) -> list[Statement]:
    """Those that ``who`` may read, by id; locked in that order, so that two callers never cross."""
    found: list[Statement] = []
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        rows = with_parts().where(Statement.id.in_(part), readable_statement(who))
        if lock:
            rows = rows.with_for_update(of=Statement).execution_options(populate_existing=True)
        found += session.scalars(rows.order_by(Statement.id))
    return found
