"""Who does what exactly once: due times become runs, runs become deliveries.

Every step is one short transaction. What takes long (ranking, rendering, sending) happens between
two of them under a lease, and the number of the attempt tells whether the lease still holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Delivery, ReportRun, Schedule
from models.enums import DeliveryState, RunKind, RunState
from service.db import hold_revision
from service.reports import queries
from service.reports.due import count_missed, latest_due, next_due
from service.reports.queries import MAX_ATTEMPTS

BACK_OFF = (1, 5, 30, 120, 480, 1440)
"""Minutes to wait after the first, second … attempt; the last holds for all further ones."""


@dataclass(frozen=True, slots=True)
class Lease:
    owner: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RunClaim:
    """The right to render one run; ``attempt`` tells it from an earlier holder's."""

    schedule_id: int
    due_at: datetime
    attempt: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a run came to. ``skipped`` runs keep no content."""

    skipped: bool
    values: Mapping[str, object]
    deliveries: list[Delivery]


def notice(session: Session, now: datetime) -> bool:
    """Turn one schedule's due times into one run; False when none is due."""
    schedule = queries.first(session, queries.due_schedules(now), Schedule)
    return schedule is not None and notice_schedule(session, schedule, now)


def notice_schedule(session: Session, schedule: Schedule, now: datetime) -> bool:
    """Create the run of the latest due time; earlier ones that passed are counted on it."""
    if schedule.next_due_at is None or schedule.next_due_at > now:
        return False
    since = schedule.next_due_at
    due_at = latest_due(schedule.cron, schedule.time_zone, since, now)
    missed = count_missed(schedule.cron, schedule.time_zone, since, due_at)
    create_run(
        session, schedule.id, due_at, now, missed=missed, missed_since=since if missed else None
    )
    following = next_due(schedule.cron, schedule.time_zone, now)
    row = update(Schedule).where(Schedule.id == schedule.id).values(next_due_at=following)
    session.execute(row)
    return True


def create_run(
    session: Session,
    schedule_id: int,
    due_at: datetime,
    now: datetime,
    *,
    kind: RunKind = RunKind.SCHEDULED,
    missed: int = 0,
    missed_since: datetime | None = None,
) -> None:
    """Exactly one row per schedule and due time, however many notice it."""
    insert = postgresql.insert if _is_postgresql(session) else sqlite.insert
    row = insert(ReportRun).values(
        schedule_id=schedule_id,
        due_at=due_at,
        kind=kind,
        state=RunState.DUE,
        missed=missed,
        missed_since=missed_since,
        noticed_at=now,
        attempts=0,
        next_attempt_at=now,
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["schedule_id", "due_at"]))


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def claim_run(session: Session, now: datetime, lease: Lease) -> RunClaim | None:
    run = queries.first(session, queries.due_runs(now), ReportRun)
    if run is None:
        return None
    if run.attempts >= MAX_ATTEMPTS:
        run.state, run.error = RunState.FAILED, "given up: each attempt ended without a word"
        run.lease_owner = run.lease_until = None
        return None
    run.attempts += 1
    run.lease_owner = lease.owner
    run.lease_until = now + timedelta(seconds=lease.seconds)
    return RunClaim(run.schedule_id, run.due_at, run.attempts)


def store_report(
    session: Session, claim: RunClaim, rendered: Rendered, now: datetime, *, erased: int
) -> bool:
    """Keep what was rendered and create its deliveries.

    False if the lease was lost meanwhile, or if words were erased after the erasure ``erased``,
    which was the last one when the report was made: it is then made again.
    """
    run = _held(session, claim)
    if run is None:
        return False
    hold_revision(session)
    if queries.last_erasure(session) != erased:
        run.lease_owner = run.lease_until = None
        return False
    for name, value in rendered.values.items():
        setattr(run, name, value)
    run.state = RunState.SKIPPED if rendered.skipped else RunState.RENDERED
    run.rendered_at = now
    run.error = run.lease_owner = run.lease_until = None
    session.flush()
    session.add_all(rendered.deliveries)
    return True


def fail_run(session: Session, claim: RunClaim, cause: str, now: datetime, *, final: bool) -> None:
    run = _held(session, claim)
    if run is None:
        return
    run.error = cause
    run.lease_owner = run.lease_until = None
    if final or run.attempts >= MAX_ATTEMPTS:
        run.state = RunState.FAILED
    else:
        run.next_attempt_at = now + pause(run.attempts)


def _held(session: Session, claim: RunClaim) -> ReportRun | None:
    run = session.get(ReportRun, (claim.schedule_id, claim.due_at), with_for_update=True)
    held = run is not None and (run.state, run.attempts) == (RunState.DUE, claim.attempt)
    return run if held else None


def pause(attempts: int) -> timedelta:
    return timedelta(minutes=BACK_OFF[min(attempts, len(BACK_OFF)) - 1])


def withdraw(session: Session, schedule_id: int) -> None:
    """Nothing more of this schedule is rendered or sent; what is on its way arrives."""
    gone = "the schedule was deleted"
    session.execute(
        update(ReportRun)
        .where(ReportRun.schedule_id == schedule_id, ReportRun.state == RunState.DUE)
        .values(state=RunState.FAILED, error=gone, lease_owner=None, lease_until=None)
    )
    waiting = (DeliveryState.PENDING, DeliveryState.HANDED_OVER)
    session.execute(
        update(Delivery)
        .where(Delivery.schedule_id == schedule_id, Delivery.state.in_(waiting))
        .values(state=DeliveryState.FAILED, error=gone)
    )


def is_waiting(session: Session, now: datetime) -> bool:
    """Whether any step has something to do: asked without taking a lock."""
    return any(
        queries.is_any(session, rows)
        for rows in (
            queries.due_schedules(now),
            queries.due_runs(now),
            queries.broken_deliveries(now),
            queries.due_deliveries(now),
        )
    )
