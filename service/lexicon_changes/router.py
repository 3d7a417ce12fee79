"""/api/v1/lexicon."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from models.enums import LexiconPart
from service.access import Action
from service.clock import Now
from service.extractor import Extractor
from service.guard import Caller, Guarded, needs
from service.lexicon_changes import usecases
from service.lexicon_changes.gold import shipped_minutes
from service.lexicon_changes.schemas import (
    ChangeIn,
    MeasurementOut,
    RehearsalOut,
    Target,
    WithdrawIn,
    WordingOut,
)
from service.paging import Cursor, Limit, link_next
from service.text import Asked, RowId
from service.transactions import PostSession, ReadSession
from service.versions import KnownVersion

router = APIRouter(prefix="/lexicon", tags=["lexicon"], route_class=Guarded)


def _extractor(request: Request) -> Extractor:
    return request.app.state.extractor  # type: ignore[no-any-return]


Reader = Annotated[Extractor, Depends(_extractor)]


@router.get("", response_model=list[WordingOut])
@needs(Action.WRITE_LEXICON)
def list_lexicon(
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    extractor: Reader,
    part: LexiconPart | None = None,
    target: Annotated[Target | None, Query()] = None,
    origin: Literal["shipped", "own"] | None = None,
    q: Annotated[Asked, Query(description="Part of the wording.")] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """The wordings in force, and own changes that take shipped ones out."""
    asked = usecases.Asked(part=part, target=target, origin=origin, q=q)
    page = usecases.list_lexicon(session, who, extractor, asked, limit=limit, cursor=cursor)
    link_next(request, response, page)
    return page.items


@router.post("", response_model=RehearsalOut)
@needs(Action.WRITE_LEXICON)
def propose(
    change: ChangeIn, session: PostSession, who: Caller, extractor: Reader, now: Now
) -> object:
    """Say what a change does to the shipped minutes; with `apply` it is taken over."""
    fields = change.model_dump()
    apply = fields.pop("apply")
    return usecases.propose(session, who, extractor, fields, apply=apply, now=now)


@router.get("/measure", response_model=MeasurementOut)
@needs(Action.WRITE_LEXICON)
def measure(session: ReadSession, who: Caller, extractor: Reader) -> object:
    """The shipped lexicon against the one in force, on the shipped minutes."""
    minutes = shipped_minutes(extractor.seed)
    return usecases.measure_changes(session, who, extractor, minutes)


@router.post("/{id_}/withdraw", response_model=RehearsalOut)
@needs(Action.WRITE_LEXICON)
def withdraw(
    id_: RowId,
    how: WithdrawIn,
    session: PostSession,
    who: Caller,
    extractor: Reader,
    now: Now,
    version: KnownVersion,
) -> object:
    """Say what it does to take an own change back; with `apply` it is taken back."""
    return usecases.withdraw(
        session, who, extractor, id_, apply=how.apply, version=version, now=now
    )
