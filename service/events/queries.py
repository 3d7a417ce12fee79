"""Reads of docking events."""

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from models import Event


def listed(*, held_from: date | None = None, held_until: date | None = None) -> Select[Event]:
    rows = select(Event).options(selectinload(Event.themes), selectinload(Event.participants))
    if held_from:
        rows = rows.where(Event.held_on >= held_from)
    if held_until:
        rows = rows.where(Event.held_on <= held_until)
    return rows


def by_id(session: Session, id_: int) -> Event | None:
    return session.scalars(listed().where(Event.id == id_)).one_or_none()
