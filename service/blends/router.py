"""/api/v1/blends."""

from fastapi import APIRouter, Request, Response

from service.access import Action
from service.blends import usecases
from service.blends.schemas import ActivateIn, BlendOut, BlendStateOut
from service.clock import Now
from service.guard import Caller, Guarded, needs
from service.paging import Cursor, Limit, link_next
from service.text import RowId
from service.transactions import PostSession, ReadSession
from service.versions import KnownVersion, version_tag

router = APIRouter(prefix="/blends", tags=["blends"], route_class=Guarded)


@router.get("", response_model=list[BlendOut])
@needs(Action.WRITE_BLENDS)
def list_blends(
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """What was learnt, the newest first."""
    page = usecases.list_blends(session, who, limit=limit, cursor=cursor)
    link_next(request, response, page)
    return page.items


@router.get("/active", response_model=BlendStateOut)
@needs(Action.WRITE_BLENDS)
def present(session: ReadSession, who: Caller) -> object:
    """The blend in force, the evidence so far, and what is missing to learn from it."""
    return usecases.present(session, who)


@router.post("", response_model=BlendOut, status_code=201)
@needs(Action.WRITE_BLENDS)
def learn(response: Response, session: PostSession, who: Caller, now: Now) -> object:
    """Propose a blend from all decisions and outcomes; no ranking changes."""
    stored = usecases.learn(session, who, now=now)
    response.headers["ETag"] = version_tag(stored.version)
    return stored


@router.post("/back", response_model=BlendStateOut)
@needs(Action.WRITE_BLENDS)
def go_back(session: PostSession, who: Caller, now: Now) -> object:
    """Retire the blend in force: the one before it counts again."""
    return usecases.go_back(session, who, now=now)


@router.post("/{id_}/activate", response_model=BlendOut)
@needs(Action.WRITE_BLENDS)
def activate(
    id_: RowId,
    how: ActivateIn,
    response: Response,
    session: PostSession,
    who: Caller,
    now: Now,
    version: KnownVersion,
) -> object:
    """Blend all rankings by it from now on."""
    stored = usecases.activate(session, who, id_, force=how.force, version=version, now=now)
    response.headers["ETag"] = version_tag(stored.version)
    return stored
