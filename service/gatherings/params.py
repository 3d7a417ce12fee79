"""What an event as a whole can be asked, as query parameters that its routes share."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from service.access import Action, require
from service.clock import Today
from service.gatherings.exposures import SPREAD, TOP
from service.gatherings.views import GatheringQuery
from service.guard import Caller
from service.matching.types import RankBy
from service.matching.unmet import FILLED
from service.paging import Cursor, decode_cursor
from service.suggestions.views import query_of
from service.text import Asked

Top = Annotated[int, Query(ge=1, le=50, description="Partners in each list.")]
Spread = Annotated[
    float,
    Query(
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="What each further appearance of a place costs, as a share of a list; 0: none.",
    ),
]
LeastShare = Annotated[
    float,
    Query(
        gt=0,
        le=1,
        allow_inf_nan=False,
        description="How much of a need must be met for it to count as filled.",
    ),
]
Name = Annotated[
    str | None, Query(min_length=1, max_length=160, description="Slug, name or alias.")
]
DEFAULT_TOP, DEFAULT_SPREAD, DEFAULT_SHARE = TOP, SPREAD, FILLED


def _ranked(
    today: Today,
    who: Caller,
    as_of: Annotated[date | None, Query(description="Only what was known on this day.")] = None,
    topic: Annotated[
        list[str] | None,
        Query(description="Repeat for several topics; of an event, its themes by default."),
    ] = None,
    rank_by: RankBy = "score",
    met_since: Annotated[
        date | None, Query(description="Leave out pairs that docked on this day or later.")
    ] = None,
    drafts: Annotated[bool, Query(description="Let drafts count, at a lower weight.")] = False,
) -> GatheringQuery:
    if drafts:
        require(who, Action.READ_DRAFTS)
    ranking = query_of(
        who,
        as_of or today,
        topics=tuple(sorted(set(topic or ()))),
        rank_by=rank_by,
        met_since=met_since,
        drafts=drafts,
    )
    return GatheringQuery(ranking)


AskedLists = Annotated[GatheringQuery, Depends(_ranked)]


def _narrowed(
    today: Today,
    who: Caller,
    as_of: Annotated[date | None, Query(description="Only what was known on this day.")] = None,
    topic: Annotated[
        list[str] | None,
        Query(description="Repeat for several topics; of an event, its themes by default."),
    ] = None,
    cluster: Name = None,
    province: Asked | None = None,
    met_since: Annotated[
        date | None, Query(description="Leave out pairs that docked on this day or later.")
    ] = None,
    drafts: Annotated[bool, Query(description="Let drafts count, at a lower weight.")] = False,
) -> GatheringQuery:
    ranked = _ranked(today, who, as_of, topic, "score", met_since, drafts)
    return GatheringQuery(ranked.ranking, cluster=cluster, province=province)


AskedNeeds = Annotated[GatheringQuery, Depends(_narrowed)]


def _offset(cursor: Cursor = None) -> int:
    return int(decode_cursor(cursor, (int,))[0]) if cursor is not None else 0


Offset = Annotated[int, Depends(_offset)]
"""Where the page before ended."""
