"""/api/v1/topics and /api/v1/facets."""

from fastapi import APIRouter

from models.enums import TopicGroup
from service.access import Action
from service.guard import Guarded, needs
from service.topics import usecases
from service.topics.schemas import FacetValueOut, TopicOut
from service.transactions import ReadSession

router = APIRouter(tags=["topics"], route_class=Guarded)


@router.get("/topics", response_model=list[TopicOut])
@needs(Action.READ)
def list_topics(
    session: ReadSession, group: TopicGroup | None = None, broader: str | None = None
) -> object:
    return usecases.list_topics(session, group=group, broader=broader)


@router.get("/topics/{notation}", response_model=TopicOut)
@needs(Action.READ)
def get_topic(notation: str, session: ReadSession) -> object:
    return usecases.get_topic(session, notation)


@router.get("/facets", response_model=list[FacetValueOut])
@needs(Action.READ)
def list_facets(session: ReadSession) -> object:
    return usecases.list_facets(session)
