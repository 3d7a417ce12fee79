"""/api/v1: exposure, round tables and gaps of an event, or of all that is registered."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query

from service.access import Action
from service.gatherings.calls import Asking, Call
from service.gatherings.exposures import exposure_of, lists_of
from service.gatherings.gaps import Reach, gaps_of
from service.gatherings.params import (
    DEFAULT_SHARE,
    DEFAULT_SPREAD,
    DEFAULT_TOP,
    AskedLists,
    AskedNeeds,
    LeastShare,
    Name,
    Offset,
    Spread,
    Top,
)
from service.gatherings.round_tables import LIMIT, Form, round_tables_of
from service.gatherings.schemas import (
    ExposureOut,
    GapOut,
    InvitedOut,
    SpreadListOut,
    TablesOut,
)
from service.gatherings.views import Gaps, GatheringQuery, SpreadLists
from service.guard import Guarded, needs
from service.paging import Limit
from service.suggestions.router import NOT_MODIFIED
from service.text import RowId

router = APIRouter(tags=["gatherings"], route_class=Guarded)

Seats = Annotated[int | None, Query(ge=3, le=5, description="Places at each table; else 3 to 5.")]
MostTables = Annotated[int, Query(ge=1, le=50, description="Tables at most.")]
MostLists = Annotated[int, Query(ge=1, le=50, description="Lists of one page.")]
Stated = Annotated[bool, Query(description="Leave out needs that are only inferred.")]
Choices = Annotated[bool, Query(description="Also what some other prices would give.")]
AskedReach = Annotated[
    Reach | None,
    Query(description="present: somebody registered fills it; registered: nobody does."),
]


@router.get("/exposure", response_model=ExposureOut, responses=NOT_MODIFIED)
@needs(Action.READ)
def exposure(
    call: Asking,
    query: AskedLists,
    top: Top = DEFAULT_TOP,
    spread: Spread = DEFAULT_SPREAD,
    choices: Choices = False,
) -> object:
    """How evenly all that are registered stand in each other's lists."""
    return _exposure(call, query, top, spread, choices=choices)


@router.get("/events/{id_}/exposure", response_model=ExposureOut, responses=NOT_MODIFIED)
@needs(Action.READ_EVENTS)
def event_exposure(
    id_: RowId,
    call: Asking,
    query: AskedLists,
    top: Top = DEFAULT_TOP,
    spread: Spread = DEFAULT_SPREAD,
    choices: Choices = False,
) -> object:
    """How evenly the participants stand in each other's lists, before and after spreading."""
    return _exposure(call, replace(query, event=id_), top, spread, choices=choices)


def _exposure(
    call: Call, query: GatheringQuery, top: int, spread: float, *, choices: bool
) -> object:
    return call.answer(
        query,
        lambda: exposure_of(
            call.session,
            call.rankings,
            call.who,
            query,
            top=top,
            spread=spread,
            choices=choices,
        ),
    )


@router.get("/events/{id_}/lists", response_model=list[SpreadListOut], responses=NOT_MODIFIED)
@needs(Action.READ_EVENTS)
def event_lists(
    id_: RowId,
    call: Asking,
    query: AskedLists,
    offset: Offset,
    cluster: Name = None,
    top: Top = DEFAULT_TOP,
    spread: Spread = DEFAULT_SPREAD,
    limit: MostLists = 10,
) -> object:
    """Each participant's partners with exposure spread: scores, reasons, and what moved."""
    asked = replace(query, event=id_, cluster=cluster)

    def see() -> SpreadLists:
        return lists_of(
            call.session,
            call.rankings,
            call.who,
            asked,
            top=top,
            spread=spread,
            offset=offset,
            limit=limit,
        )

    return call.answer(
        asked, see, lambda view: call.page(view.lists, more=view.more, end=offset + limit)
    )


@router.get("/round-tables", response_model=TablesOut, responses=NOT_MODIFIED)
@needs(Action.READ)
def round_tables(
    call: Asking,
    query: AskedNeeds,
    form: Form = "cycle",
    seats: Seats = None,
    least_share: LeastShare = DEFAULT_SHARE,
    limit: MostTables = LIMIT,
) -> object:
    """Cycles, chains or two-way matches among all that are registered, the best first."""
    return _round_tables(call, query, form, seats, least_share, limit)


@router.get("/events/{id_}/round-tables", response_model=TablesOut, responses=NOT_MODIFIED)
@needs(Action.READ_EVENTS)
def event_round_tables(
    id_: RowId,
    call: Asking,
    query: AskedNeeds,
    form: Form = "cycle",
    seats: Seats = None,
    least_share: LeastShare = DEFAULT_SHARE,
    limit: MostTables = LIMIT,
) -> object:
    """Cycles, chains or two-way matches among the participants, the best first."""
    return _round_tables(call, replace(query, event=id_), form, seats, least_share, limit)


def _round_tables(
    call: Call,
    query: GatheringQuery,
    form: Form,
    seats: int | None,
    least_share: float,
    limit: int,
) -> object:
    return call.answer(
        query,
        lambda: round_tables_of(
            call.session,
            call.rankings,
            call.who,
            query,
            form=form,
            seats=seats,
            least_share=least_share,
            limit=limit,
        ),
    )


@router.get("/gaps", response_model=list[GapOut], responses=NOT_MODIFIED)
@needs(Action.READ)
def gaps(
    call: Asking,
    query: AskedNeeds,
    offset: Offset,
    stated: Stated = False,
    least_share: LeastShare = DEFAULT_SHARE,
    limit: Limit = 50,
) -> object:
    """Needs that nobody registered fills, with who comes near and who is known from dockings."""
    return _gaps(call, query, None, offset, limit, stated=stated, least_share=least_share)


@router.get("/events/{id_}/gaps", response_model=list[GapOut], responses=NOT_MODIFIED)
@needs(Action.READ_EVENTS)
def event_gaps(
    id_: RowId,
    call: Asking,
    query: AskedNeeds,
    offset: Offset,
    reach: AskedReach = None,
    stated: Stated = False,
    least_share: LeastShare = DEFAULT_SHARE,
    limit: Limit = 50,
) -> object:
    """Needs of the participants that none of them fills, with who could be recruited."""
    asked = replace(query, event=id_)
    return _gaps(call, asked, reach, offset, limit, stated=stated, least_share=least_share)


def _gaps(
    call: Call,
    query: GatheringQuery,
    reach: Reach | None,
    offset: int,
    limit: int,
    *,
    stated: bool,
    least_share: float,
) -> object:
    def see() -> Gaps:
        return gaps_of(
            call.session,
            call.rankings,
            call.who,
            query,
            reach=reach,
            stated=stated,
            least_share=least_share,
            offset=offset,
            limit=limit,
        )

    return call.answer(
        query, see, lambda view: call.page(view.gaps, more=view.more, end=offset + limit)
    )


@router.get("/events/{id_}/invitations", response_model=list[InvitedOut], responses=NOT_MODIFIED)
@needs(Action.READ_EVENTS)
def event_invitations(
    id_: RowId,
    call: Asking,
    query: AskedNeeds,
    stated: Stated = False,
    least_share: LeastShare = DEFAULT_SHARE,
) -> object:
    """Whom to invite first, so that most of what nobody present fills is filled."""
    asked = replace(query, event=id_)

    def see() -> Gaps:
        return gaps_of(
            call.session,
            call.rankings,
            call.who,
            asked,
            stated=stated,
            least_share=least_share,
            limit=0,
        )

    return call.answer(asked, see, lambda view: view.invitations)
