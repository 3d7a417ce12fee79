"""From what is known to a ranking: no database, no reader, only facts and a question."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from service.matching.rank import all_pairs, rank
from service.matching.types import ScoredPair
from service.suggestions.describe import explained_all, run_of, suggested
from service.suggestions.exclusions import excluded_pairs, mask, mask_of
from service.suggestions.facts import Facts
from service.suggestions.views import Excluded, Ranking, RankingQuery, Suggestion

Mask = NDArray[np.bool_]

EXPLAINED = 25
"""Pairs that are explained together."""
EXAMINED = 500
"""Filters that need a pair's reasons look at so many of the best pairs."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose pairs are ranked.

    ``of`` is the slug of the one whose partners are asked for; ``present`` the slugs of an event's
    participants, ``refused`` the pairs of slugs that somebody refused for it.
    """

    of: str | None = None
    event: int | None = None
    present: tuple[str, ...] | None = None
    refused: tuple[tuple[str, str], ...] = ()


def ranking_of(data: Facts, query: RankingQuery, scope: Scope) -> Ranking:
    """The same facts and the same question give the same ranking, to the last bit."""
    causes = excluded_in(data, query, scope)
    allowed: Mask | None = None
    if scope.present is not None:
        present = set(scope.present)
        allowed = np.array([slug in present for slug in data.index.slugs], dtype=bool)
    if scope.of is not None:
        those = eligible(data, query)
        those = those if allowed is None else those & allowed
        return _partners(data, query, scope.of, causes, those)
    hidden = mask(data, causes) | neither(data, query)
    if allowed is not None:
        hidden |= ~(allowed[:, None] & allowed[None, :])
    return _page(data, query, _pairs(data, query, hidden), causes)


def excluded_in(data: Facts, query: RankingQuery, scope: Scope) -> list[Excluded]:
    """Of those whose pairs are ranked, the refused ones last."""
    causes = [*excluded_for(data, query), *refused_pairs(scope.refused)]
    if scope.present is None:
        return causes
    present = set(scope.present)
    return [p for p in causes if {p.for_, p.cluster} <= present]


def refused_pairs(pairs: Iterable[tuple[str, str]]) -> list[Excluded]:
    return [Excluded(*pair, "refused", "") for pair in pairs]


def excluded_for(data: Facts, query: RankingQuery) -> list[Excluded]:
    return list(excluded_pairs(data, query.met_since))


def turned(pair: Excluded, slug: str) -> Excluded:
    """The same pair seen from ``slug``."""
    return pair if pair.for_ == slug else replace(pair, for_=pair.cluster, cluster=pair.for_)


def eligible(data: Facts, query: RankingQuery) -> Mask:
    """Which rows have the kind and province that are asked for, (n_clusters,)."""
    if query.kind is None and query.province is None:
        return np.ones(len(data.index.clusters), dtype=bool)
    return np.array(
        [
            (query.kind is None or cluster.kind == query.kind)
            and (query.province is None or data.provinces[cluster.slug] == query.province)
            for cluster in data.index.clusters
        ],
        dtype=bool,
    )


def neither(data: Facts, query: RankingQuery) -> Mask:
    """Pairs of which no side has what is asked for, (n_clusters, n_clusters)."""
    outside = ~eligible(data, query)
    cells: Mask = outside[:, None] & outside[None, :]
    return cells


def _partners(
    data: Facts, query: RankingQuery, slug: str, causes: list[Excluded], allowed: Mask
) -> Ranking:
    row = data.index.row_of[slug]
    own = [turned(pair, slug) for pair in causes if slug in (pair.for_, pair.cluster)]
    pairs = rank(
        data.index,
        row,
        weights=query.weights,
        rank_by=query.rank_by,
        topic=query.topics or None,
        exclude=mask_of(data, own, slug) | ~allowed,
        k=EXAMINED if _tests(data, query) else query.offset + query.top + 1,
    )
    return _page(data, query, pairs, own)


def _pairs(data: Facts, query: RankingQuery, hidden: Mask) -> list[ScoredPair]:
    return all_pairs(
        data.index,
        weights=query.weights,
        rank_by=query.rank_by,
        topic=query.topics or None,
        exclude=hidden,
        k=EXAMINED if _tests(data, query) else query.offset + query.top + 1,
    )


def _page(
    data: Facts,
    query: RankingQuery,
    pairs: Iterable[ScoredPair],
    excluded: list[Excluded],
) -> Ranking:
    found = _described(data, query, pairs)
    page = list(islice(found, query.offset, query.offset + query.top + 1))
    return Ranking(run_of(data, query), page[: query.top], excluded, len(page) > query.top)


def _described(
    data: Facts, query: RankingQuery, pairs: Iterable[ScoredPair]
) -> Iterator[Suggestion]:
    tests = _tests(data, query)
    place = 0
    rest = iter(pairs)
    while some := [p for p in islice(rest, EXPLAINED) if p.score >= query.min_score]:
        for pair, explained in zip(some, explained_all(data, query, some), strict=True):
            suggestion = suggested(data, pair.a, pair.b, explained, rank=place + 1)
            if all(test(suggestion) for test in tests):
                place += 1
                yield suggestion


def _tests(data: Facts, query: RankingQuery) -> list[Callable[[Suggestion], bool]]:
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
