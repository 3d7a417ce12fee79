"""Lists for everybody present, with exposure spread."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from service.access import Principal
from service.gatherings.scope import Scope, read_scope
from service.gatherings.views import (
    Exposure,
    FairnessView,
    GatheringQuery,
    ListItem,
    Shown,
    SpreadList,
    SpreadLists,
)
from service.matching.exposure import (
    Fairness,
    Lists,
    best_lists,
    fairness,
    spread_lists,
)
from service.suggestions.describe import run_of, suggestion_of
from service.suggestions.rankings import Rankings

Floats = NDArray[np.float64]

TOP = 5
SPREAD = 0.01
"""The price of one further appearance, as a share of a list, where none is asked for."""
PRICES = (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)


def exposure_of(
    session: Session,
    rankings: Rankings,
    who: Principal,
    query: GatheringQuery,
    *,
    top: int = TOP,
    spread: float = SPREAD,
    choices: bool = False,
) -> Exposure:
    """How evenly those present stand in each other's lists, as ranked and with exposure spread."""
    scope = read_scope(session, rankings, who, query)
    scores = scope.scores()
    best = best_lists(scores, top)
    after = spread_lists(scores, top, spread)
    order = np.lexsort((np.arange(len(scope.rows)), -best.exposure))
    return Exposure(
        run=run_of(scope.data, scope.query),
        top=top,
        before=seen(0.0, fairness(scores, best, best)),
        after=seen(spread, fairness(scores, after, best)),
        choices=[
            seen(price, fairness(scores, spread_lists(scores, top, price), best))
            for price in (PRICES if choices else ())
        ],
        participants=[
            Shown(
                scope.place(int(scope.rows[i])),
                int(best.exposure[i]),
                int(after.exposure[i]),
                float(best.worth[i]),
                float(after.worth[i]),
            )
            for i in order.tolist()
        ],
    )


def seen(price: float, figures: Fairness) -> FairnessView:
    return FairnessView(
        spread=price,
        total=figures.total,
        loss=figures.loss,
        largest_loss=figures.largest_loss,
        gini=figures.gini,
        most=figures.most,
        never=figures.never,
        envious=figures.envious,
        envious_beyond_one=figures.envious_beyond_one,
    )


def lists_of(
    session: Session,
    rankings: Rankings,
    who: Principal,
    query: GatheringQuery,
    *,
    top: int = TOP,
    spread: float = SPREAD,
    offset: int = 0,
    limit: int = 10,
) -> SpreadLists:
    """The spread list of each participant, in the order of the register, or of the one asked for.

    Each entry keeps its score and reasons; what moved says from which rank.
    """
    scope = read_scope(session, rankings, who, query)
    scores = scope.scores()
    best, after = best_lists(scores, top), spread_lists(scores, top, spread)
    lines = [i for i in range(len(scope.rows)) if scope.chosen in (None, int(scope.rows[i]))]
    page = lines[offset : offset + limit]
    return SpreadLists(
        run=run_of(scope.data, scope.query),
        lists=[_list(scope, scores, (best, after), line) for line in page],
        more=len(lines) > offset + limit,
    )


def _list(scope: Scope, scores: Floats, lists: tuple[Lists, Lists], line: int) -> SpreadList:
    best, after = lists
    order = np.argsort(-scores[line], kind="stable").tolist()
    rank_before = {j: place for place, j in enumerate(order, start=1)}

    def item(j: int, rank: int) -> ListItem:
        a, b = int(scope.rows[line]), int(scope.rows[j])
        kept = bool(best.chosen[line, j])
        return ListItem(
            rank_before[j], kept, suggestion_of(scope.data, scope.query, a, b, rank=rank)
        )

    chosen = [j for j in order if after.chosen[line, j]]
    dropped = [j for j in order if best.chosen[line, j] and not after.chosen[line, j]]
    return SpreadList(
        place=scope.place(int(scope.rows[line])),
        worth_before=float(best.worth[line]),
        worth_after=float(after.worth[line]),
        items=[item(j, rank) for rank, j in enumerate(chosen, start=1)],
        dropped=[item(j, rank_before[j]) for j in dropped],
    )
