"""Docking events in their first form: when, where, on which themes, with whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Cluster, Event
from models.enums import Visibility
from service.access import Action, Principal, require, require_reach
from service.audit.usecases import Step, record, require_version
from service.clusters.usecases import require_cluster
from service.db import raise_revision, touch
from service.errors import EventNotFound, NotFound, Unprocessable
from service.events import queries
from service.paging import Page, read_page
from service.topics.usecases import require_topic

ENTITY = "event"


@dataclass(frozen=True, slots=True)
class EventView:
    id: int
    name_zh: str
    name_en: str | None
    held_on: date
    time_zone: str
    place: str
    themes: Sequence[str]
    participants: Sequence[str]
    version: int
    updated_at: datetime


def by_name(cluster: Cluster) -> tuple[str, str]:
    return cluster.sort_key, cluster.slug


def view(event: Event) -> EventView:
    return EventView(
        id=event.id,
        name_zh=event.name_zh,
        name_en=event.name_en,
        held_on=event.held_on,
        time_zone=event.time_zone,
        place=event.place,
        themes=sorted(topic.notation for topic in event.themes),
        participants=[cluster.slug for cluster in sorted(event.participants, key=by_name)],
        version=event.version,
        updated_at=event.updated_at,
    )


def list_events(
    session: Session,
    who: Principal,
    *,
    held_from: date | None,
    held_until: date | None,
    limit: int,
    cursor: str | None,
) -> Page[EventView]:
    """Newest entry first."""
    rows = queries.listed(who, held_from=held_from, held_until=held_until)
    page = read_page(session, rows, key=(Event.id,), limit=limit, cursor=cursor, descending=True)
    return Page([view(event) for event in page.items], page.next_cursor)


def _require_event(session: Session, who: Principal, id_: int) -> Event:
    event = queries.by_id(session, who, id_)
    if event is None:
        raise EventNotFound("event-unknown", id=id_)
    return event


def get_event(session: Session, who: Principal, id_: int) -> EventView:
    require_reach(who, Action.READ_EVENTS)
    return view(_require_event(session, who, id_))


def plan_event(
    session: Session, who: Principal, fields: dict[str, Any], *, now: datetime
) -> EventView:
    require(who, Action.WRITE_EVENTS)
    event = Event(created_at=now)
    session.add(event)
    stored = _store(session, event, fields, now)
    record(session, who, Step("created", ENTITY, stored.id, stored.version, None, stored), now=now)
    return stored


def change_event(
    session: Session,
    who: Principal,
    id_: int,
    fields: dict[str, Any],
    *,
    version: int | None,
    now: datetime,
) -> EventView:
    """Replace what is stored, or StaleVersion if ``version`` is no longer the newest."""
    require(who, Action.WRITE_EVENTS)
    event = _require_event(session, who, id_)
    before = view(event)
    require_version(session, ENTITY, id_, before, version)
    stored = _store(session, event, fields, now)
    record(session, who, Step("edited", ENTITY, id_, stored.version, before, stored), now=now)
    return stored


def cancel_event(
    session: Session, who: Principal, id_: int, *, version: int | None, now: datetime
) -> None:
    require(who, Action.WRITE_EVENTS)
    event = _require_event(session, who, id_)
    before = view(event)
    require_version(session, ENTITY, id_, before, version)
    session.delete(event)
    raise_revision(session, now, Visibility.ORGANISERS)
    record(session, who, Step("cancelled", ENTITY, id_, None, before, None), now=now)


def _store(session: Session, event: Event, fields: dict[str, Any], now: datetime) -> EventView:
    values = dict(fields)
    try:
        with session.no_autoflush:
            themes = [require_topic(session, name) for name in values.pop("themes")]
            participants = [require_cluster(session, name) for name in values.pop("participants")]
    except NotFound as error:
        raise Unprocessable(error.message, **error.values) from error
    event.themes = list(dict.fromkeys(themes))
    event.participants = list(dict.fromkeys(participants))
    for name, value in values.items():
        setattr(event, name, value)
    touch(event, now)
    raise_revision(session, now, Visibility.ORGANISERS)
    return view(event)
