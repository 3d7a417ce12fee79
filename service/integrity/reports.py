"""Reports that were rendered can be read, and active schedules will fall due."""

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import ReportRun, Schedule
from models.enums import RunState, ScheduleState
from service.integrity.fault import Fault, row_name
from service.reports.due import check_cron, check_zone


def empty_reports(session: Session) -> Iterator[Fault]:
    parts = (ReportRun.snapshot, ReportRun.text, ReportRun.html, ReportRun.xlsx)
    rows = (
        select(ReportRun.schedule_id, ReportRun.due_at)
        .where(ReportRun.state == RunState.RENDERED, or_(*(part.is_(None) for part in parts)))
        .order_by(ReportRun.schedule_id, ReportRun.due_at)
    )
    for row in session.execute(rows):
        yield Fault("report_run", row_name(row), "report-content")


def unreadable_schedules(session: Session) -> Iterator[Fault]:
    rows = (
        select(Schedule.id, Schedule.cron, Schedule.time_zone)
        .where(Schedule.state == ScheduleState.ACTIVE)
        .order_by(Schedule.id)
    )
    for id_, cron, time_zone in session.execute(rows):
        try:
            check_zone(time_zone)
            check_cron(cron)
        except ValueError as error:
            yield Fault("schedule", str(id_), "schedule", {"cause": str(error)})
