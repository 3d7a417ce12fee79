"""Kept runs that hold words which are to go."""

import json
from collections.abc import Sequence

from sqlalchemy.orm import Session

from models import KeptRun
from models.enums import KeptState
from service.runs import queries
from service.runs.snapshots import canonical, decompressed


def empty(run: KeptRun, state: KeptState) -> None:
    run.state, run.snapshot, run.answer, run.size = state, None, None, 0


def holding(session: Session, statements: Sequence[int], words: Sequence[str]) -> list[KeptRun]:
    """Runs whose facts hold one of the statements or words, for an erasure."""
    ids = {str(id_) for id_ in statements}
    quoted = [canonical(word)[1:-1] for word in words]
    found = [
        digest
        for digest, payload in queries.snapshots(session)
        if _holds(decompressed(payload), ids, quoted)
    ]
    return list(queries.runs_on(session, found))


def _holds(raw: bytes, ids: set[str], quoted: Sequence[bytes]) -> bool:
    if any(word in raw for word in quoted):
        return True
    return not ids.isdisjoint(json.loads(raw)["cited"])


def drop(session: Session, runs: Sequence[KeptRun]) -> None:
    """Nothing of them stays but that they were."""
    for run in runs:
        empty(run, KeptState.ERASED)
    queries.drop_unused_snapshots(session)
