"""Reads of the audit and of the history that it points to."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from models import AuditEntry, Change

ERASURES = ("erased", "blanked", "history_erased")
"""Steps that take the history of an entry."""


def listed(
    *,
    actor: str | None = None,
    action: str | None = None,
    entity: str | None = None,
    entity_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Select[AuditEntry]:
    """Filtered; ``action`` is a whole action or what stands before its dot."""
    rows = select(AuditEntry).options(joinedload(AuditEntry.change))
    for column, value in (
        (AuditEntry.actor, actor),
        (AuditEntry.entity, entity),
        (AuditEntry.entity_id, entity_id),
    ):
        if value is not None:
            rows = rows.where(column == value)
    if action is not None:
        rows = rows.where(
            (AuditEntry.action == action)
            | AuditEntry.action.startswith(f"{action}.", autoescape=True)
        )
    if since is not None:
        rows = rows.where(AuditEntry.at >= since)
    if until is not None:
        rows = rows.where(AuditEntry.at < until)
    return rows


def history(session: Session, entity: str, entity_id: str) -> Sequence[AuditEntry]:
    """What happened to one entry, oldest first; steps whose words were erased are left out."""
    rows = (
        select(AuditEntry)
        .join(AuditEntry.change)
        .options(contains_eager(AuditEntry.change))
        .where(AuditEntry.entity == entity, AuditEntry.entity_id == entity_id)
    )
    return session.scalars(rows.order_by(AuditEntry.id)).all()


def erased_among(session: Session, wordless: Sequence[AuditEntry]) -> set[int]:
    """Ids of those of the ``wordless`` entries that lost their words to an erasure.

    It is written down, as one of ``ERASURES``, at the entry whose words it took.
    """
    if not wordless:
        return set()
    ids = {entry.entity_id for entry in wordless}
    rows = (
        select(AuditEntry.entity, AuditEntry.entity_id, func.max(AuditEntry.id))
        .where(
            or_(*(AuditEntry.action.endswith(f".{step}", autoescape=True) for step in ERASURES)),
            AuditEntry.entity_id.in_(ids),
        )
        .group_by(AuditEntry.entity, AuditEntry.entity_id)
    )
    last = {(entity, id_): erasure for entity, id_, erasure in session.execute(rows)}
    return {e.id for e in wordless if e.id <= last.get((e.entity, e.entity_id), 0)}


def as_of_version(session: Session, entity: str, entity_id: str, version: int) -> Change | None:
    """The change that led to ``version`` of an entry."""
    rows = (
        select(Change)
        .join(Change.entry)
        .where(
            AuditEntry.entity == entity,
            AuditEntry.entity_id == entity_id,
            AuditEntry.version == version,
        )
    )
    return session.scalars(rows.order_by(Change.audit_id.desc())).first()
