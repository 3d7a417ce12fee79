"""/api/v1/clusters."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from models.enums import ClusterKind
from service.access import Action
from service.clock import Now
from service.clusters import usecases, vetoes
from service.clusters.schemas import ClusterFields, ClusterIn, ClusterOut, VetoIn, VetoOut
from service.guard import Caller, Guarded, needs
from service.paging import Cursor, Limit, link_next
from service.text import Asked
from service.transactions import PostSession, ReadSession, WriteSession
from service.versions import EditedVersion, KnownVersion, version_tag

router = APIRouter(prefix="/clusters", tags=["clusters"], route_class=Guarded)


@router.get("", response_model=list[ClusterOut])
@needs(Action.READ)
def list_clusters(
    request: Request,
    response: Response,
    session: ReadSession,
    kind: ClusterKind | None = None,
    province: Asked | None = None,
    q: Annotated[str | None, Query(max_length=80, description="Part of a name or alias.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    page = usecases.list_clusters(
        session, kind=kind, province=province, q=q, limit=limit, cursor=cursor
    )
    link_next(request, response, page)
    return page.items


@router.post("", response_model=ClusterOut, status_code=201)
@needs(Action.WRITE_CLUSTERS)
def register_cluster(
    cluster: ClusterIn, response: Response, session: PostSession, who: Caller, now: Now
) -> object:
    stored = usecases.register_cluster(session, who, cluster.slug, cluster, now=now)
    response.headers["Location"] = f"/api/v1/clusters/{stored.slug}"
    response.headers["ETag"] = version_tag(stored.version)
    return stored


@router.get("/{slug}", response_model=ClusterOut)
@needs(Action.READ)
def get_cluster(slug: str, response: Response, session: ReadSession) -> object:
    cluster = usecases.get_cluster(session, slug)
    response.headers["ETag"] = version_tag(cluster.version)
    return cluster


@router.put("/{slug}", response_model=ClusterOut)
@needs(Action.WRITE_CLUSTERS)
def change_cluster(
    slug: str,
    fields: ClusterFields,
    response: Response,
    session: WriteSession,
    who: Caller,
    now: Now,
    version: EditedVersion,
) -> object:
    cluster = usecases.change_cluster(session, who, slug, fields, version=version, now=now)
    response.headers["ETag"] = version_tag(cluster.version)
    return cluster


@router.get("/{slug}/vetoes", response_model=list[VetoOut])
@needs(Action.WRITE_CLUSTERS)
def list_vetoes(slug: str, session: ReadSession, who: Caller) -> object:
    """Pairs that are never suggested, with the reason, which only who may set one reads."""
    return vetoes.list_vetoes(session, who, slug)


@router.put("/{slug}/vetoes/{other}", response_model=VetoOut)
@needs(Action.WRITE_CLUSTERS)
def set_veto(
    slug: str,
    other: str,
    veto: VetoIn,
    response: Response,
    session: WriteSession,
    who: Caller,
    now: Now,
    version: KnownVersion,
) -> object:
    """Never pair the two. To replace the reason of a veto, send its `ETag` in `If-Match`."""
    stored = vetoes.set_veto(
        session, who, slug, other, reason=veto.reason, version=version, now=now
    )
    response.headers["ETag"] = version_tag(stored.version)
    return stored


@router.delete("/{slug}/vetoes/{other}", status_code=204)
@needs(Action.WRITE_CLUSTERS)
def lift_veto(
    slug: str, other: str, session: WriteSession, who: Caller, now: Now, version: EditedVersion
) -> None:
    vetoes.lift_veto(session, who, slug, other, version=version, now=now)
