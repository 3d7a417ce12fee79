"""Erase what a person said: the words go everywhere, that they went stays in the audit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models import Statement, StatementFacet
from models.enums import Visibility
from service import idempotency, phrase_vectors
from service.access import Action, Principal, require, wider
from service.audit.usecases import Step, record_all
from service.db import raise_revision, touch
from service.erasures import queries, texts
from service.erasures.views import ErasureView
from service.errors import NotFound, Unprocessable
from service.reports import erasing
from service.runs import erasing as kept_runs
from service.statements.changes import ENTITY, moves
from service.statements.views import reading_of

SEED = "seed"
"""Entity under which the audit remembers shipped facts that must not be loaded again."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Statements by number, all of one speaker with every mention of the name, or histories."""

    statements: Sequence[int] = ()
    speaker: str | None = None
    meeting: int | None = None
    histories: Sequence[tuple[str, str]] = ()


@dataclass(slots=True, eq=False)
class Finding:
    """What holds the words."""

    statements: list[Statement]
    spans: dict[int, list[texts.Span]] = field(default_factory=dict)
    """By document."""
    words: list[str] = field(default_factory=list)


def erase(
    session: Session,
    who: Principal,
    wanted: Wanted,
    *,
    rehearsal: bool,
    folders: Path,
    now: datetime,
) -> ErasureView:
    """Remove the words, or say what would be removed.

    Statements go with their history; so do those that quote any of the same characters. The
    document keeps its length: blanks stand for the words, the original bytes are dropped. Kept
    reports and runs that cite the statements or hold the words are dropped, and what waits is not
    sent. Rankings are computed without the statements from now on.

    Raises
    ------
    NotFound
        Nothing of it is stored.
    Unprocessable
        Nothing is named.
    """
    require(who, Action.ERASE)
    if not (wanted.statements or wanted.speaker or wanted.histories):
        raise Unprocessable("erase-nothing")
    finding = find(session, wanted)
    widest = Visibility.ORGANISERS
    for statement in finding.statements:
        widest = wider(widest, moves(session, statement))
    if not rehearsal:  # taken first: a report that is being stored waits, and finds it raised
        raise_revision(session, now, widest)
    ids = [statement.id for statement in finding.statements]
    reports = erasing.holding(session, ids, finding.words)
    runs = kept_runs.holding(session, ids, finding.words)
    view = ErasureView(
        rehearsal=rehearsal,
        statements=ids,
        documents=sorted(finding.spans),
        characters=sum(end - start for spans in finding.spans.values() for start, end in spans),
        reports=[erasing.view_of(run) for run in reports],
        files=len(erasing.files_of(reports, folders)),
        elsewhere=texts.elsewhere(session, finding.words, sorted(finding.spans)),
        runs=[run.id for run in runs],
    )
    if not rehearsal:
        _remove(session, who, finding, wanted, now)
        erasing.drop(reports, folders)
        kept_runs.drop(session, runs)
        idempotency.forget_words(session, finding.words)
    return view


def find(session: Session, wanted: Wanted) -> Finding:
    asked = queries.asked_for(
        session, ids=wanted.statements, speaker=wanted.speaker, meeting=wanted.meeting
    )
    named = queries.naming(session, wanted.speaker, wanted.meeting) if wanted.speaker else ()
    missing = [str(id_) for id_ in wanted.statements if id_ not in {s.id for s in asked}]
    if wanted.speaker and not (asked or named):
        missing.append(wanted.speaker)
    if missing:
        raise NotFound("erase-unknown", missing=", ".join(missing))
    finding = Finding(list(asked))
    for id_ in sorted({s.document_id for s in asked if s.document_id is not None}):
        said = [s for s in asked if s.document_id == id_]
        rest = [s for s in queries.of_document(session, id_) if s not in said]
        said += texts.overlapping([texts.span_of(s) for s in said], rest)
        finding.statements += [s for s in said if s not in finding.statements]
        finding.spans[id_] = [texts.span_of(s) for s in said]
    for document in named:
        spans = finding.spans.setdefault(document.id, [])
        spans += texts.mentions(document.text, wanted.speaker or "")
    finding.words = words_of(finding.statements, wanted.speaker)
    return finding


def words_of(statements: Sequence[Statement], speaker: str | None) -> list[str]:
    """What must not be found any more: quotes as they stand and as they are read, and the name."""
    found = [speaker]
    for statement in statements:
        found += [statement.quote, reading_of(statement.quote)]
        found += [] if statement.quote else [statement.phrase]
    return list(dict.fromkeys(word for word in found if word))


def _remove(
    session: Session, who: Principal, finding: Finding, wanted: Wanted, now: datetime
) -> None:
    ids = [statement.id for statement in finding.statements]
    keys = [statement.seed_key for statement in finding.statements if statement.seed_key]
    steps = [Step("erased", ENTITY, id_) for id_ in ids]
    steps += [Step("erased", SEED, sha256(key.encode()).hexdigest()) for key in keys]
    queries.drop_history(session, ENTITY, ids)
    session.execute(delete(StatementFacet).where(StatementFacet.statement_id.in_(ids)))
    for document in queries.documents(session, finding.spans.keys()):
        others = [s for s in queries.of_document(session, document.id) if s.id not in ids]
        renamed = texts.blank(document, finding.spans[document.id], others)
        for statement in renamed:
            touch(statement, now)
        queries.drop_history(session, ENTITY, [statement.id for statement in renamed])
        session.flush()
        steps += [Step("blanked", ENTITY, s.id, s.version) for s in renamed]
        steps.append(Step("blanked", "document", document.id))
    session.execute(delete(Statement).where(Statement.id.in_(ids)))
    phrase_vectors.drop_unheld(session)
    for entity, entity_id in wanted.histories:
        queries.drop_history(session, entity, [entity_id])
        steps.append(Step("history_erased", entity, entity_id))
    record_all(session, who, steps, now=now)
