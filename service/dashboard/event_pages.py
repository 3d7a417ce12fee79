"""/events: docking events, and who should meet whom at one."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.access import Action
from service.clock import Today
from service.dashboard.contexts import AsAWhole, EventPage, EventRow, EventsPage
from service.dashboard.directory import Directory, Known, all_events
from service.dashboard.filters import MOST_SHOWN, SHOWN, query_string, shown_of, typed_of
from service.dashboard.frame import Link, make_frame
from service.dashboard.pairings import card_of, run_lines
from service.dashboard.rendering import render
from service.events.usecases import EventView, get_event
from service.gatherings.exposures import exposure_of
from service.gatherings.views import Exposure, FairnessView, GatheringQuery
from service.guard import Guarded, needs
from service.suggestions.usecases import suggest_for_event
from service.suggestions.views import query_of
from service.text import RowId
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
PAGING = ("shown", "open")


@router.get("/events")
@needs(Action.READ_EVENTS)
def events(request: Request, session: ReadSession, directory: Known) -> Response:
    c = directory.catalogue
    found = sorted(
        all_events(session, directory.who),
        key=lambda event: (event.held_on, event.id),
        reverse=True,
    )
    page = EventsPage(
        frame=make_frame(request, c.translate("events.title"), "events"),
        rows=[event_row(directory, event) for event in found],
    )
    return render(request, page)


def event_row(directory: Directory, event: EventView) -> EventRow:
    c = directory.catalogue
    return EventRow(
        event=Link(c.pick(event.name_zh, event.name_en), f"/events/{event.id}"),
        date=c.day(event.held_on.isoformat()),
        place=event.place,
        themes=" · ".join(directory.topic(name) for name in event.themes),
        participants=len(event.participants),
    )


@router.get("/events/{id_}")
@needs(Action.READ_EVENTS)
def event(
    id_: RowId, request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    c = directory.catalogue
    typed = typed_of(request.query_params)
    shown, unfolded = shown_of(typed), typed.get("open") == "all"
    found = get_event(session, directory.who, id_)
    query = query_of(directory.who, today, top=shown)
    ranking = suggest_for_event(session, request.app.state.rankings, directory.who, id_, query)
    exposure = exposure_of(
        session, request.app.state.rankings, directory.who, GatheringQuery(query, id_)
    )
    row = event_row(directory, found)
    kept = {name: value for name, value in typed.items() if name in PAGING}
    more = ranking.more and shown < MOST_SHOWN
    page = EventPage(
        frame=make_frame(request, row.event.label, "events"),
        name=row.event.label,
        facts=row,
        time_zone=c.translate("event.time_zone", zone=found.time_zone),
        participants=[directory.cluster(slug) for slug in found.participants],
        whole=as_a_whole(directory, id_, exposure),
        cards=[card_of(directory, s) for s in ranking.suggestions],
        more_href=row.event.href + query_string(kept, shown=str(shown + SHOWN)) if more else None,
        unfolded=unfolded,
        unfold_href=row.event.href + query_string(kept, open=None if unfolded else "all"),
        run=run_lines(directory, ranking.run),
    )
    return render(request, page)


def as_a_whole(directory: Directory, id_: int, found: Exposure) -> AsAWhole:
    """Without figures where nobody has a reason to meet anybody."""
    c = directory.catalogue

    def line(key: str, view: FairnessView) -> str:
        return c.translate(
            key,
            top=found.top,
            most=view.most,
            never=view.never,
            participants=len(found.participants),
            gini=f"{view.gini:.2f}",
            loss=f"{view.loss:.1%}",
        )

    lines = [line("exposure.summary_lead", found.before)]
    if found.after.gini < found.before.gini:
        lines.append(line("exposure.summary_spread", found.after))
    return AsAWhole(
        lines=lines if found.before.total else [],
        links=[
            Link(c.translate("exposure.open"), f"/events/{id_}/lists"),
            Link(c.translate("exposure.tables"), f"/round-tables?event={id_}"),
            Link(c.translate("exposure.gaps"), f"/gaps?event={id_}"),
        ],
    )
