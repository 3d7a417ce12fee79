"""Kept runs still give what was answered, and nothing is kept that no run needs."""

import zlib
from collections.abc import Iterator

from sqlalchemy import exists, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, undefer

from models import KeptRun, RunSnapshot
from models.enums import KeptState
from service.integrity.fault import Fault
from service.matching.types import SCORER_VERSION
from service.runs.usecases import computed


def altered_runs(session: Session) -> Iterator[Fault]:
    """Runs whose answer is not what their facts give, while the scorer is the same.

    Of runs of an older scorer only whether answer and facts can be read.
    """
    rows = select(KeptRun).where(KeptRun.state == KeptState.KEPT).options(undefer(KeptRun.answer))
    for run in session.scalars(rows.order_by(KeptRun.id)):
        try:
            answer, again = zlib.decompress(run.answer or b""), computed(session, run)
        except (zlib.error, ValueError, KeyError, TypeError, NoResultFound):
            yield Fault("kept_run", str(run.id), "run-content")
            continue
        if answer != again and run.scorer.startswith(f"{SCORER_VERSION}+"):
            yield Fault("kept_run", str(run.id), "run-content")


def unused_snapshots(session: Session) -> Iterator[Fault]:
    used = exists().where(KeptRun.snapshot == RunSnapshot.digest)
    rows = select(RunSnapshot.digest).where(~used).order_by(RunSnapshot.digest)
    for digest in session.scalars(rows):
        yield Fault("run_snapshot", digest, "run-unused")
