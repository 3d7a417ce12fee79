"""/api/v1/events."""

from datetime import date

from fastapi import APIRouter, Request, Response

from service.access import Action
from service.clock import Now
from service.events import usecases
from service.events.dockings import list_dockings
from service.events.schemas import DockingOut, EventIn, EventOut
from service.events.usecases import EventView
from service.guard import Caller, Guarded, needs
from service.paging import Cursor, Limit, link_next
from service.text import RowId
from service.transactions import PostSession, ReadSession, WriteSession
from service.versions import EditedVersion, version_tag

router = APIRouter(tags=["events"], route_class=Guarded)


def tagged(response: Response, event: EventView) -> EventView:
    response.headers["ETag"] = version_tag(event.version)
    return event


@router.get("/events", response_model=list[EventOut])
@needs(Action.READ_EVENTS)
def list_events(
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    held_from: date | None = None,
    held_until: date | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    page = usecases.list_events(
        session, who, held_from=held_from, held_until=held_until, limit=limit, cursor=cursor
    )
    link_next(request, response, page)
    return page.items


@router.post("/events", response_model=EventOut, status_code=201)
@needs(Action.WRITE_EVENTS)
def plan_event(
    event: EventIn, response: Response, session: PostSession, who: Caller, now: Now
) -> object:
    stored = usecases.plan_event(session, who, event.model_dump(), now=now)
    response.headers["Location"] = f"/api/v1/events/{stored.id}"
    return tagged(response, stored)


@router.get("/events/{id_}", response_model=EventOut)
@needs(Action.READ_EVENTS)
def get_event(id_: RowId, response: Response, session: ReadSession, who: Caller) -> object:
    return tagged(response, usecases.get_event(session, who, id_))


@router.put("/events/{id_}", response_model=EventOut)
@needs(Action.WRITE_EVENTS)
def change_event(
    id_: RowId,
    fields: EventIn,
    response: Response,
    session: WriteSession,
    who: Caller,
    now: Now,
    version: EditedVersion,
) -> object:
    values = fields.model_dump()
    event = usecases.change_event(session, who, id_, values, version=version, now=now)
    return tagged(response, event)


@router.delete("/events/{id_}", status_code=204)
@needs(Action.WRITE_EVENTS)
def cancel_event(
    id_: RowId, session: WriteSession, who: Caller, now: Now, version: EditedVersion
) -> None:
    usecases.cancel_event(session, who, id_, version=version, now=now)


@router.get("/clusters/{slug}/dockings", response_model=list[DockingOut])
@needs(Action.READ)
def dockings_of_cluster(slug: str, session: ReadSession) -> object:
    """Dockings of the cluster that were held before, the latest first."""
    return list_dockings(session, slug)
