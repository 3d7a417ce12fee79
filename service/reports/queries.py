"""Reads of schedules, the ledger and deliveries."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload, selectinload, undefer

from models import AuditEntry, Delivery, ReportRun, Schedule, Statement
from models.enums import (
    DeliveryState,
    OnDoubt,
    RunState,
    ScheduleState,
    Status,
    Visibility,
)
from service.access import CIRCLES
from service.errors import BadCursor
from service.paging import Page, decode_cursor, encode_cursor
from service.visibility import statement_in

MAX_ATTEMPTS = 7


def schedules() -> Select[Schedule]:
    rows = select(Schedule).options(joinedload(Schedule.cluster))
    return rows.where(Schedule.state != ScheduleState.DELETED)


def schedule(session: Session, id_: int) -> Schedule | None:
    return session.scalars(schedules().where(Schedule.id == id_)).one_or_none()


def runs() -> Select[ReportRun]:
    return select(ReportRun).options(
        joinedload(ReportRun.schedule), selectinload(ReportRun.deliveries)
    )


def run(session: Session, schedule_id: int, due_at: datetime, *parts: Any) -> ReportRun | None:
    """One run with its kept ``parts``, such as ``ReportRun.html``."""
    rows = runs().where(ReportRun.schedule_id == schedule_id, ReportRun.due_at == due_at)
    return session.scalars(rows.options(*map(undefer, parts))).one_or_none()


def run_page(
    session: Session,
    *,
    schedule_id: int | None,
    state: str | None,
    limit: int,
    cursor: str | None,
) -> Page[ReportRun]:
    """Latest due first."""
    rows = runs()
    if schedule_id is not None:
        rows = rows.where(ReportRun.schedule_id == schedule_id)
    if state is not None:
        rows = rows.where(ReportRun.state == state)
    key = (ReportRun.due_at, ReportRun.schedule_id)
    if cursor is not None:
        rows = rows.where(tuple_(*key) < tuple_(*_place(cursor)))
    found = session.scalars(rows.order_by(*(part.desc() for part in key)).limit(limit + 1)).all()
    items = found[:limit]
    if len(found) == len(items):
        return Page(items, None)
    last = items[-1]
    return Page(items, encode_cursor([last.due_at.isoformat(), last.schedule_id]))


def _place(cursor: str) -> tuple[datetime, int]:
    due, schedule_id = decode_cursor(cursor, [str, int])
    try:
        return datetime.fromisoformat(str(due)).astimezone(UTC), int(schedule_id)
    except (ValueError, OverflowError) as error:
        raise BadCursor("cursor") from error


def last_report(
    session: Session, schedule_id: int, before: datetime, comparable: str
) -> ReportRun | None:
    """The latest rendered run that asked the same, with its snapshot."""
    rows = select(ReportRun).where(
        ReportRun.schedule_id == schedule_id,
        ReportRun.due_at < before,
        ReportRun.state == RunState.RENDERED,
        ReportRun.comparable == comparable,
    )
    latest = rows.order_by(ReportRun.due_at.desc()).limit(1)
    return session.scalars(latest.options(undefer(ReportRun.snapshot))).one_or_none()


def readable(session: Session, statements: Collection[int], audience: Visibility) -> set[int]:
    """Which of these statements still hold and may be shown to ``audience``."""
    rows = select(Statement.id).where(
        Statement.id.in_(statements),
        Statement.status == Status.CONFIRMED,
        statement_in(CIRCLES[audience]),
    )
    return set(session.scalars(rows))


def last_erasure(session: Session) -> int:
    """Number of the last erasure in the audit; 0 before the first."""
    rows = select(func.max(AuditEntry.id)).where(AuditEntry.action == "statement.erased")
    return session.scalar(rows) or 0


def due_schedules(now: datetime) -> Select[Schedule]:
    rows = select(Schedule).where(
        Schedule.state == ScheduleState.ACTIVE, Schedule.next_due_at <= now
    )
    return rows.order_by(Schedule.next_due_at, Schedule.id)


def due_runs(now: datetime) -> Select[ReportRun]:
    """Runs to render that nobody holds; those of one schedule in the order of their due times."""
    earlier = aliased(ReportRun)
    waits = exists().where(
        earlier.schedule_id == ReportRun.schedule_id,
        earlier.state == RunState.DUE,
        earlier.due_at < ReportRun.due_at,
    )
    rows = select(ReportRun).where(
        ReportRun.state == RunState.DUE,
        ReportRun.next_attempt_at <= now,
        or_(ReportRun.lease_until.is_(None), ReportRun.lease_until <= now),
        ~waits,
    )
    return rows.order_by(ReportRun.next_attempt_at, ReportRun.due_at, ReportRun.schedule_id)


def broken_deliveries(now: datetime) -> Select[Delivery]:
    """Deliveries whose sender did not come back."""
    rows = select(Delivery).where(
        Delivery.state == DeliveryState.SENDING, Delivery.lease_until <= now
    )
    return rows.order_by(Delivery.lease_until, Delivery.id)


def due_deliveries(now: datetime) -> Select[Delivery]:
    rows = (
        select(Delivery)
        .join(Schedule, Schedule.id == Delivery.schedule_id)
        .where(_may_go(), Delivery.next_attempt_at <= now, Schedule.state != ScheduleState.DELETED)
    )
    return rows.order_by(Delivery.next_attempt_at, Delivery.id)


def _may_go() -> ColumnElement[bool]:
    return or_(
        Delivery.state == DeliveryState.PENDING,
        and_(
            Delivery.state == DeliveryState.HANDED_OVER,
            Delivery.attempts < MAX_ATTEMPTS,
            Schedule.on_doubt == OnDoubt.RESEND,
        ),
    )


def is_any(session: Session, rows: Select[Any]) -> bool:
    return session.scalars(rows.limit(1)).first() is not None


def first(session: Session, rows: Select[Any], table: Any) -> Any:
    """The first row that no other worker holds at this moment, locked; None without one."""
    locked = rows.limit(1).with_for_update(skip_locked=True, of=table)
    return session.scalars(locked).first()
