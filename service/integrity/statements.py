"""A statement counts from the right day on, and its history ends at its version."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import Session

from models import AuditEntry, Cluster, DataRevision, Statement
from models.enums import Basis, Visibility
from service.dates import last_day
from service.integrity.fault import Fault

A_DAY = timedelta(days=1)


def wrong_dates(session: Session) -> Iterator[Fault]:
    rows = select(
        Statement.id,
        Statement.basis,
        Statement.stated_on,
        Statement.known_from,
        Statement.created_at,
    ).order_by(Statement.id)
    for id_, basis, stated_on, known, created_at in session.execute(rows):
        try:
            right = None if basis == Basis.REGISTER else _earliest(stated_on, known, created_at)
        except ValueError as error:
            yield Fault("statement", str(id_), "stated-on", {"cause": str(error)})
        else:
            if known != right:
                yield Fault("statement", str(id_), "known-from", {"right": right or "NULL"})


def _earliest(stated_on: str | None, known: date | None, created_at: datetime) -> date:
    """Undated ones count from their day of entry, whichever time zone it was told in."""
    if stated_on:
        return last_day(stated_on)
    entered = created_at.astimezone(UTC).date()
    return known if known and abs(known - entered) <= A_DAY else entered


def _histories() -> Select[int, int, int | None]:
    """Number and version of each statement, and the newest version that the audit knows."""
    newest = (
        select(AuditEntry.entity_id, func.max(AuditEntry.version).label("version"))
        .where(AuditEntry.entity == "statement")
        .group_by(AuditEntry.entity_id)
        .subquery()
    )
    rows = select(Statement.id, Statement.version, newest.c.version)
    same = newest.c.entity_id == cast(Statement.id, String)
    return rows.outerjoin(newest, same).order_by(Statement.id)


def broken_histories(session: Session) -> Iterator[Fault]:
    for id_, version, line in session.execute(_histories()):
        if version != line:
            yield Fault("statement", str(id_), "history", {"version": version, "line": line or "–"})


def missing_revision(session: Session) -> Iterator[Fault]:
    """Only an empty database has no revision yet; others have one for each circle of readers."""
    known = set(session.scalars(select(DataRevision.audience)))
    filled = any(
        session.scalar(select(table.id).limit(1)) is not None for table in (Cluster, Statement)
    )
    for audience in Visibility if filled else ():
        if audience not in known:
            yield Fault("data_revision", audience.value, "revision")
