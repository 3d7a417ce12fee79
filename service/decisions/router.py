"""/api/v1/events/{id}/showings and decisions, and /api/v1/outcomes."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.access import Action
from service.clock import Now, Today
from service.decisions import outcomes, usecases
from service.decisions.schemas import (
    DecisionIn,
    DecisionOut,
    OutcomeIn,
    OutcomeOut,
    ShowingIn,
    ShowingOut,
)
from service.guard import Caller, Guarded, needs
from service.paging import Cursor, Limit, link_next
from service.text import Asked, RowId
from service.transactions import PostSession, ReadSession, WriteSession
from service.versions import EditedVersion, version_tag

router = APIRouter(tags=["decisions"], route_class=Guarded)

EventNumber = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.post("/events/{id_}/showings", response_model=ShowingOut, status_code=201)
@needs(Action.WRITE_EVENTS)
def show_list(
    id_: RowId,
    asked: ShowingIn,
    request: Request,
    session: PostSession,
    who: Caller,
    today: Today,
    now: Now,
) -> object:
    """Put the event's ranking before those who decide, and keep what stood where."""
    rankings = request.app.state.rankings
    return usecases.show_list(
        session, rankings, who, id_, to=asked.to, top=asked.top, today=today, now=now
    )


@router.get("/events/{id_}/showings", response_model=list[ShowingOut])
@needs(Action.WRITE_EVENTS)
def list_showings(
    id_: RowId,
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    page = usecases.list_showings(session, who, id_, limit=limit, cursor=cursor)
    link_next(request, response, page)
    return page.items


@router.get("/events/{id_}/decisions", response_model=list[DecisionOut])
@needs(Action.READ_DECISIONS)
def list_decisions(
    id_: RowId,
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Newest first; a representative sees what its own cluster decided."""
    page = usecases.list_decisions(session, who, id_, limit=limit, cursor=cursor)
    link_next(request, response, page)
    return page.items


@router.post("/events/{id_}/decisions", response_model=DecisionOut, status_code=201)
@needs(Action.WRITE_DECISIONS)
def decide(
    id_: RowId,
    decision: DecisionIn,
    request: Request,
    response: Response,
    session: PostSession,
    who: Caller,
    today: Today,
    now: Now,
) -> object:
    """Must, yes or no on a pair, for this event alone; taken back before it is taken anew."""
    fields = decision.model_dump()
    rankings = request.app.state.rankings
    stored = usecases.decide(session, rankings, who, id_, fields, today=today, now=now)
    response.headers["ETag"] = version_tag(stored.version)
    return stored


@router.delete("/events/{id_}/decisions/{decision}", status_code=204)
@needs(Action.WRITE_DECISIONS)
def take_back(
    id_: RowId,
    decision: RowId,
    session: WriteSession,
    who: Caller,
    now: Now,
    version: EditedVersion,
) -> None:
    usecases.take_back(session, who, id_, decision, version=version, now=now)


@router.get("/outcomes", response_model=list[OutcomeOut])
@needs(Action.READ_DECISIONS)
def list_outcomes(
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    event: EventNumber = None,
    cluster: Asked | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Newest first; a representative sees those of its own cluster."""
    page = outcomes.list_outcomes(
        session, who, event=event, cluster=cluster, limit=limit, cursor=cursor
    )
    link_next(request, response, page)
    return page.items


@router.post("/outcomes", response_model=OutcomeOut, status_code=201)
@needs(Action.WRITE_DECISIONS)
def record_outcome(
    outcome: OutcomeIn, response: Response, session: PostSession, who: Caller, now: Now
) -> object:
    """What came of a pair; each further step is an entry of its own."""
    stored = outcomes.record_outcome(session, who, outcome.model_dump(), now=now)
    response.headers["ETag"] = version_tag(stored.version)
    return stored


@router.delete("/outcomes/{id_}", status_code=204)
@needs(Action.WRITE_DECISIONS)
def withdraw_outcome(
    id_: RowId, session: WriteSession, who: Caller, now: Now, version: EditedVersion
) -> None:
    outcomes.withdraw_outcome(session, who, id_, version=version, now=now)
