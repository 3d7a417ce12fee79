"""/api/v1/proposals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from models.enums import ClusterKind
from service.access import Action
from service.clock import Now
from service.clusters.schemas import ClusterIn
from service.extraction.lexicon import Lexicon
from service.guard import Caller, Guarded, needs
from service.paging import Cursor, Limit, link_next
from service.proposals import listing, usecases
from service.proposals.schemas import (
    BoundOut,
    DismissalOut,
    DismissIn,
    MergeIn,
    ProposalOut,
    RestoredOut,
)
from service.text import Asked
from service.transactions import PostSession, ReadSession
from service.versions import KnownVersion, version_tag

router = APIRouter(prefix="/proposals", tags=["proposals"], route_class=Guarded)

PathKey = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


def _asked(
    q: Annotated[Asked, Query(description="Part of the name.")] = "",
    kind: ClusterKind | None = None,
    document: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    near: Annotated[
        bool | None, Query(description="Whether a registered name resembles it.")
    ] = None,
) -> listing.Asked:
    return listing.Asked(q=q, kind=kind, document=document, near=near)


def _lexicon(request: Request, session: ReadSession) -> Lexicon:
    return request.app.state.extractor.lexicon(session)  # type: ignore[no-any-return]


Read = Annotated[Lexicon, Depends(_lexicon)]


@router.get("", response_model=list[ProposalOut])
@needs(Action.WRITE_CLUSTERS)
def list_proposals(
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    lexicon: Read,
    asked: Annotated[listing.Asked, Depends(_asked)],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Places that documents name and the register lacks; those with most drafts first."""
    page = listing.list_proposals(session, who, lexicon, asked, limit=limit, cursor=cursor)
    link_next(request, response, page)
    return page.items


@router.get("/dismissed", response_model=list[DismissalOut])
@needs(Action.WRITE_CLUSTERS)
def list_dismissals(session: ReadSession, who: Caller) -> object:
    """Names that are not proposed again; the newest first."""
    return usecases.list_dismissals(session, who)


@router.get("/{key}", response_model=ProposalOut)
@needs(Action.WRITE_CLUSTERS)
def get_proposal(
    key: PathKey, response: Response, session: ReadSession, who: Caller, lexicon: Read
) -> object:
    found = listing.get_proposal(session, who, lexicon, key)
    response.headers["ETag"] = version_tag(found.version)
    return found


@router.post("/{key}/accept", response_model=BoundOut)
@needs(Action.WRITE_CLUSTERS)
def accept(
    key: PathKey,
    cluster: ClusterIn,
    session: PostSession,
    who: Caller,
    now: Now,
    version: KnownVersion,
) -> object:
    """Register the place and give it its drafts."""
    return usecases.accept(session, who, key, cluster, version=version, now=now)


@router.post("/{key}/merge", response_model=BoundOut)
@needs(Action.WRITE_CLUSTERS)
def merge(
    key: PathKey,
    into: MergeIn,
    request: Request,
    session: PostSession,
    who: Caller,
    now: Now,
    version: KnownVersion,
) -> object:
    """Give the drafts to a registered place."""
    lexicon = request.app.state.extractor.lexicon(session)
    return usecases.merge(
        session, who, key, into.cluster, lexicon, alias=into.alias, version=version, now=now
    )


@router.post("/{key}/dismiss", response_model=DismissalOut)
@needs(Action.WRITE_CLUSTERS)
def dismiss(
    key: PathKey,
    why: DismissIn,
    session: PostSession,
    who: Caller,
    now: Now,
    version: KnownVersion,
) -> object:
    """Reject the drafts; the name is not proposed again."""
    return usecases.dismiss(session, who, key, why.reason, version=version, now=now)


@router.post("/{key}/restore", response_model=RestoredOut)
@needs(Action.WRITE_CLUSTERS)
def restore(key: PathKey, session: PostSession, who: Caller, now: Now) -> object:
    """Take a dismissal back: what it rejected is a draft again."""
    return RestoredOut(statements=usecases.restore(session, who, key, now=now))
