"""Keep a ranking, read it again, ask its question anew, compare, and let it go."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from models import KeptRun, RunSnapshot
from models.enums import KeptState
from service.access import Action, Principal, require
from service.audit.usecases import Step, record_all
from service.db import hold_revision, insert_unless_there
from service.errors import Gone, NotFound, Unprocessable
from service.matching.types import SCORER_VERSION
from service.paging import Page, read_page
from service.reports.usecases import asked_by
from service.runs import queries
from service.runs.answers import answer_of
from service.runs.comparing import Told, compare, told_of
from service.runs.erasing import empty
from service.runs.questions import asked_anew, asked_in, kind_of, question_of
from service.runs.snapshots import KeptFacts, canonical, compressed, decompressed, packed, unpacked
from service.runs.views import Comparison, RunView, Wanted, view_of
from service.suggestions.listing import Scope, ranking_of
from service.suggestions.rankings import Rankings
from service.suggestions.usecases import ready, scope_of
from service.suggestions.views import Ranking, RankingQuery

ENTITY = "kept_run"
MOST_ANSWER = 4 << 20
MOST_SNAPSHOT = 32 << 20
"""Bytes, compressed, that one run may take."""


def keep_run(
    session: Session,
    rankings: Rankings,
    who: Principal,
    query: RankingQuery,
    *,
    name: str | None,
    event_id: int | None,
    now: datetime,
) -> tuple[RunView, Ranking]:
    """Rank, and keep the answer with all that it was computed from.

    The revision is held meanwhile, so that no erasure comes between reading and keeping. The same
    run is kept once, and has the number that it had.

    Raises
    ------
    ClusterNotFound, EventNotFound, TopicNotFound
        What is named is unknown.
    Unprocessable
        It is too large to be kept.
    """
    require(who, Action.WRITE_REPORTS)
    hold_revision(session)
    scope, query = scope_of(session, who, query, name=name, event_id=event_id)
    data = ready(session, rankings, query)
    ranking = ranking_of(data, query, scope)
    raw, answer = packed(data), answer_of(ranking)
    facts = sha256(raw).hexdigest()
    question = question_of(scope, query, data.index.params.weights)
    said = canonical([question, SCORER_VERSION, facts, sha256(answer).hexdigest()])
    digest = sha256(said).hexdigest()
    run = queries.by_digest(session, digest)
    if run is None or run.state != KeptState.KEPT:
        payload, short = compressed(raw), compressed(answer)
        if len(payload) > MOST_SNAPSHOT or len(short) > MOST_ANSWER:
            raise Unprocessable("run-too-large", snapshot=MOST_SNAPSHOT, answer=MOST_ANSWER)
        insert_unless_there(session, RunSnapshot, digest=facts, payload=payload)
        run = run or KeptRun(digest=digest, question=question)
        _fill(run, ranking, scope, query)
        run.state, run.kept_by, run.kept_at = KeptState.KEPT, who.actor[:120], now
        run.snapshot, run.answer, run.size = facts, short, len(short)
        session.add(run)
        session.flush()
        record_all(session, who, [Step("kept", ENTITY, run.id)], now=now)
    return view_of(run), ranking


def keep_report(
    session: Session, rankings: Rankings, who: Principal, schedule: int, *, now: datetime
) -> RunView:
    """Keep what a schedule would report now, for the readers of its reports."""
    require(who, Action.WRITE_REPORTS)
    query, name, event_id = asked_by(session, schedule, now)
    kept, _ = keep_run(session, rankings, who, query, name=name, event_id=event_id, now=now)
    return kept


def _fill(run: KeptRun, ranking: Ranking, scope: Scope, query: RankingQuery) -> None:
    run.scope, run.cluster, run.event_id = kind_of(scope), scope.of, scope.event
    run.audience, run.drafts, run.as_of = query.audience, query.drafts, query.as_of
    run.revision, run.scorer = ranking.run.revision, ranking.run.scorer


def list_runs(
    session: Session, who: Principal, which: Wanted, *, limit: int, cursor: str | None
) -> Page[RunView]:
    """Latest first; those that were erased say so, those that were deleted are not listed."""
    require(who, Action.READ_REPORTS)
    rows = queries.wanted(who, which)
    page = read_page(session, rows, key=(KeptRun.id,), limit=limit, cursor=cursor, descending=True)
    return Page([view_of(run) for run in page.items], page.next_cursor)


def require_run(session: Session, who: Principal, id_: int, *, lock: bool = False) -> KeptRun:
    """A run that ``who`` may read and that still holds its answer.

    Raises
    ------
    NotFound
        No such run, or none that the reader may know of.
    Gone
        Words that it used were erased.
    """
    run = queries.run(session, who, id_, lock=lock)
    if run is None:
        raise NotFound("run-unknown", id=id_)
    if run.state == KeptState.ERASED:
        raise Gone("run-erased", id=id_)
    return run


def get_run(session: Session, who: Principal, id_: int) -> RunView:
    require(who, Action.READ_REPORTS)
    return view_of(require_run(session, who, id_))


def get_answer(session: Session, who: Principal, id_: int) -> tuple[RunView, bytes]:
    """The run with the bytes that were answered."""
    require(who, Action.READ_REPORTS)
    run = require_run(session, who, id_)
    return view_of(run), decompressed(run.answer or b"")


def compute_again(session: Session, who: Principal, id_: int) -> bytes:
    """The answer computed anew from the facts that were kept, by the scorer of today.

    Equal to the kept bytes as long as the scorer's version is the run's.
    """
    require(who, Action.READ_REPORTS)
    return computed(session, require_run(session, who, id_))


def computed(session: Session, run: KeptRun) -> bytes:
    scope, query = asked_in(run.question)
    return answer_of(ranking_of(facts_of(session, run), query, scope))


def facts_of(session: Session, run: KeptRun) -> KeptFacts:
    return unpacked(decompressed(queries.payload(session, run.snapshot or "")))


def _told(session: Session, run: KeptRun) -> Told:
    scope, query = asked_in(run.question)
    return told_of(facts_of(session, run), query, scope, decompressed(run.answer or b""))


def question_in(session: Session, who: Principal, id_: int) -> tuple[Scope, RankingQuery]:
    """What the run was asked, to be asked again."""
    require(who, Action.READ_REPORTS)
    return asked_anew(require_run(session, who, id_).question)


def compare_runs(session: Session, who: Principal, id_: int, other: int) -> Comparison:
    """How the kept run ``other`` differs from the kept run ``id_``."""
    require(who, Action.READ_REPORTS)
    before, after = (require_run(session, who, each) for each in (id_, other))
    return compare(_told(session, before), _told(session, after), id_, other)


def compare_now(
    session: Session,
    rankings: Rankings,
    who: Principal,
    id_: int,
    *,
    as_of: date,
    query: RankingQuery | None = None,
    name: str | None = None,
    event_id: int | None = None,
) -> Comparison:
    """How the run would differ if its question were asked again, on another day.

    ``query`` asks something else instead; ``name`` and ``event_id`` then say of whom.
    """
    require(who, Action.READ_REPORTS)
    run = require_run(session, who, id_)
    scope, asked = asked_anew(run.question)
    if query is None:
        query, name, event_id = asked, scope.of, scope.event
    query = replace(query, as_of=as_of)
    scope, query = scope_of(session, who, query, name=name, event_id=event_id)
    data = ready(session, rankings, query)
    answer = answer_of(ranking_of(data, query, scope))
    return compare(_told(session, run), told_of(data, query, scope, answer), id_, None)


def delete_run(session: Session, who: Principal, id_: int, *, now: datetime) -> None:
    """Answer and snapshot go; no other run ever gets its number."""
    require(who, Action.WRITE_REPORTS)
    run = queries.run(session, who, id_, lock=True)
    if run is None:
        raise NotFound("run-unknown", id=id_)
    _delete(session, who, [run], now)


def delete_older(session: Session, who: Principal, before: date, *, now: datetime) -> list[int]:
    """Delete the runs about days before ``before``; their numbers."""
    require(who, Action.WRITE_REPORTS)
    runs = queries.older(session, who, before)
    _delete(session, who, runs, now)
    return [run.id for run in runs]


def _delete(session: Session, who: Principal, runs: Sequence[KeptRun], now: datetime) -> None:
    """Nobody keeps a run meanwhile, which may need facts that seem to be needed no more."""
    if not runs:
        return
    hold_revision(session, alone=True)
    for run in runs:
        empty(run, KeptState.DELETED)
    queries.drop_unused_snapshots(session)
    record_all(session, who, [Step("deleted", ENTITY, run.id) for run in runs], now=now)
