"""/events/{id}/lists: everybody's partners at an event, with exposure spread."""

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
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
from service.dashboard.gathering_exports import list_table, price_table
from service.dashboard.gathering_frame import workbook
from service.dashboard.pairings import run_lines
from service.dashboard.rendering import render
from service.events.usecases import get_event
from service.gatherings.exposures import PRICES, SPREAD, exposure_of, lists_of
from service.gatherings.views import (
    Exposure,
    FairnessView,
    GatheringQuery,
    SpreadLists,
)
from service.guard import Guarded, needs
from service.suggestions.views import query_of
from service.tables import csv_response
from service.text import RowId
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
LISTS = 10
ALL = 1000
"""More than any event has participants."""
FEW = 120
"""Up to so many participants all prices are worked out at once."""


def price_of(text: str) -> float:
    """One of the prices that are offered; the usual one for whatever else is typed."""
    return next((price for price in PRICES if f"{price:g}" == text), SPREAD)


def first_of(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def figures_of(
    request: Request, session: Session, directory: Directory, query: GatheringQuery, spread: float
) -> Exposure:
    """With what the other prices give, unless the event is too large for that."""
    participants = get_event(session, directory.who, query.event or 0).participants
    return exposure_of(
        *(session, request.app.state.rankings, directory.who, query),
        spread=spread,
        choices=len(participants) <= FEW,
    )


@router.get("/events/{id_}/lists")
@needs(Action.READ_EVENTS)
def spread_lists(
    id_: RowId, request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    c = directory.catalogue
    event = get_event(session, directory.who, id_)
    spread = price_of(request.query_params.get("spread", ""))
    offset = first_of(request.query_params.get("from", ""))
    query = GatheringQuery(query_of(directory.who, today), id_)
    figures = figures_of(request, session, directory, query, spread)
    found = lists_of(
        *(session, request.app.state.rankings, directory.who, query),
        spread=spread,
        offset=offset,
        limit=LISTS,
    )
    here, typed = f"/events/{id_}/lists", {"spread": f"{spread:g}"}
    further = query_string(typed, **{"from": str(offset + LISTS)})
    page = ListsPage(
        frame=make_frame(request, c.translate("exposure.title"), "events"),
        back=event_link(directory, id_, c.pick(event.name_zh, event.name_en)),
        lead=c.translate("exposure.lead", top=figures.top),
        prices=fairness_rows(directory, figures, here),
        shown=shown_rows(directory, figures.participants),
        sections=[list_section(directory, one) for one in found.lists],
        next_href=here + further if found.more else None,
        first_href=here + query_string(typed) if offset else None,
        csv_href=f"{here}.csv" + query_string(typed),
        xlsx_href=f"{here}.xlsx" + query_string(typed),
        run=run_lines(directory, found.run),
    )
    return render(request, page)


def every_list(
    request: Request, session: Session, directory: Directory, query: GatheringQuery, spread: float
) -> SpreadLists:
    return lists_of(
        *(session, request.app.state.rankings, directory.who, query), spread=spread, limit=ALL
    )


@router.get("/events/{id_}/lists.csv")
@needs(Action.READ_EVENTS)
def spread_lists_csv(
    id_: RowId, request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    spread = price_of(request.query_params.get("spread", ""))
    query = GatheringQuery(query_of(directory.who, today), id_)
    found = every_list(request, session, directory, query, spread)
    return csv_response(list_table(directory, found), f"duijie-lists-{found.run.as_of}")


@router.get("/events/{id_}/lists.xlsx")
@needs(Action.READ_EVENTS)
def spread_lists_xlsx(
    id_: RowId, request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    c = directory.catalogue
    spread = price_of(request.query_params.get("spread", ""))
    query = GatheringQuery(query_of(directory.who, today), id_)
    found = every_list(request, session, directory, query, spread)
    figures = figures_of(request, session, directory, query, spread)
    sheets = {
        c.translate("exposure.title"): list_table(directory, found),
        c.translate("exposure.choose"): price_table(directory, figures),
    }
    return workbook(directory, sheets, found.run, "duijie-lists")


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
