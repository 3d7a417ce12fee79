"""/api/v1/topics and /api/v1/facets."""

from fastapi import APIRouter

from models.enums import TopicGroup
from service.db import ReadSession
from service.topics import usecases
from service.topics.schemas import FacetValueOut, TopicOut

router = APIRouter(tags=["topics"])


@router.get("/topics", response_model=list[TopicOut])
def list_topics(
    session: ReadSession, group: TopicGroup | None = None, broader: str | None = None
) -> object:
    return usecases.list_topics(session, group=group, broader=broader)


@router.get("/topics/{notation}", response_model=TopicOut)
def get_topic(notation: str, session: ReadSession) -> object:
    return usecases.get_topic(session, notation)


@router.get("/facets", response_model=list[FacetValueOut])
def list_facets(session: ReadSession) -> object:
    return usecases.list_facets(session)
