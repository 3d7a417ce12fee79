"""Drafts whose place the register lacks: bound to one, or rejected with their place."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import Cluster, PlaceDismissal, Statement
from models.enums import StatementAction, Status, Visibility
from service.access import Action, Principal, require
from service.audit.usecases import Step, record_all
from service.db import raise_revision, touch
from service.statements import queries
from service.statements.changes import ENTITY
from service.statements.views import view


def waiting_drafts(session: Session, *, lock: bool = False) -> Sequence[Statement]:
    """All of them, in the order of entry; with ``lock`` nobody else changes them meanwhile."""
    rows = queries.waiting_without_cluster().order_by(Statement.id)
    return session.scalars(rows.with_for_update(of=Statement) if lock else rows).all()


def bind(
    session: Session, who: Principal, drafts: Sequence[Statement], cluster: Cluster, now: datetime
) -> None:
    """Say whose they are; the place keeps the name under which it was written."""

    def to_cluster(draft: Statement) -> None:
        draft.cluster = cluster

    _change_all(session, who, drafts, StatementAction.EDITED, to_cluster, now)


def dismiss(
    session: Session,
    who: Principal,
    drafts: Sequence[Statement],
    dismissal: PlaceDismissal,
    now: datetime,
) -> None:
    def reject(draft: Statement) -> None:
        draft.status, draft.dismissal = Status.REJECTED, dismissal

    _change_all(session, who, drafts, StatementAction.REJECTED, reject, now)


def restore(
    session: Session, who: Principal, dismissal: PlaceDismissal, now: datetime
) -> Sequence[Statement]:
    """Drafts again: all that were rejected with their place, and not since decided otherwise."""
    rows = queries.dismissed_with(dismissal.id).order_by(Statement.id)
    rejected = session.scalars(rows.with_for_update(of=Statement)).all()

    def reopen(statement: Statement) -> None:
        statement.status, statement.dismissal = Status.DRAFT, None

    _change_all(session, who, rejected, StatementAction.EDITED, reopen, now)
    return rejected


def _change_all(
    session: Session,
    who: Principal,
    statements: Sequence[Statement],
    action: StatementAction,
    change: Callable[[Statement], None],
    now: datetime,
) -> None:
    require(who, Action.WRITE_STATEMENTS)
    before = [view(statement) for statement in statements]
    with session.no_autoflush:
        for statement in statements:
            change(statement)
            touch(statement, now)
    session.flush()
    steps = [
        Step(action, ENTITY, statement.id, statement.version, was, view(statement))
        for statement, was in zip(statements, before, strict=True)
    ]
    record_all(session, who, steps, now=now)
    raise_revision(session, now, Visibility.ORGANISERS)
