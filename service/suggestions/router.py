"""/api/v1/suggestions, and the suggestions of one cluster or event."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from service.access import Action, Principal
from service.clock import Today
from service.decisions.refusals import refused
from service.events.usecases import get_event
from service.guard import REVISION, Caller, Guarded, needs
from service.middleware.observing import route_of
from service.paging import Page, encode_cursor, link_next
from service.suggestions import usecases
from service.suggestions.at_once import known
from service.suggestions.pages import KeptPage, asked_by
from service.suggestions.params import AskedPage, AskedRanking
from service.suggestions.rankings import Rankings, key_of
from service.suggestions.schemas import ExcludedOut, ExplanationOut, SuggestionOut
from service.suggestions.views import Ranking, RankingQuery
from service.text import RowId
from service.transactions import ReadSession

router = APIRouter(tags=["suggestions"], route_class=Guarded)

PAGE = TypeAdapter(list[SuggestionOut])
IfNoneMatch = Annotated[str | None, Header(max_length=1000)]
Name = Annotated[str, Query(min_length=1, max_length=160, description="Slug, name or alias.")]
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "What you hold is still true."}
}


def run_tag(session: Session, request: Request, query: RankingQuery, event: object) -> str:
    """Weak, as the order of JSON members is no promise; equal tags mean equal numbers."""
    scorer = request.app.state.rankings.scorer
    parts = repr((key_of(session, query), query, request.url.path, event, scorer))
    return f'W/"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"'


def answer(
    session: Session,
    request: Request,
    query: RankingQuery,
    if_none_match: str | None,
    rank: Callable[[Session, Rankings, RankingQuery], Ranking],
    event: object = None,
) -> Response:
    """One page of a ranking with its entity tag, or 304; ``event`` is what of it moves this."""
    tag = run_tag(session, request, query, event)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if known(tag, if_none_match):
        return Response(status_code=304, headers=headers)
    ranking = rank(session, request.app.state.rankings, query)
    rows = PAGE.validate_python(ranking.suggestions, from_attributes=True)
    body = PAGE.dump_json(rows, by_alias=True)
    response = Response(body, headers=headers, media_type="application/json")
    end = encode_cursor([query.offset + query.top]) if ranking.more else None
    link_next(request, response, Page(ranking.suggestions, end))
    response.headers["Duijie-Revision"] = str(ranking.run.revision)
    return response


def kept(
    request: Request, who: Principal, day: date, query: RankingQuery, page: Response
) -> object:
    """The page, remembered for who asks the same again."""
    if page.status_code == 200:
        asked = asked_by(who, request.url.path, request.scope["query_string"], day)
        request.app.state.rankings.pages.keep(
            asked,
            KeptPage(
                audience=query.audience,
                revision=int(page.headers[REVISION]),
                tag=page.headers["etag"],
                headers=tuple(page.raw_headers),
                body=bytes(page.body),
                path_format=route_of(request.scope),
            ),
        )
    return page


@router.get("/suggestions", response_model=list[SuggestionOut], responses=NOT_MODIFIED)
@needs(Action.READ)
def list_pairs(
    request: Request,
    session: ReadSession,
    who: Caller,
    day: Today,
    query: AskedPage,
    if_none_match: IfNoneMatch = None,
) -> object:
    """All pairs, each once, best first."""
    page = answer(session, request, query, if_none_match, usecases.suggest_pairs)
    return kept(request, who, day, query, page)


@router.get("/suggestions/explain", response_model=ExplanationOut)
@needs(Action.READ)
def explain(
    request: Request, session: ReadSession, asked: AskedRanking, a: Name, b: Name
) -> object:
    """Why b is a partner for a, what is in the way, and what would lift the score most."""
    return usecases.explain_pair(session, request.app.state.rankings, a, b, asked)


@router.get("/suggestions/excluded", response_model=list[ExcludedOut])
@needs(Action.READ)
def list_excluded(request: Request, session: ReadSession, asked: AskedRanking) -> object:
    """Pairs that are never ranked, each with its cause."""
    query = replace(asked, top=0)
    return usecases.suggest_pairs(session, request.app.state.rankings, query).excluded


@router.get(
    "/clusters/{slug}/suggestions", response_model=list[SuggestionOut], responses=NOT_MODIFIED
)
@needs(Action.READ)
def list_partners(
    slug: str,
    request: Request,
    session: ReadSession,
    who: Caller,
    day: Today,
    query: AskedPage,
    if_none_match: IfNoneMatch = None,
) -> object:
    """Partners of one cluster, best first; pairs without a reason are not listed."""

    def rank(session: Session, rankings: Rankings, query: RankingQuery) -> Ranking:
        return usecases.suggest_for(session, rankings, slug, query)

    return kept(request, who, day, query, answer(session, request, query, if_none_match, rank))


@router.get("/events/{id_}/suggestions", response_model=list[SuggestionOut], responses=NOT_MODIFIED)
@needs(Action.READ_EVENTS)
def list_event_pairs(
    id_: RowId,
    request: Request,
    session: ReadSession,
    who: Caller,
    query: AskedPage,
    if_none_match: IfNoneMatch = None,
) -> object:
    """Pairs of the event's participants, ranked for its themes."""
    event = get_event(session, who, id_)

    def rank(session: Session, rankings: Rankings, query: RankingQuery) -> Ranking:
        return usecases.suggest_for_event(session, rankings, who, id_, query)

    state = (event.version, refused(session, id_))
    return answer(session, request, query, if_none_match, rank, state)
