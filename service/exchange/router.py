"""/api/v1/exchange: clusters and statements as spreadsheets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from sqlalchemy.orm import Session

from models.enums import Basis, ClusterKind, StatementKind, Status
from service.access import Action, Principal
from service.clock import Now
from service.exchange import output, usecases
from service.exchange.columns import What
from service.exchange.facts import Facts
from service.exchange.schemas import OutcomeOut, shown
from service.exchange.sheets import Sheet
from service.guard import Caller, Guarded, needs
from service.messages import Catalogue, Language, catalogue
from service.problems import spoken
from service.tables import CSV, XLSX, Table, csv_bytes, download
from service.text import Asked, Instant
from service.transactions import ReadSession, TrialSession

router = APIRouter(prefix="/exchange", tags=["exchange"], route_class=Guarded)

Word = Annotated[str | None, Query(max_length=80, pattern=r"^[A-Za-z0-9_-]+$")]
QueryId = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


class Kind(StrEnum):
    """Of a file."""

    XLSX = "xlsx"
    CSV = "csv"


def _words(
    request: Request,
    lang: Annotated[Language | None, Query(description="Of heads and words.")] = None,
) -> Catalogue:
    return catalogue(lang) if lang else spoken(request)


Words = Annotated[Catalogue, Depends(_words)]
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {XLSX: {"schema": {"type": "string"}}, CSV: {"schema": {"type": "string"}}},
    }
}


def file_of(facts: Facts, what: What, table: Table, kind: Kind) -> Response:
    name = f"duijie-{what}.{kind}"
    if kind is Kind.CSV:
        return download(csv_bytes(table), CSV, name)
    return download(output.workbook(facts, {what: table}), XLSX, name)


@router.get("/template.xlsx", response_class=Response, responses=FILES)
@needs(Action.READ)
def get_template(session: ReadSession, who: Caller, words: Words) -> Response:
    """The workbook to fill in, with help and the words to choose from."""
    content = output.template(session, who, words)
    return download(content, XLSX, "duijie-template.xlsx")


@router.get("/{what}-template.csv", response_class=Response, responses=FILES)
@needs(Action.READ)
def get_csv_template(what: What, words: Words) -> Response:
    table = Table(output.heads_of(words, what), [])
    return download(csv_bytes(table), CSV, f"duijie-{what}-template.csv")


@router.get("/clusters.{file}", response_class=Response, responses=FILES)
@needs(Action.READ)
def export_clusters(
    file: Kind,
    session: ReadSession,
    who: Caller,
    words: Words,
    kind: ClusterKind | None = None,
    province: Asked | None = None,
    q: Annotated[str | None, Query(max_length=80, description="Part of a name or alias.")] = None,
) -> Response:
    """The register in the shape that can be imported."""
    filters = {"kind": kind, "province": province, "q": q}
    facts, table = output.export_clusters(session, who, words, **filters)
    return file_of(facts, What.CLUSTERS, table, file)


@router.get("/statements.{file}", response_class=Response, responses=FILES)
@needs(Action.READ)
def export_statements(
    file: Kind,
    session: ReadSession,
    who: Caller,
    words: Words,
    cluster: Word = None,
    kind: StatementKind | None = None,
    topic: Word = None,
    status: Status | None = None,
    basis: Basis | None = None,
    meeting: QueryId = None,
    updated_since: Instant | None = None,
) -> Response:
    """What the caller may read, in the shape that can be imported."""
    facts, table = output.export_statements(
        session,
        who,
        words,
        cluster=cluster,
        kind=kind,
        topic=topic,
        status=status,
        basis=basis,
        meeting=meeting,
        updated_since=updated_since,
    )
    return file_of(facts, What.STATEMENTS, table, file)


@dataclass(frozen=True, slots=True)
class Upload:
    sheets: list[Sheet]
    apply: bool
    plan: str | None


def _upload(
    file: Annotated[UploadFile, File(description="A workbook (.xlsx) or CSV.")],
    apply: Annotated[bool, Form(description="False only says what would change.")] = False,
    plan: Annotated[
        str | None,
        Form(max_length=64, description="`plan` of the answer to the dry run; `*` for any."),
    ] = None,
) -> Upload:
    """Read before the transaction begins, which others may wait for."""
    return Upload(usecases.read_file(file.file.read()), apply, plan)


Uploaded = Annotated[Upload, Depends(_upload)]


@router.post("/clusters", response_model=OutcomeOut)
@needs(Action.WRITE_CLUSTERS)
def import_clusters(
    upload: Uploaded, request: Request, session: TrialSession, who: Caller, words: Words, now: Now
) -> object:
    """Say what a table of clusters would change or, with `apply`, change it: all or nothing."""
    return taken_in(request, session, who, upload, words, What.CLUSTERS, now)


@router.post("/statements", response_model=OutcomeOut)
@needs(Action.WRITE_STATEMENTS)
def import_statements(
    upload: Uploaded, request: Request, session: TrialSession, who: Caller, words: Words, now: Now
) -> object:
    """Say what a table of statements would change or, with `apply`, change it: all or nothing.

    A representative writes drafts of its own cluster.
    """
    return taken_in(request, session, who, upload, words, What.STATEMENTS, now)


def taken_in(
    request: Request,
    session: Session,
    who: Principal,
    upload: Upload,
    words: Catalogue,
    what: What,
    now: datetime,
) -> OutcomeOut:
    if not upload.apply:
        return OutcomeOut.of(usecases.rehearse(session, who, upload.sheets, words, what))
    try:
        outcome = usecases.apply(
            *(session, who, upload.sheets, words, what),
            expected=upload.plan,
            now=now,
            time_zone=request.app.state.settings.time_zone,
        )
    except usecases.RefusedOutcome as refused:
        refused.shown = shown(refused.outcome)
        raise
    return OutcomeOut.of(outcome)
