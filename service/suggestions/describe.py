"""Scored rows become suggestions: names, reasons in the clusters' own words, confidence."""

from collections.abc import Iterable, Sequence

from service.matching.confidence import confidence, contradictions
from service.matching.encoders import scorer_of
from service.matching.explain import explain, explain_all
from service.matching.types import (
    Contribution,
    Explanation,
    Lift,
    Obstacle,
    ScoredPair,
)
from service.suggestions.data import RankingData
from service.suggestions.facts import Facts
from service.suggestions.views import (
    CauseView,
    ContradictionView,
    LiftView,
    ObstacleView,
    RankingQuery,
    Reason,
    Run,
    Suggestion,
)


def run_of(data: Facts, query: RankingQuery) -> Run:
    weights = query.blend(data.index.params.weights)
    return Run(
        revision=data.key.revision,
        scorer=scorer_of(data.index.encoder.version),
        as_of=query.as_of,
        audience=query.audience,
        rank_by=query.rank_by,
        topics=query.topics,
        drafts=query.drafts,
        weights={
            "need": weights.need,
            "offer": weights.offer,
            "mutual": weights.mutual,
            "similarity": weights.similarity,
        },
    )


def suggestion_of(data: Facts, query: RankingQuery, a: int, b: int, *, rank: int) -> Suggestion:
    explained = explain(data.index, a, b, query.weights, query.rank_by, query.topics or None)
    return suggested(data, a, b, explained, rank=rank)


def explained_all(
    data: Facts, query: RankingQuery, pairs: Sequence[ScoredPair]
) -> list[Explanation]:
    return explain_all(data.index, pairs, query.weights, query.rank_by, query.topics or None)


def suggested(data: Facts, a: int, b: int, explained: Explanation, *, rank: int) -> Suggestion:
    index = data.index
    trust = confidence(index, explained)
    one, other = index.clusters[a].slug, index.clusters[b].slug
    return Suggestion(
        rank=rank,
        for_=one,
        for_name_zh=data.names[one][0],
        for_name_en=data.names[one][1],
        cluster=other,
        name_zh=data.names[other][0],
        name_en=data.names[other][1],
        score=explained.score,
        basis=explained.basis,
        need=explained.need,
        offer=explained.offer,
        mutual=explained.mutual,
        similarity=explained.similarity,
        confidence=trust.level,
        confidence_causes=[CauseView(cause.code, cause.value) for cause in trust.causes],
        reasons=[reason_of(data, term) for term in explained.terms],
        last_met=max(filter(None, data.met.get(frozenset((one, other)), ())), default=None),
    )


def reason_of(data: Facts, term: Contribution) -> Reason:
    zh, en = data.labels[term.topic] if term.topic else (None, None)
    return Reason(
        term=term.term,
        contribution=term.contribution,
        topic=term.topic,
        topic_zh=zh,
        topic_en=en,
        gap=data.cited[term.gap_id] if term.gap_id else None,
        strength=data.cited[term.strength_id] if term.strength_id else None,
    )


def obstacle_of(data: Facts, obstacle: Obstacle) -> ObstacleView:
    return ObstacleView(
        code=obstacle.code,
        cluster=obstacle.cluster,
        topic=obstacle.topic,
        factor=obstacle.factor,
        gap=data.cited[obstacle.gap_id] if obstacle.gap_id else None,
        strength=data.cited[obstacle.strength_id] if obstacle.strength_id else None,
    )


def lift_of(data: Facts, lift: Lift) -> LiftView:
    return LiftView(
        cluster=lift.cluster,
        topic=lift.topic,
        score=lift.score,
        gain=lift.gain,
        gap=data.cited[lift.gap_id] if lift.gap_id else None,
        draft=data.cited[lift.draft_id] if lift.draft_id else None,
        rank=lift.rank,
    )


def contradictions_of(data: RankingData, ids: Iterable[str]) -> list[ContradictionView]:
    """Those among the statements ``ids`` that a later one denies."""
    used = [data.index.statements[id_] for id_ in ids]
    return [
        ContradictionView(data.cited[found.statement_id], data.cited[found.by_id])
        for found in contradictions(data.sources.stated or (), used)
    ]
