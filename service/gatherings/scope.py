"""Who is present, on which data: what every view of a gathering begins with."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from service.access import Principal
from service.clusters.usecases import require_cluster
from service.decisions.refusals import refused
from service.errors import Unprocessable
from service.events.usecases import get_event
from service.gatherings.views import GatheringQuery, Place
from service.matching.supply import Supply, supply
from service.matching.terms import pair_terms
from service.matching.types import Topics
from service.suggestions.data import RankingData
from service.suggestions.exclusions import mask
from service.suggestions.listing import excluded_for, refused_pairs
from service.suggestions.rankings import Rankings
from service.suggestions.usecases import ready
from service.suggestions.views import Excluded, RankingQuery

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Scope:
    """``rows`` are those present, ascending; ``forbidden`` pairs must not meet."""

    data: RankingData
    query: RankingQuery
    rows: Rows
    forbidden: Mask
    chosen: int | None
    """The row of the one place that was asked for."""
    province: str | None

    @property
    def topics(self) -> Topics:
        return self.query.topics or None

    @cached_property
    def present(self) -> Mask:
        cells = np.zeros(len(self.data.index.clusters), dtype=bool)
        cells[self.rows] = True
        return cells

    def scores(self) -> Floats:
        """Of each present as a partner for each, (n, n); 0 where the two are not suggested."""
        weights = self.query.blend(self.data.index.params.weights)
        terms = pair_terms(self.data.index, self.rows, self.rows, self.topics)
        scores = np.array(terms.score(weights))
        if weights.similarity < 1:
            scores[terms.reasons(weights) <= 0] = 0
        scores[self.forbidden[np.ix_(self.rows, self.rows)]] = 0
        np.fill_diagonal(scores, 0)
        return scores

    def supply(self, suppliers: Rows | None = None) -> Supply:
        """Who fills which need of those present; by default they themselves."""
        return supply(
            self.data.index,
            self.rows,
            self.rows if suppliers is None else suppliers,
            topic=self.topics,
            exclude=self.forbidden,
        )

    def everybody(self) -> Rows:
        return np.arange(len(self.data.index.clusters))

    def place(self, row: int) -> Place:
        cluster = self.data.index.clusters[row]
        zh, en = self.data.names[cluster.slug]
        return Place(cluster.slug, zh, en, cluster.kind, self.data.provinces[cluster.slug])

    def in_province(self, row: int) -> bool:
        slug = self.data.index.clusters[row].slug
        return self.province is None or self.data.provinces[slug] == self.province


def read_scope(
    session: Session, rankings: Rankings, who: Principal, query: GatheringQuery
) -> Scope:
    """The participants of the event, on its themes unless topics are named; or all registered.

    Raises
    ------
    EventNotFound, ClusterNotFound, TopicNotFound
        If one is unknown, or the event not for this reader.
    Unprocessable
        If the place that is asked for does not take part.
    """
    ranking, participants, refusals = query.ranking, None, list[Excluded]()
    if query.event is not None:
        event = get_event(session, who, query.event)
        participants = frozenset(event.participants)
        refusals = refused_pairs(refused(session, query.event))
        if not ranking.topics:
            ranking = replace(ranking, topics=tuple(event.themes))
    data = ready(session, rankings, ranking)
    slugs = data.index.slugs
    chosen = None
    if query.cluster is not None:
        slug = require_cluster(session, query.cluster).slug
        if participants is not None and slug not in participants:
            raise Unprocessable("not-present", slug=slug, event=query.event or 0)
        chosen = data.index.row_of[slug]
    rows = [r for r, slug in enumerate(slugs) if participants is None or slug in participants]
    return Scope(
        data=data,
        query=ranking,
        rows=np.array(rows, dtype=np.intp),
        forbidden=mask(data, [*excluded_for(data, ranking), *refusals]),
        chosen=chosen,
        province=query.province,
    )
