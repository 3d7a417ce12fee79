"""/api/v1/runs."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from models.enums import KeptState, RunScope, Visibility
from service.access import Action
from service.clock import Now, Today
from service.guard import Caller, Guarded, needs
from service.paging import Cursor, Limit, link_next
from service.runs import usecases
from service.runs.schemas import AnswerOut, ComparisonOut, DeletedOut, KeptRunOut
from service.runs.views import Wanted
from service.suggestions.params import AskedPage
from service.text import RowId
from service.transactions import PostSession, ReadSession

router = APIRouter(prefix="/runs", tags=["runs"], route_class=Guarded)

Name = Annotated[
    str | None, Query(min_length=1, max_length=160, description="Slug, name or alias.")
]
Number = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
JSON = "application/json"
SAME: dict[int | str, dict[str, Any]] = {304: {"description": "What you hold is still true."}}


@router.get("", response_model=list[KeptRunOut])
@needs(Action.READ_REPORTS)
def list_runs(
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    scope: RunScope | None = None,
    cluster: Name = None,
    event: Number = None,
    audience: Visibility | None = None,
    as_of: date | None = None,
    state: KeptState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Latest first; deleted runs are not listed."""
    which = Wanted(scope, cluster, event, audience, as_of, state)
    page = usecases.list_runs(session, who, which, limit=limit, cursor=cursor)
    link_next(request, response, page)
    return page.items


@router.post("", response_model=KeptRunOut, status_code=201)
@needs(Action.WRITE_REPORTS)
def keep_run(
    request: Request,
    response: Response,
    session: PostSession,
    who: Caller,
    now: Now,
    query: AskedPage,
    cluster: Name = None,
    event: Number = None,
    schedule: Number = None,
) -> object:
    """Rank as the parameters say, and keep the answer with all that it was computed from.

    The parameters are those of the rankings; `cluster` asks for its partners, `event` for the
    pairs of its participants, `schedule`, alone, what its report would say now. The same run is
    kept once.
    """
    rankings = request.app.state.rankings
    if schedule is not None:
        kept = usecases.keep_report(session, rankings, who, schedule, now=now)
    else:
        kept, _ = usecases.keep_run(
            session, rankings, who, query, name=cluster, event_id=event, now=now
        )
    response.headers["Location"] = f"/api/v1/runs/{kept.id}"
    return kept


@router.post("/delete", response_model=DeletedOut)
@needs(Action.WRITE_REPORTS)
def delete_older(
    session: PostSession,
    who: Caller,
    now: Now,
    before: Annotated[date, Query(description="Runs about earlier days are deleted.")],
) -> object:
    return {"deleted": usecases.delete_older(session, who, before, now=now)}


@router.get("/{id_}", response_model=AnswerOut, responses=SAME)
@needs(Action.READ_REPORTS)
def get_answer(
    id_: RowId,
    session: ReadSession,
    who: Caller,
    if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
) -> Response:
    """The bytes that were answered then. 410 once words that it used were erased."""
    run, answer = usecases.get_answer(session, who, id_)
    tag = f'"{run.digest}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    given = {part.strip() for part in (if_none_match or "").split(",")}
    if tag in given or "*" in given:
        return Response(status_code=304, headers=headers)
    return Response(answer, media_type=JSON, headers=headers)


@router.get("/{id_}/question", response_model=KeptRunOut)
@needs(Action.READ_REPORTS)
def get_run(id_: RowId, session: ReadSession, who: Caller) -> object:
    """What was asked, when, of which revision."""
    return usecases.get_run(session, who, id_)


@router.get("/{id_}/again", response_model=AnswerOut)
@needs(Action.READ_REPORTS)
def compute_again(id_: RowId, session: ReadSession, who: Caller) -> Response:
    """Computed anew from the kept facts: the same bytes while the scorer's version is the same."""
    return Response(usecases.compute_again(session, who, id_), media_type=JSON)


@router.get("/{id_}/compare", response_model=ComparisonOut)
@needs(Action.READ_REPORTS)
def compare(
    id_: RowId,
    request: Request,
    session: ReadSession,
    who: Caller,
    today: Today,
    with_: Annotated[
        int | None,
        Query(alias="with", ge=1, le=2**31 - 1, description="Another run; else asked again."),
    ] = None,
    as_of: Annotated[date | None, Query(description="On which day it is asked again.")] = None,
) -> object:
    """How another run differs: who came, went, rose and fell, and what moved them."""
    if with_ is not None:
        return usecases.compare_runs(session, who, id_, with_)
    rankings = request.app.state.rankings
    return usecases.compare_now(session, rankings, who, id_, as_of=as_of or today)


@router.post("/{id_}/delete", response_model=DeletedOut)
@needs(Action.WRITE_REPORTS)
def delete_run(id_: RowId, session: PostSession, who: Caller, now: Now) -> object:
    """Answer and facts go; its number is given to no other run."""
    usecases.delete_run(session, who, id_, now=now)
    return {"deleted": [id_]}
