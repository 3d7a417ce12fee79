"""Plan reports, look at what they came to, and step in where a delivery got stuck."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from models import Delivery, ReportRun, Schedule
from models.enums import DeliveryState, ReportScope, RunKind, RunState, ScheduleState
from service.access import Action, Principal, require
from service.audit.usecases import Step, record, require_version
from service.clusters.usecases import require_cluster
from service.db import touch
from service.errors import Gone, NotFound, Unprocessable, WrongState
from service.events.usecases import get_event
from service.paging import Page, read_page
from service.reports import queries
from service.reports.building import question, report_of
from service.reports.digest import load
from service.reports.due import next_due
from service.reports.html import render_html
from service.reports.ledger import create_run, notice_schedule, withdraw
from service.reports.views import Digest, RunView, ScheduleView, run_view, schedule_view
from service.suggestions.rankings import Rankings
from service.suggestions.views import RankingQuery
from service.topics.usecases import require_topic

ENTITY = "schedule"
Fields = dict[str, Any]
Content = Literal["html", "xlsx"]

CONTENT = {"html": ReportRun.html, "xlsx": ReportRun.xlsx}
PAIRS = {"cluster", "event"}
OPEN = (DeliveryState.HANDED_OVER, DeliveryState.FAILED)


def list_schedules(session: Session, *, limit: int, cursor: str | None) -> Page[ScheduleView]:
    """In the order of their creation."""
    rows = queries.schedules()
    page = read_page(session, rows, key=(Schedule.id,), limit=limit, cursor=cursor)
    return Page([schedule_view(schedule) for schedule in page.items], page.next_cursor)


def require_schedule(session: Session, id_: int) -> Schedule:
    schedule = queries.schedule(session, id_)
    if schedule is None:
        raise NotFound("schedule-unknown", id=id_)
    return schedule


def get_schedule(session: Session, id_: int) -> ScheduleView:
    return schedule_view(require_schedule(session, id_))


def asked_by(
    session: Session, id_: int, now: datetime
) -> tuple[RankingQuery, str | None, int | None]:
    """What the schedule would report now: the question, and its cluster or docking event."""
    return question(require_schedule(session, id_), now)


def create_schedule(
    session: Session, who: Principal, fields: Fields, *, now: datetime
) -> ScheduleView:
    """Active from now on; ``fields`` are those of ``schemas.ScheduleIn``, already checked.

    Raises
    ------
    Unprocessable
        The cluster, the docking event or the topic is unknown.
    """
    require(who, Action.WRITE_REPORTS)
    schedule = Schedule(created_at=now, state=ScheduleState.ACTIVE)
    schedule.next_due_at = next_due(fields["cron"], fields["time_zone"], now)
    _store(session, who, schedule, fields, now)
    session.add(schedule)
    session.flush()
    return noted(session, who, "created", None, schedule, now)


def noted(
    session: Session,
    who: Principal,
    action: str,
    before: ScheduleView | None,
    schedule: Schedule,
    now: datetime,
) -> ScheduleView:
    """What the schedule is now, after the step was written down."""
    after = schedule_view(schedule)
    step = Step(action, ENTITY, schedule.id, schedule.version, before, after)
    record(session, who, step, now=now)
    return after


def own_schedule(session: Session, who: Principal, id_: int, version: int | None) -> Schedule:
    """The schedule, if ``who`` may change it and knows its newest version."""
    require(who, Action.WRITE_REPORTS)
    schedule = require_schedule(session, id_)
    require_version(session, ENTITY, id_, schedule_view(schedule), version)
    return schedule


def change_schedule(
    session: Session,
    who: Principal,
    id_: int,
    fields: Fields,
    *,
    version: int | None,
    now: datetime,
) -> ScheduleView:
    """Replace what is stored. A time that has already come due is not lost by it."""
    schedule = own_schedule(session, who, id_, version)
    before = schedule_view(schedule)
    notice_schedule(session, schedule, now)
    timing = (schedule.cron, schedule.time_zone)
    _store(session, who, schedule, fields, now)
    if schedule.next_due_at and timing != (schedule.cron, schedule.time_zone):
        schedule.next_due_at = next_due(schedule.cron, schedule.time_zone, now)
    session.flush()
    return noted(session, who, "edited", before, schedule, now)


def _store(
    session: Session, who: Principal, schedule: Schedule, fields: Fields, now: datetime
) -> None:
    cluster, event = fields["cluster"], fields["event"]
    try:
        with session.no_autoflush:
            schedule.cluster = require_cluster(session, cluster) if cluster else None
            schedule.event_id = get_event(session, who, event).id if event else None
            if fields["topic"]:
                require_topic(session, fields["topic"])
    except NotFound as error:
        raise Unprocessable(error.message, **error.values) from error
    pairs = ReportScope.CLUSTER if cluster else ReportScope.EVENT if event else ReportScope.ALL
    schedule.scope = pairs
    for name, value in fields.items():
        if name not in PAIRS:
            setattr(schedule, name, value)
    touch(schedule, now)


def pause_schedule(
    session: Session, who: Principal, id_: int, *, version: int | None, now: datetime
) -> ScheduleView:
    """No due time counts until it is resumed; one that has already come is still served."""
    schedule = own_schedule(session, who, id_, version)
    before = schedule_view(schedule)
    notice_schedule(session, schedule, now)
    schedule.state, schedule.next_due_at = ScheduleState.PAUSED, None
    touch(schedule, now)
    session.flush()
    return noted(session, who, "paused", before, schedule, now)


def resume_schedule(
    session: Session, who: Principal, id_: int, *, version: int | None, now: datetime
) -> ScheduleView:
    """Due again from now on: what fell into the pause was not wanted and is not made up for."""
    schedule = own_schedule(session, who, id_, version)
    before = schedule_view(schedule)
    if schedule.state != ScheduleState.PAUSED:
        return before
    schedule.next_due_at = next_due(schedule.cron, schedule.time_zone, now)
    schedule.state = ScheduleState.ACTIVE
    touch(schedule, now)
    session.flush()
    return noted(session, who, "resumed", before, schedule, now)


def delete_schedule(
    session: Session, who: Principal, id_: int, *, version: int | None, now: datetime
) -> None:
    """It is never due again and nothing more of it is sent; its reports stay readable."""
    schedule = own_schedule(session, who, id_, version)
    before = schedule_view(schedule)
    schedule.state, schedule.next_due_at = ScheduleState.DELETED, None
    touch(schedule, now)
    session.flush()
    withdraw(session, schedule.id)
    noted(session, who, "deleted", before, schedule, now)


def run_now(session: Session, who: Principal, id_: int, *, now: datetime) -> RunView:
    """A run due this second, sent whether anything changed or not; twice in a second is once."""
    require(who, Action.WRITE_REPORTS)
    schedule = require_schedule(session, id_)
    due_at = now.replace(microsecond=0)
    create_run(session, schedule.id, due_at, now, kind=RunKind.MANUAL)
    record(session, who, Step("run", ENTITY, schedule.id, schedule.version), now=now)
    return get_run(session, schedule.id, due_at)


def preview(session: Session, rankings: Rankings, id_: int, *, now: datetime, base_url: str) -> str:
    """The page that a run at this moment would send. Nothing is kept or sent."""
    schedule = require_schedule(session, id_)
    report = report_of(session, rankings, schedule, due_at=now, now=now, base_url=base_url)
    return render_html(report)


def due(session: Session, now: datetime) -> Sequence[ScheduleView]:
    """Schedules whose due time has come and that nobody has noticed yet."""
    rows = queries.schedules().where(
        Schedule.id.in_(queries.due_schedules(now).with_only_columns(Schedule.id))
    )
    return [schedule_view(schedule) for schedule in session.scalars(rows.order_by(Schedule.id))]


def list_runs(
    session: Session,
    *,
    schedule: int | None = None,
    state: str | None = None,
    limit: int,
    cursor: str | None,
) -> Page[RunView]:
    """Latest due first, those of deleted schedules included."""
    page = queries.run_page(session, schedule_id=schedule, state=state, limit=limit, cursor=cursor)
    return Page([run_view(run) for run in page.items], page.next_cursor)


def _require_run(session: Session, schedule_id: int, due_at: datetime, *parts: Any) -> ReportRun:
    run = queries.run(session, schedule_id, due_at, *parts)
    if run is None:
        raise NotFound("report-unknown", schedule=schedule_id, due=due_at.isoformat())
    return run


def _require_words(run: ReportRun) -> None:
    if run.state == RunState.ERASED:
        raise Gone("report-erased", schedule=run.schedule_id, due=run.due_at.isoformat())


def get_run(session: Session, schedule_id: int, due_at: datetime) -> RunView:
    return run_view(_require_run(session, schedule_id, due_at))


def get_content(session: Session, schedule_id: int, due_at: datetime, form: Content) -> bytes:
    """The page or the workbook as it was sent, byte for byte.

    Raises
    ------
    WrongState
        It is not rendered yet, was skipped, or failed.
    Gone
        It held words that were erased since.
    """
    run = _require_run(session, schedule_id, due_at, CONTENT[form])
    kept: bytes | None = getattr(run, form)
    _require_words(run)
    if kept is None:
        raise WrongState("report-state", state=run.state)
    return kept


def get_pairings(session: Session, schedule_id: int, due_at: datetime) -> Digest:
    """The pairs that a report told of; raises as ``get_content`` does."""
    run = _require_run(session, schedule_id, due_at, ReportRun.snapshot)
    _require_words(run)
    if run.snapshot is None:
        raise WrongState("report-state", state=run.state)
    return load(run.snapshot)


def retry_delivery(
    session: Session, who: Principal, schedule_id: int, due_at: datetime, id_: int, *, now: datetime
) -> RunView:
    """Send once more what failed, or may not have arrived. A mail keeps its Message-ID."""
    require(who, Action.WRITE_REPORTS)
    require_schedule(session, schedule_id)
    delivery = _open_delivery(session, schedule_id, due_at, id_)
    delivery.state, delivery.next_attempt_at = DeliveryState.PENDING, now
    record(session, who, Step("retried", "delivery", id_), now=now)
    return get_run(session, schedule_id, due_at)


def accept_delivery(
    session: Session, who: Principal, schedule_id: int, due_at: datetime, id_: int, *, now: datetime
) -> RunView:
    """Somebody saw that it arrived."""
    require(who, Action.WRITE_REPORTS)
    delivery = _open_delivery(session, schedule_id, due_at, id_)
    delivery.state, delivery.sent_at, delivery.error = DeliveryState.SENT, now, None
    record(session, who, Step("accepted", "delivery", id_), now=now)
    return get_run(session, schedule_id, due_at)


def _open_delivery(session: Session, schedule_id: int, due_at: datetime, id_: int) -> Delivery:
    delivery = session.get(Delivery, id_, with_for_update=True)
    if delivery is None or (delivery.schedule_id, delivery.due_at) != (schedule_id, due_at):
        raise NotFound("delivery-unknown", id=id_)
    if delivery.state not in OPEN:
        raise WrongState("delivery-state", state=delivery.state)
    return delivery
