"""/api/v1/statements."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from models.enums import Basis, StatementAction, StatementKind, Status
from service.clock import Now
from service.db import ReadSession, WriteSession
from service.paging import Cursor, Limit, link_next
from service.statements import usecases
from service.statements.schemas import ChangeOut, StatementEdit, StatementIn, StatementOut
from service.statements.views import StatementView
from service.text import Instant, RowId
from service.versions import ExpectedVersion, version_tag

router = APIRouter(prefix="/statements", tags=["statements"])

ACTOR = "organiser"
"""Who changes things, while the service knows no accounts."""

QueryId = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
Word = Annotated[str | None, Query(max_length=80, pattern=r"^[A-Za-z0-9_-]+$")]


Step = Literal["confirm", "reject", "retire"]
STEPS = {
    "confirm": StatementAction.CONFIRMED,
    "reject": StatementAction.REJECTED,
    "retire": StatementAction.RETIRED,
}


def tagged(response: Response, statement: StatementView) -> StatementView:
    response.headers["ETag"] = version_tag(statement.version)
    return statement


@router.get("", response_model=list[StatementOut])
def list_statements(
    request: Request,
    response: Response,
    session: ReadSession,
    cluster: Word = None,
    kind: StatementKind | None = None,
    topic: Word = None,
    status: Status | None = None,
    basis: Basis | None = None,
    meeting: QueryId = None,
    document: QueryId = None,
    updated_since: Instant | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    page = usecases.list_statements(
        session,
        cluster=cluster,
        kind=kind,
        topic=topic,
        status=status,
        basis=basis,
        meeting=meeting,
        document=document,
        updated_since=updated_since,
        limit=limit,
        cursor=cursor,
    )
    link_next(request, response, page)
    return page.items


@router.post("", response_model=StatementOut, status_code=201)
def type_in(
    statement: StatementIn, request: Request, response: Response, session: WriteSession, now: Now
) -> object:
    stored = usecases.type_in(
        session,
        statement.model_dump(),
        actor=ACTOR,
        now=now,
        time_zone=request.app.state.settings.time_zone,
    )
    response.headers["Location"] = f"/api/v1/statements/{stored.id}"
    return tagged(response, stored)


@router.get("/{id_}", response_model=StatementOut)
def get_statement(id_: RowId, response: Response, session: ReadSession) -> object:
    return tagged(response, usecases.get_statement(session, id_))


@router.patch("/{id_}", response_model=StatementOut)
def edit(
    id_: RowId,
    fields: StatementEdit,
    request: Request,
    response: Response,
    session: WriteSession,
    now: Now,
    version: ExpectedVersion,
) -> object:
    stored = usecases.edit(
        session,
        id_,
        fields.model_dump(exclude_unset=True),
        version=version,
        actor=ACTOR,
        now=now,
        time_zone=request.app.state.settings.time_zone,
    )
    return tagged(response, stored)


@router.get("/{id_}/history", response_model=list[ChangeOut])
def list_changes(id_: RowId, session: ReadSession) -> object:
    return usecases.list_changes(session, id_)


@router.post("/{id_}/{step}", response_model=StatementOut)
def decide(
    id_: RowId,
    step: Step,
    response: Response,
    session: WriteSession,
    now: Now,
    version: ExpectedVersion,
) -> object:
    """Confirm, reject or retire. Only confirmed statements count in a ranking."""
    action = STEPS[step]
    decided = usecases.decide(session, id_, action, version=version, actor=ACTOR, now=now)
    return tagged(response, decided)
