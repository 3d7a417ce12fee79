"""What a ranking can be asked, as query parameters that every ranking route shares."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Query

from models.enums import ClusterKind, Visibility
from service.access import VISITOR, Action, require
from service.clock import Today
from service.errors import Forbidden, SignInRequired, Unprocessable
from service.guard import Caller
from service.matching.types import PairBasis, RankBy, Weights
from service.paging import Cursor, Limit, decode_cursor
from service.suggestions.listing import EXAMINED
from service.suggestions.views import RankingQuery, query_of
from service.text import Asked, Instant

Share = Annotated[float | None, Query(ge=0, le=1, allow_inf_nan=False)]
Level = Literal["high", "medium", "low"] | None
EXAMINES = f"Looks at the {EXAMINED} best pairs."


def _blend(
    weight_need: Share = None,
    weight_offer: Share = None,
    weight_mutual: Share = None,
    weight_similarity: Share = None,
) -> Weights | None:
    """The one given: what is left out counts 0, and all sum to 1; None for that in force."""
    given = (weight_need, weight_offer, weight_mutual, weight_similarity)
    if given == (None, None, None, None):
        return None
    try:
        return Weights(*(share or 0.0 for share in given))
    except ValueError as error:
        raise Unprocessable("weights", cause=str(error)) from error


def _query(
    today: Today,
    who: Caller,
    weights: Annotated[Weights | None, Depends(_blend)],
    as_of: Annotated[date | None, Query(description="Only what was known on this day.")] = None,
    topic: Annotated[list[str] | None, Query(description="Repeat for several topics.")] = None,
    rank_by: RankBy = "score",
    min_score: Annotated[float, Query(ge=0, le=1, allow_inf_nan=False)] = 0.0,
    kind: Annotated[ClusterKind | None, Query(description="Kind of the partner.")] = None,
    province: Asked | None = None,
    basis: PairBasis | None = None,
    confidence: Annotated[Level, Query(description=EXAMINES)] = None,
    updated_since: Annotated[
        Instant | None,
        Query(description=f"Only pairs that rest on a statement changed since. {EXAMINES}"),
    ] = None,
    met_since: Annotated[
        date | None, Query(description="Leave out pairs that docked on this day or later.")
    ] = None,
    drafts: Annotated[bool, Query(description="Let drafts count, at a lower weight.")] = False,
    audience: Annotated[
        Visibility | None, Query(description="As readers of a wider circle see it.")
    ] = None,
) -> RankingQuery:
    if drafts:
        require(who, Action.READ_DRAFTS)
    if audience is not None and audience not in who.circle:
        if who.role is VISITOR:
            raise SignInRequired("sign-in-required")
        raise Forbidden("audience", own=who.audience)
    query = query_of(
        who,
        as_of or today,
        topics=tuple(sorted(set(topic or ()))),
        rank_by=rank_by,
        weights=weights,
        min_score=min_score,
        kind=kind,
        province=province,
        basis=basis,
        confidence=confidence,
        updated_since=updated_since,
        met_since=met_since,
        drafts=drafts,
    )
    return replace(query, audience=audience or who.audience)


AskedRanking = Annotated[RankingQuery, Depends(_query)]


def _page(asked: AskedRanking, limit: Limit = 50, cursor: Cursor = None) -> RankingQuery:
    """The asked ranking from where the page before ended."""
    offset = int(decode_cursor(cursor, (int,))[0]) if cursor is not None else 0
    return replace(asked, offset=offset, top=limit)


AskedPage = Annotated[RankingQuery, Depends(_page)]
