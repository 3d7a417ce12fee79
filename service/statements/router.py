"""/api/v1/statements."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from models.enums import Basis, StatementAction, StatementKind, Status
from service.access import Action, Principal
from service.clock import Now
from service.guard import Caller, Guarded, needs
from service.paging import Cursor, Limit, link_next
from service.statements import usecases
from service.statements.schemas import ChangeOut, StatementEdit, StatementIn, StatementOut
from service.statements.views import StatementView
from service.statements.warnings import list_warned, warnings_of
from service.text import Instant, RowId
from service.transactions import PostSession, ReadSession, WriteSession
from service.versions import EditedVersion, KnownVersion, version_tag

router = APIRouter(prefix="/statements", tags=["statements"], route_class=Guarded)

QueryId = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
Word = Annotated[str | None, Query(max_length=80, pattern=r"^[A-Za-z0-9_-]+$")]
Warned = Annotated[
    bool, Query(description="Only those that contradict or repeat one of another meeting.")
]

Step = Literal["confirm", "reject", "retire"]
STEPS = {
    "confirm": StatementAction.CONFIRMED,
    "reject": StatementAction.REJECTED,
    "retire": StatementAction.RETIRED,
}


def tagged(
    response: Response, session: Session, who: Principal, statement: StatementView
) -> StatementOut:
    """With its warnings, and its version as the entity tag."""
    response.headers["ETag"] = version_tag(statement.version)
    return StatementOut.warned(statement, warnings_of(session, who, [statement.id]))


@router.get("", response_model=list[StatementOut])
@needs(Action.READ)
def list_statements(
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    cluster: Word = None,
    kind: StatementKind | None = None,
    topic: Word = None,
    status: Status | None = None,
    basis: Basis | None = None,
    meeting: QueryId = None,
    document: QueryId = None,
    updated_since: Instant | None = None,
    warned: Warned = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    asked: dict[str, Any] = {
        "cluster": cluster,
        "kind": kind,
        "topic": topic,
        "status": status,
        "basis": basis,
        "meeting": meeting,
        "document": document,
        "updated_since": updated_since,
        "limit": limit,
        "cursor": cursor,
    }
    if not warned:
        page = usecases.list_statements(session, who, **asked)
        link_next(request, response, page)
        return page.items
    page, warnings = list_warned(session, who, **asked)
    link_next(request, response, page)
    return [StatementOut.warned(statement, warnings) for statement in page.items]


@router.post("", response_model=StatementOut, status_code=201)
@needs(Action.WRITE_STATEMENTS)
def type_in(
    statement: StatementIn,
    request: Request,
    response: Response,
    session: PostSession,
    who: Caller,
    now: Now,
) -> object:
    stored = usecases.type_in(
        session,
        who,
        statement.model_dump(),
        now=now,
        time_zone=request.app.state.settings.time_zone,
    )
    response.headers["Location"] = f"/api/v1/statements/{stored.id}"
    return tagged(response, session, who, stored)


@router.get("/{id_}", response_model=StatementOut)
@needs(Action.READ)
def get_statement(id_: RowId, response: Response, session: ReadSession, who: Caller) -> object:
    return tagged(response, session, who, usecases.get_statement(session, who, id_))


@router.patch("/{id_}", response_model=StatementOut)
@needs(Action.WRITE_STATEMENTS)
def edit(
    id_: RowId,
    fields: StatementEdit,
    request: Request,
    response: Response,
    session: WriteSession,
    who: Caller,
    now: Now,
    version: EditedVersion,
) -> object:
    stored = usecases.edit(
        session,
        who,
        id_,
        fields.model_dump(exclude_unset=True),
        version=version,
        now=now,
        time_zone=request.app.state.settings.time_zone,
    )
    return tagged(response, session, who, stored)


@router.get("/{id_}/history", response_model=list[ChangeOut])
@needs(Action.READ_DRAFTS)
def list_changes(id_: RowId, session: ReadSession, who: Caller) -> object:
    """Who changed it, when, and from what to what; oldest first."""
    return [ChangeOut.of(step) for step in usecases.list_changes(session, who, id_)]


@router.post("/{id_}/{step}", response_model=StatementOut)
@needs(Action.WRITE_STATEMENTS)
def decide(
    id_: RowId,
    step: Step,
    response: Response,
    session: PostSession,
    who: Caller,
    now: Now,
    version: KnownVersion,
) -> object:
    """Confirm, reject or retire. Only confirmed statements count in a ranking."""
    decided = usecases.decide(session, who, id_, STEPS[step], version=version, now=now)
    return tagged(response, session, who, decided)
