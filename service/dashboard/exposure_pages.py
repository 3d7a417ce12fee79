"""/events/{id}/lists: everybody's partners at an event, with exposure spread."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.access import Action
from service.clock import Today
from service.dashboard.directory import Directory, Known
from service.dashboard.filters import query_string
from service.dashboard.frame import Link, make_frame
from service.dashboard.gathering_cards import (
    event_link,
    list_section,
    share_of,
    shown_rows,
)
from service.dashboard.gathering_contexts import FairnessRow, ListsPage
from service.dashboard.pairings import run_lines
from service.dashboard.rendering import render
from service.events.usecases import get_event
from service.gatherings.exposures import PRICES, SPREAD, exposure_of, lists_of
from service.gatherings.views import Exposure, FairnessView, GatheringQuery
from service.guard import Guarded, needs
from service.suggestions.views import query_of
from service.text import RowId
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
LISTS = 10
FEW = 120
"""Up to so many participants all prices are worked out at once."""


def price_of(text: str) -> float:
    """One of the prices that are offered; the usual one for whatever else is typed."""
    return next((price for price in PRICES if f"{price:g}" == text), SPREAD)


def first_of(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


@router.get("/events/{id_}/lists")
@needs(Action.READ_EVENTS)
def spread_lists(
    id_: RowId, request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    c, rankings = directory.catalogue, request.app.state.rankings
    event = get_event(session, directory.who, id_)
    spread = price_of(request.query_params.get("spread", ""))
    offset = first_of(request.query_params.get("from", ""))
    query = GatheringQuery(query_of(directory.who, today), id_)
    figures = exposure_of(
        *(session, rankings, directory.who, query),
        spread=spread,
        choices=len(event.participants) <= FEW,
    )
    found = lists_of(
        *(session, rankings, directory.who, query), spread=spread, offset=offset, limit=LISTS
    )
    name = c.pick(event.name_zh, event.name_en)
    here, typed = f"/events/{id_}/lists", {"spread": f"{spread:g}"}
    page = ListsPage(
        frame=make_frame(request, c.translate("exposure.title"), "events"),
        back=event_link(directory, id_, name),
        lead=c.translate("exposure.lead", top=figures.top),
        prices=fairness_rows(directory, figures, here),
        shown=shown_rows(directory, figures.participants),
        sections=[list_section(directory, one) for one in found.lists],
        next_href=here + query_string(typed, **{"from": str(offset + LISTS)})
        if found.more
        else None,
        first_href=here + query_string(typed) if offset else None,
        run=run_lines(directory, found.run),
    )
    return render(request, page)


def fairness_rows(directory: Directory, figures: Exposure, here: str) -> list[FairnessRow]:
    """Every price that was worked out, lowest first; each leads to its lists."""
    views = {view.spread: view for view in (figures.before, *figures.choices, figures.after)}
    return [
        fairness_row(directory, views[price], here, current=price == figures.after.spread)
        for price in sorted(views)
    ]


def fairness_row(
    directory: Directory, view: FairnessView, here: str, *, current: bool
) -> FairnessRow:
    key = "exposure.price" if view.spread else "exposure.price_none"
    label = directory.catalogue.translate(key, price=f"{view.spread:.1%}")
    return FairnessRow(
        price=Link(label, f"{here}?spread={view.spread:g}"),
        current=current,
        loss=f"{view.loss:.1%}",
        largest_loss=f"{view.largest_loss:.1%}",
        gini=f"{view.gini:.2f}",
        most=view.most,
        never=view.never,
        envious=share_of(view.envious),
        beyond=share_of(view.envious_beyond_one),
    )
