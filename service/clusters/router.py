"""/api/v1/clusters."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from models.enums import ClusterKind
from service.clock import Now
from service.clusters import usecases
from service.clusters.schemas import ClusterFields, ClusterIn, ClusterOut, VetoIn, VetoOut
from service.db import ReadSession, WriteSession
from service.paging import Cursor, Limit, link_next
from service.text import Asked
from service.versions import ExpectedVersion, version_tag

router = APIRouter(prefix="/clusters", tags=["clusters"])


@router.get("", response_model=list[ClusterOut])
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
def register_cluster(
    cluster: ClusterIn, response: Response, session: WriteSession, now: Now
) -> object:
    stored = usecases.register_cluster(session, cluster.slug, cluster, now=now)
    response.headers["Location"] = f"/api/v1/clusters/{stored.slug}"
    response.headers["ETag"] = version_tag(stored.version)
    return stored


@router.get("/{slug}", response_model=ClusterOut)
def get_cluster(slug: str, response: Response, session: ReadSession) -> object:
    cluster = usecases.get_cluster(session, slug)
    response.headers["ETag"] = version_tag(cluster.version)
    return cluster


@router.put("/{slug}", response_model=ClusterOut)
def change_cluster(
    slug: str,
    fields: ClusterFields,
    response: Response,
    session: WriteSession,
    now: Now,
    version: ExpectedVersion,
) -> object:
    cluster = usecases.change_cluster(session, slug, fields, version=version, now=now)
    response.headers["ETag"] = version_tag(cluster.version)
    return cluster


@router.get("/{slug}/vetoes", response_model=list[VetoOut])
def list_vetoes(slug: str, session: ReadSession) -> object:
    return usecases.list_vetoes(session, slug)


@router.put("/{slug}/vetoes/{other}", response_model=VetoOut)
def set_veto(slug: str, other: str, veto: VetoIn, session: WriteSession, now: Now) -> object:
    return usecases.set_veto(session, slug, other, reason=veto.reason, now=now)


@router.delete("/{slug}/vetoes/{other}", status_code=204)
def lift_veto(slug: str, other: str, session: WriteSession, now: Now) -> None:
    usecases.lift_veto(session, slug, other, now=now)
