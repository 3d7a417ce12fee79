"""Needs that nobody present, or nobody registered, fills, and who could be recruited."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import numpy as np
from sqlalchemy.orm import Session

from service.access import Principal
from service.events.dockings import Stranger, list_strangers
from service.gatherings.scope import Scope, read_scope
from service.gatherings.views import (
    Candidate,
    Count,
    Filled,
    Gap,
    Gaps,
    GatheringQuery,
    Invited,
    Outsider,
)
from service.matching.supply import Supply, best_strength
from service.matching.unmet import (
    FILLED,
    Recruit,
    UnmetNeed,
    invitations,
    on_near_topics,
    unmet_needs,
)
from service.suggestions.describe import run_of
from service.suggestions.rankings import Rankings

Reach = Literal["present", "registered"]
"""Who cannot fill a gap: nobody present can, or nobody registered at all."""
CANDIDATES = 5
INVITED = 5
LAND = "land_plant"
"""Of relocations the receiving side gives it: one has projects, the other land and labour."""


def gaps_of(
    session: Session,
    rankings: Rankings,
    who: Principal,
    query: GatheringQuery,
    *,
    reach: Reach | None = None,
    stated: bool = False,
    least_share: float = FILLED,
    offset: int = 0,
    limit: int = 50,
) -> Gaps:
    """The unmet needs of those present, the heaviest first; ``stated`` leaves out inferred ones."""
    scope = read_scope(session, rankings, who, query)
    everything = scope.supply(scope.everybody())
    asked = _asked(scope, everything, stated=stated)
    unmet = unmet_needs(asked, scope.present, least_share, CANDIDATES)
    chosen = [need for need in unmet if reach in (None, reach_of(need))]
    strangers = list_strangers(session, scope.query.as_of)
    page = list(enumerate(chosen, start=1))[offset : offset + limit]
    return Gaps(
        run=run_of(scope.data, scope.query),
        least_share=least_share,
        needs=len(asked.gaps),
        total=len(chosen),
        by_topic=counted(chosen, [topic_of(scope, need) for need in chosen]),
        by_province=counted(chosen, [scope.place(need.row).province for need in chosen]),
        invitations=_invited(scope, asked, least_share),
        gaps=[_gap(scope, need, rank, strangers) for rank, need in page],
        more=len(chosen) > offset + limit,
    )


def _asked(scope: Scope, supply: Supply, *, stated: bool) -> Supply:
    """Only the needs that the filters leave."""
    index = scope.data.index
    kept = np.array(
        [
            (scope.chosen is None or row == scope.chosen)
            and scope.in_province(row)
            and not (stated and index.statements[index.needs.ids[place]].basis == "inferred")
            for place, row in zip(supply.gaps.tolist(), supply.receiver.tolist(), strict=True)
        ],
        dtype=bool,
    )
    return Supply(
        supply.gaps[kept],
        supply.receiver[kept],
        supply.weight[kept],
        supply.suppliers,
        supply.share[kept],
    )


def reach_of(need: UnmetNeed) -> Reach:
    return "present" if need.recruits else "registered"


def topic_of(scope: Scope, need: UnmetNeed) -> str:
    index = scope.data.index
    return index.taxonomy.topics[int(index.needs.topic[need.gap])].notation


def counted(needs: Sequence[UnmetNeed], names: Sequence[str | None]) -> list[Count]:
    """How many gaps each name has, most first, by how far one must look to fill them."""
    totals = Counter(names)
    nobody = Counter(
        name for need, name in zip(needs, names, strict=True) if reach_of(need) == "registered"
    )
    return [Count(name, total - nobody[name], nobody[name]) for name, total in totals.most_common()]


def _invited(scope: Scope, supply: Supply, least_share: float) -> list[Invited]:
    index = scope.data.index
    return [
        Invited(
            place=scope.place(found.row),
            gain=found.gain,
            fills=[
                Filled(
                    scope.place(int(index.needs.row[gap])),
                    index.taxonomy.topics[int(index.needs.topic[gap])].notation,
                )
                for gap in found.gaps
            ],
        )
        for found in invitations(supply, scope.present, least_share, INVITED)
    ]


def _gap(scope: Scope, need: UnmetNeed, rank: int, strangers: Sequence[Stranger]) -> Gap:
    data, index = scope.data, scope.data.index
    topic = topic_of(scope, need)
    zh, en = data.labels[topic]
    alone = not need.recruits
    return Gap(
        rank=rank,
        place=scope.place(need.row),
        topic=topic,
        topic_zh=zh,
        topic_en=en,
        weight=need.weight,
        here=need.here,
        reach=reach_of(need),
        gap=data.cited[index.needs.ids[need.gap]],
        recruits=_candidates(scope, need.gap, need.recruits),
        weak=_candidates(scope, need.gap, need.weak),
        near=_near(scope, need.gap) if alone else [],
        outside=_outside(scope, topic, strangers) if alone else [],
    )


def _candidates(scope: Scope, gap: int, recruits: Sequence[Recruit]) -> list[Candidate]:
    found = []
    for recruit in recruits:
        strength = best_strength(scope.data.index, gap, recruit.row, scope.topics)
        if strength is not None:
            found.append(_candidate(scope, recruit.row, strength, recruit.share))
    return found


def _near(scope: Scope, gap: int) -> list[Candidate]:
    index, owner = scope.data.index, int(scope.data.index.needs.row[gap])
    rows = [
        (index.row_of[index.statements[id_].cluster], id_)
        for id_ in on_near_topics(index, gap, 2 * CANDIDATES)
    ]
    allowed = [(row, id_) for row, id_ in rows if not scope.forbidden[owner, row]]
    return [_candidate(scope, row, id_, None) for row, id_ in allowed[:CANDIDATES]]


def _candidate(scope: Scope, row: int, strength: str, share: float | None) -> Candidate:
    topic = scope.data.index.statements[strength].topic
    return Candidate(scope.place(row), share, topic, scope.data.cited[strength])


def _outside(scope: Scope, topic: str, strangers: Sequence[Stranger]) -> list[Outsider]:
    """Unregistered parties of dockings on the topic, a special case or a more general one."""
    taxonomy = scope.data.index.taxonomy
    related = taxonomy.related(topic)
    return [
        Outsider(s.name, s.topic, s.held_on, s.facts_zh, s.source_zh, s.source_en)
        for s in strangers
        if related[taxonomy.index(s.topic)] and s.supplies is (topic != LAND)
    ][:CANDIDATES]
