"""Rank partners of one cluster, all pairs, or the pairs of an event; explain any pair."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from service.access import Principal
from service.clusters.usecases import require_cluster
from service.decisions.refusals import refused
from service.errors import TopicNotFound, Unprocessable
from service.events.usecases import get_event
from service.matching.whynot import why_not
from service.suggestions.data import RankingData
from service.suggestions.describe import (
    contradictions_of,
    lift_of,
    obstacle_of,
    run_of,
    suggestion_of,
)
from service.suggestions.exclusions import mask
from service.suggestions.listing import Scope, eligible, excluded_for, ranking_of, turned
from service.suggestions.rankings import Rankings
from service.suggestions.views import PairExplanation, Ranking, RankingQuery

P = ParamSpec("P")
T = TypeVar("T")
Use = Callable[Concatenate[Session, Rankings, P], T]


def timed(use: Use[P, T]) -> Use[P, T]:
    @wraps(use)
    def timing(session: Session, rankings: Rankings, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with rankings.metrics.ranking(use.__name__):
            return use(session, rankings, *args, **kwargs)

    return timing


@timed
def suggest_for(session: Session, rankings: Rankings, name: str, query: RankingQuery) -> Ranking:
    """Partners of one cluster, best first; pairs without a reason are not listed.

    Raises
    ------
    ClusterNotFound, TopicNotFound
        If the name or a topic is unknown.
    """
    scope = Scope(of=require_cluster(session, name).slug)
    return ranking_of(ready(session, rankings, query), query, scope)


@timed
def suggest_pairs(session: Session, rankings: Rankings, query: RankingQuery) -> Ranking:
    """All pairs, each once, from the side that gains more."""
    return ranking_of(ready(session, rankings, query), query, Scope())


@timed
def suggest_for_event(
    session: Session,
    rankings: Rankings,
    who: Principal,
    event_id: int,
    query: RankingQuery,
    *,
    of: str | None = None,
) -> Ranking:
    """Pairs of the event's participants, for its themes unless ``query`` names topics itself.

    With ``of``, the partners of that one participant.
    """
    scope, query = scope_of(session, who, query, name=of, event_id=event_id)
    return ranking_of(ready(session, rankings, query), query, scope)


def scope_of(
    session: Session,
    who: Principal,
    query: RankingQuery,
    *,
    name: str | None,
    event_id: int | None,
) -> tuple[Scope, RankingQuery]:
    """Whose pairs are meant, and the question with the themes of the event, if any.

    Raises
    ------
    ClusterNotFound, EventNotFound
        If the cluster or the event is unknown.
    Unprocessable
        If the cluster does not take part in the event.
    """
    if event_id is None:
        return Scope(of=require_cluster(session, name).slug if name else None), query
    event = get_event(session, who, event_id)
    query = query if query.topics else replace(query, topics=tuple(event.themes))
    slug = require_cluster(session, name).slug if name else None
    if slug is not None and slug not in event.participants:
        raise Unprocessable("not-present", slug=slug, event=event_id)
    refusals = tuple(refused(session, event_id))
    return Scope(slug, event_id, tuple(event.participants), refusals), query


@timed
def explain_pair(
    session: Session, rankings: Rankings, a: str, b: str, query: RankingQuery
) -> PairExplanation:
    """Why b is a partner for a, what is in the way, and what would lift the score most."""
    one, other = require_cluster(session, a).slug, require_cluster(session, b).slug
    if one == other:
        raise Unprocessable("same-cluster")
    data = ready(session, rankings, query)
    index = data.index
    first, second = index.row_of[one], index.row_of[other]
    causes = excluded_for(data, query)
    hindrance = why_not(
        index,
        first,
        second,
        weights=query.weights,
        rank_by=query.rank_by,
        topic=query.topics or None,
        drafts=data.waiting if query.waiting else (),
        exclude=mask(data, causes)[first] | ~eligible(data, query),
        sources=data.sources,
    )
    return PairExplanation(
        run=run_of(data, query),
        suggestion=suggestion_of(data, query, first, second, rank=hindrance.rank or 0),
        excluded=[turned(p, one) for p in causes if {p.for_, p.cluster} == {one, other}],
        obstacles=[obstacle_of(data, obstacle) for obstacle in hindrance.obstacles],
        lifts=[lift_of(data, lift) for lift in hindrance.lifts],
        drafts=[lift_of(data, lift) for lift in hindrance.drafts],
        rank=hindrance.rank,
        listed=hindrance.listed,
        best=lift_of(data, hindrance.best) if hindrance.best else None,
        contradictions=contradictions_of(data, hindrance.used),
    )


def ready(session: Session, rankings: Rankings, query: RankingQuery) -> RankingData:
    """The data to rank on, after the topics were checked."""
    data = rankings.data(session, query)
    for topic in query.topics:
        if topic not in data.labels:
            raise TopicNotFound(topic)
    return data
