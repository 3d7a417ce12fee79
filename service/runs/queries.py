"""Reads of kept runs."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.orm import Session, undefer

from models import KeptRun, RunSnapshot
from models.enums import KeptState, RunScope
from service.access import Action, Principal, Reach
from service.runs.views import Wanted


def readable(who: Principal) -> Select[KeptRun]:
    """Runs of the reader's circles; with drafts, or of events, only if it may read all of these."""
    rows = select(KeptRun).where(
        KeptRun.audience.in_(who.circle), KeptRun.state != KeptState.DELETED
    )
    if who.reach(Action.READ_DRAFTS) is not Reach.ALL:
        rows = rows.where(KeptRun.drafts.is_(False))
    if who.reach(Action.READ_EVENTS) is not Reach.ALL:
        rows = rows.where(KeptRun.scope != RunScope.EVENT)
    return rows


def wanted(who: Principal, which: Wanted) -> Select[KeptRun]:
    rows = readable(who)
    for column, value in (
        (KeptRun.scope, which.scope),
        (KeptRun.cluster, which.cluster),
        (KeptRun.event_id, which.event),
        (KeptRun.audience, which.audience),
        (KeptRun.as_of, which.as_of),
        (KeptRun.state, which.state),
    ):
        if value is not None:
            rows = rows.where(column == value)
    return rows


def run(session: Session, who: Principal, id_: int, *, lock: bool = False) -> KeptRun | None:
    rows = readable(who).where(KeptRun.id == id_).options(undefer(KeptRun.answer))
    return session.scalars(rows.with_for_update() if lock else rows).one_or_none()


def by_digest(session: Session, digest: str) -> KeptRun | None:
    rows = select(KeptRun).where(KeptRun.digest == digest).options(undefer(KeptRun.answer))
    return session.scalars(rows).one_or_none()


def payload(session: Session, digest: str) -> bytes:
    return session.scalars(select(RunSnapshot.payload).where(RunSnapshot.digest == digest)).one()


def snapshots(session: Session) -> Iterator[tuple[str, bytes]]:
    """Digest and payload of each, one at a time."""
    for digest in session.scalars(select(RunSnapshot.digest).order_by(RunSnapshot.digest)).all():
        yield digest, payload(session, digest)


def runs_on(session: Session, digests: Sequence[str]) -> Sequence[KeptRun]:
    rows = select(KeptRun).where(KeptRun.snapshot.in_(digests)).options(undefer(KeptRun.answer))
    return session.scalars(rows.order_by(KeptRun.id)).all()


def older(session: Session, who: Principal, before: date) -> Sequence[KeptRun]:
    """Runs that still hold something and were asked about a day before ``before``."""
    rows = readable(who).where(KeptRun.as_of < before, KeptRun.state == KeptState.KEPT)
    rows = rows.options(undefer(KeptRun.answer)).order_by(KeptRun.id)
    return session.scalars(rows.with_for_update()).all()


def drop_unused_snapshots(session: Session) -> None:
    session.flush()
    used = exists().where(KeptRun.snapshot == RunSnapshot.digest)
    session.execute(delete(RunSnapshot).where(~used))
