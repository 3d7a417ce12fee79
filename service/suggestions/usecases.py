"""Rank partners of one cluster, all pairs, or the pairs of an event; explain any pair."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import wraps
from itertools import islice
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from service.access import Principal
from service.clusters.usecases import require_cluster
from service.decisions.refusals import refused
from service.errors import TopicNotFound, Unprocessable
from service.events.usecases import get_event
from service.matching.rank import all_pairs, rank
from service.matching.types import ScoredPair
from service.matching.whynot import why_not
from service.suggestions.data import RankingData
from service.suggestions.describe import lift_of, obstacle_of, run_of, suggestion_of
from service.suggestions.exclusions import excluded_pairs, mask
from service.suggestions.rankings import Rankings
from service.suggestions.views import (
    Excluded,
    PairExplanation,
    Ranking,
    RankingQuery,
    Suggestion,
)

Mask = NDArray[np.bool_]
P = ParamSpec("P")
T = TypeVar("T")
Use = Callable[Concatenate[Session, Rankings, P], T]

EXAMINED = 500
"""Filters that need a pair's reasons look at so many of the best pairs."""


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
    slug = require_cluster(session, name).slug
    data = ready(session, rankings, query)
    return _partners(data, query, slug, excluded_for(data, query), eligible(data, query))


@timed
def suggest_pairs(session: Session, rankings: Rankings, query: RankingQuery) -> Ranking:
    """All pairs, each once, from the side that gains more."""
    data = ready(session, rankings, query)
    causes = excluded_for(data, query)
    hidden = mask(data, causes) | neither(data, query)
    return _page(data, query, _pairs(data, query, hidden), causes)


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
    event = get_event(session, who, event_id)
    query = query if query.topics else replace(query, topics=tuple(event.themes))
    data = ready(session, rankings, query)
    present = set(event.participants)
    causes = [p for p in excluded_for(data, query) if {p.for_, p.cluster} <= present]
    causes += [Excluded(*pair, "refused", "") for pair in refused(session, event_id)]
    here = np.array([slug in present for slug in data.index.slugs], dtype=bool)
    if of is not None:
        slug = require_cluster(session, of).slug
        if slug not in present:
            raise Unprocessable("not-present", slug=slug, event=event_id)
        return _partners(data, query, slug, causes, eligible(data, query) & here)
    hidden = mask(data, causes) | ~(here[:, None] & here[None, :])
    return _page(data, query, _pairs(data, query, hidden | neither(data, query)), causes)


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
    topics = query.topics or None
    hindrance = why_not(
        index,
        first,
        second,
        weights=query.weights,
        rank_by=query.rank_by,
        topic=topics,
        drafts=data.waiting if query.waiting else (),
    )
    causes = [p for p in excluded_for(data, query) if {p.for_, p.cluster} == {one, other}]
    return PairExplanation(
        run=run_of(data, query),
        suggestion=suggestion_of(data, query, first, second, rank=1),
        excluded=[turned(pair, one) for pair in causes],
        obstacles=[obstacle_of(data, obstacle) for obstacle in hindrance.obstacles],
        lifts=[lift_of(data, lift) for lift in hindrance.lifts],
        drafts=[lift_of(data, lift) for lift in hindrance.drafts],
    )


def ready(session: Session, rankings: Rankings, query: RankingQuery) -> RankingData:
    """The data to rank on, after the topics were checked."""
    data = rankings.data(session, query)
    for topic in query.topics:
        if topic not in data.labels:
            raise TopicNotFound(topic)
    return data


def excluded_for(data: RankingData, query: RankingQuery) -> list[Excluded]:
    return list(excluded_pairs(data, query.met_since))


def turned(pair: Excluded, slug: str) -> Excluded:
    """The same pair seen from ``slug``."""
    return pair if pair.for_ == slug else replace(pair, for_=pair.cluster, cluster=pair.for_)


def eligible(data: RankingData, query: RankingQuery) -> Mask:
    """Which rows have the kind and province that are asked for, (n_clusters,)."""
    return np.array(
        [
            (query.kind is None or cluster.kind == query.kind)
            and (query.province is None or data.provinces[cluster.slug] == query.province)
            for cluster in data.index.clusters
        ],
        dtype=bool,
    )


def neither(data: RankingData, query: RankingQuery) -> Mask:
    """Pairs of which no side has what is asked for, (n_clusters, n_clusters)."""
    outside = ~eligible(data, query)
    cells: Mask = outside[:, None] & outside[None, :]
    return cells


def _partners(
    data: RankingData, query: RankingQuery, slug: str, causes: list[Excluded], allowed: Mask
) -> Ranking:
    row = data.index.row_of[slug]
    own = [turned(pair, slug) for pair in causes if slug in (pair.for_, pair.cluster)]
    pairs = rank(
        data.index,
        row,
        weights=query.weights,
        rank_by=query.rank_by,
        topic=query.topics or None,
        exclude=mask(data, own)[row] | ~allowed,
        k=EXAMINED if _tests(data, query) else query.offset + query.top + 1,
    )
    return _page(data, query, pairs, own)


def _pairs(data: RankingData, query: RankingQuery, hidden: Mask) -> list[ScoredPair]:
    return all_pairs(
        data.index,
        weights=query.weights,
        rank_by=query.rank_by,
        topic=query.topics or None,
        exclude=hidden,
        k=EXAMINED if _tests(data, query) else query.offset + query.top + 1,
    )


def _page(
    data: RankingData,
    query: RankingQuery,
    pairs: Iterable[ScoredPair],
    excluded: list[Excluded],
) -> Ranking:
    found = _described(data, query, pairs)
    page = list(islice(found, query.offset, query.offset + query.top + 1))
    return Ranking(run_of(data, query), page[: query.top], excluded, len(page) > query.top)


def _described(
    data: RankingData, query: RankingQuery, pairs: Iterable[ScoredPair]
) -> Iterator[Suggestion]:
    tests = _tests(data, query)
    place = 0
    for pair in pairs:
        if pair.score < query.min_score:
            return
        suggestion = suggestion_of(data, query, pair.a, pair.b, rank=place + 1)
        if all(test(suggestion) for test in tests):
            place += 1
            yield suggestion


def _tests(data: RankingData, query: RankingQuery) -> list[Callable[[Suggestion], bool]]:
    """Filters that need the reasons of a pair."""
    tests: list[Callable[[Suggestion], bool]] = []
    if query.basis:
        tests.append(lambda suggestion: suggestion.basis == query.basis)
    if query.confidence:
        tests.append(lambda suggestion: suggestion.confidence == query.confidence)
    if query.updated_since:
        since = query.updated_since
        fresh = {id_ for id_, moment in data.changed.items() if moment >= since}
        tests.append(lambda suggestion: not fresh.isdisjoint(statements_of(suggestion)))
    return tests


def statements_of(suggestion: Suggestion) -> Iterator[str]:
    """Ids of the statements that a suggestion rests on, those behind inferences included."""
    for reason in suggestion.reasons:
        for side in (reason.gap, reason.strength):
            source = side.follows_from or side if side else None
            if source and source.statement is not None:
                yield str(source.statement)
