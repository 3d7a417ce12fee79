"""Every check, one after the other."""

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from service.integrity import circles, constraints, documents, names, reports, runs, statements
from service.integrity.fault import Fault

CHECKS: tuple[Callable[[Session], Iterator[Fault]], ...] = (
    constraints.damaged_file,
    constraints.dangling,
    constraints.broken_checks,
    circles.circles,
    names.wrong_sort_keys,
    names.wrong_folds,
    documents.altered_documents,
    documents.misplaced_quotes,
    statements.wrong_dates,
    statements.broken_histories,
    statements.missing_revision,
    reports.empty_reports,
    reports.unreadable_schedules,
    runs.altered_runs,
    runs.unused_snapshots,
)


def faults(session: Session) -> Iterator[Fault]:
    """Everything that is wrong. A check that trips over an unreadable value, named, is left."""
    unreadable = list(constraints.unreadable(session))
    yield from unreadable
    for check in CHECKS:
        try:
            yield from check(session)
        except (ValueError, TypeError):
            if not unreadable:
                raise
