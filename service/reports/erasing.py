"""Kept reports that hold words which are to go."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload, undefer

from models import ReportRun
from models.enums import Channel, DeliveryState, RunState
from service.erasures.views import ErasedReport
from service.reports.digest import cited_by, load
from service.reports.html import identifier

WAITING = (DeliveryState.PENDING, DeliveryState.HANDED_OVER)


def holding(session: Session, statements: Collection[int], words: Sequence[str]) -> list[ReportRun]:
    """Rendered runs that cite one of the statements, or in which one of the words stands."""
    rows = (
        select(ReportRun)
        .where(ReportRun.state == RunState.RENDERED)
        .options(
            undefer(ReportRun.snapshot),
            undefer(ReportRun.text),
            selectinload(ReportRun.deliveries),
        )
        .order_by(ReportRun.due_at, ReportRun.schedule_id)
    )
    return [run for run in session.scalars(rows) if _holds(run, set(statements), words)]


def _holds(run: ReportRun, statements: set[int], words: Sequence[str]) -> bool:
    if any(word in (run.text or "") for word in words):
        return True
    if run.snapshot is None:
        return False
    pairs = load(run.snapshot).pairings
    cited = cited_by(reason for pair in pairs for reason in pair.suggestion.reasons)
    return not cited.isdisjoint(statements)


def view_of(run: ReportRun) -> ErasedReport:
    sent = [
        delivery.target
        for delivery in run.deliveries
        if delivery.channel == Channel.EMAIL and delivery.state not in WAITING
    ]
    return ErasedReport(run.schedule_id, run.due_at, sent)


def files_of(runs: Iterable[ReportRun], folders: Path) -> list[Path]:
    """What of these runs lies in report folders on this machine."""
    return [
        path
        for run in runs
        for delivery in run.deliveries
        if delivery.channel == Channel.FOLDER
        for path in sorted(
            (folders / delivery.target).glob(f"{identifier(run.schedule_id, run.due_at)}.*")
        )
    ]


def drop(runs: Sequence[ReportRun], folders: Path) -> None:
    """Their content goes, and what waits is not sent."""
    for path in files_of(runs, folders):
        path.unlink(missing_ok=True)
    for run in runs:
        run.state = RunState.ERASED
        run.snapshot = run.text = run.html = run.xlsx = None
        for delivery in run.deliveries:
            if delivery.state in WAITING:
                delivery.state, delivery.error = DeliveryState.FAILED, "erased"
