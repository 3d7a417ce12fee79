"""What keeps a pair down, and what would lift it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from service.matching.complementarity import facet_agreement, wording
from service.matching.explain import Answer, answers
from service.matching.index import MatchIndex
from service.matching.lifts import PairQuestion, Sources, Standings, standings
from service.matching.types import (
    Lift,
    Obstacle,
    RankBy,
    StatementFact,
    Topics,
    Weights,
    WhyNot,
)
from service.matching.weighing import basis_factor, recency

MIDDLE_WEIGHT = 3


def why_not(
    index: MatchIndex,
    a: int,
    b: int,
    *,
    weights: Weights | None = None,
    rank_by: RankBy = "score",
    topic: Topics = None,
    drafts: Sequence[StatementFact] = (),
    exclude: NDArray[np.bool_] | None = None,
    sources: Sources | None = None,
) -> WhyNot:
    """Obstacles, worst first, and lifts, best first, for b (row) as a partner for a (row).

    Obstacle codes, per side that counts: ``no_needs`` (it has named none); per need ``unmet``
    (nothing on the topic), ``siblings_only`` (only neighbouring topics), ``too_general``,
    ``facets_differ``, ``wording_differs``, ``know_how_far`` (the clusters are too unlike), and for
    the need or its best strength ``gap_`` or ``strength_`` with ``draft``, ``register``,
    ``inferred``, ``old`` or ``light`` (weight below 3).

    A lift is the exact change of the score and of the place in a's list if one statement were
    added: for each need a confirmed strength of the other side, said in a meeting on ``as_of`` at
    weight 3, on the need's topic in its words and facets; for each draft of either side its
    confirmation. Only gains are listed. What follows from the added statement by the rules of
    ``sources``, and what is guessed no longer because of it, counts.

    Parameters
    ----------
    exclude : (n_clusters,) bool
        Rows that never stand in a's list.
    """
    blend = (weights or index.params.weights).ranked_by(rank_by)
    sides = [
        (seeker, partner)
        for seeker, partner, weight in ((a, b, blend.need), (b, a, blend.offer))
        if weight + blend.mutual > 0
    ]
    found = [(s, p, answers(index, s, p, topic)) for s, p in sides]
    asked = PairQuestion(index, a, b, blend, topic, exclude, sources or Sources())
    now, lifts, confirmed = _lifts(asked, found, drafts)
    obstacles = [o for s, p, parts in found for o in _obstacles(index, s, p, parts)]
    return WhyNot(
        score=now.today.score,
        obstacles=tuple(
            sorted(obstacles, key=lambda o: (o.factor, o.cluster, o.gap_id or "", o.code))
        ),
        lifts=lifts,
        drafts=confirmed,
        rank=now.today.rank,
        listed=now.listed,
        used=tuple(sorted({id_ for _, _, parts in found for part in parts for id_ in _ids(part)})),
        best=max((*confirmed[:1], *lifts[:1]), key=lambda lift: lift.gain, default=None),
    )


def _ids(answer: Answer) -> list[str]:
    return [id_ for id_ in (answer.gap_id, answer.strength_id) if id_ is not None]


def _lifts(
    asked: PairQuestion,
    found: Iterable[tuple[int, int, Sequence[Answer]]],
    drafts: Iterable[StatementFact],
) -> tuple[Standings, tuple[Lift, ...], tuple[Lift, ...]]:
    """The pair today; its gains by hypothetical strengths, and by drafts of the two."""
    ours = {asked.index.clusters[row].slug for row in (asked.a, asked.b)}
    needs = [(part.gap_id, partner) for _, partner, parts in found for part in parts]
    waiting = [draft for draft in drafts if draft.cluster in ours]
    added = [_hypothetical(asked.index, partner, gap) for gap, partner in needs]
    added += [replace(draft, status="confirmed") for draft in waiting]
    now = standings(asked, added)
    lifts = [
        Lift(
            cluster=statement.cluster,
            topic=statement.topic,
            score=after.score,
            gain=after.score - now.today.score,
            rank=after.rank,
        )
        for statement, after in zip(added, now.after, strict=True)
    ]
    supposed = [replace(lift, gap_id=gap) for lift, (gap, _) in zip(lifts, needs, strict=False)]
    confirmed = [
        replace(lift, draft_id=draft.id)
        for lift, draft in zip(lifts[len(needs) :], waiting, strict=True)
    ]
    return now, _gains(supposed), _gains(confirmed)


def _gains(lifts: Iterable[Lift]) -> tuple[Lift, ...]:
    gains = [lift for lift in lifts if lift.gain > 0]
    return tuple(
        sorted(gains, key=lambda lift: (-lift.gain, lift.gap_id or "", lift.draft_id or ""))
    )


def _hypothetical(index: MatchIndex, partner: int, gap_id: str) -> StatementFact:
    gap = index.statements[gap_id]
    return StatementFact(
        id=f"hypothetical/{gap_id}",
        cluster=index.clusters[partner].slug,
        kind="strength",
        asks=False,
        topic=gap.topic,
        facets=gap.facets,
        phrase=gap.phrase,
        weight=MIDDLE_WEIGHT,
        stated_on=index.as_of,
    )


def _obstacles(
    index: MatchIndex, seeker: int, partner: int, parts: Sequence[Answer]
) -> list[Obstacle]:
    slug = index.clusters[seeker].slug
    if not parts:
        return [Obstacle("no_needs", slug, 0.0)]
    return [
        Obstacle(code, slug, factor, part.topic, part.gap_id, part.strength_id)
        for part in parts
        for code, factor in _factors(index, partner, part)
        if factor < 1
    ]


def _factors(index: MatchIndex, partner: int, part: Answer) -> list[tuple[str, float]]:
    gap = index.statements[part.gap_id]
    found = _statement_factors(index, gap, "gap")
    if part.strength is None or part.strength_id is None:
        offered = index.strengths.topic[index.strengths.positions(np.array([partner]))]
        near = index.taxonomy.siblings(part.topic)[offered].any()
        return [("siblings_only" if near else "unmet", 0.0), *found]
    strength = index.statements[part.strength_id]
    taxonomy, beta = index.taxonomy, index.params.beta
    g, s = np.array([part.gap]), np.array([part.strength])
    facets = facet_agreement(
        index.needs.facets[g], index.strengths.facets[s], index.params.facet_floor
    )
    alike = wording(index, g, s)
    covered = taxonomy.coverage[taxonomy.index(gap.topic), taxonomy.index(strength.topic)]
    return [
        ("too_general", float(covered)),
        ("facets_differ", float(facets[0, 0])),
        ("wording_differs", float(1 - beta + beta * alike[0, 0])),
        ("know_how_far", part.gate),
        *found,
        *_statement_factors(index, strength, "strength"),
    ]


def _statement_factors(
    index: MatchIndex, statement: StatementFact, side: str
) -> list[tuple[str, float]]:
    params = index.params
    return [
        (f"{side}_draft", params.draft if statement.status == "draft" else 1.0),
        (f"{side}_{statement.basis}", basis_factor(statement, params)),
        (f"{side}_old", recency(statement, params, index.as_of)),
        (f"{side}_light", min(1.0, statement.weight / MIDDLE_WEIGHT)),
    ]
