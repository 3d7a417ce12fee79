"""Docking events as the API takes and gives them."""

from datetime import date
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from service.statements.schemas import Notation
from service.text import Line


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("expected a time zone of the IANA database, such as Asia/Shanghai")
    return name


class EventIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name_zh: Line
    name_en: Line | None = None
    held_on: date
    time_zone: Annotated[str, AfterValidator(_zone), Field(max_length=60)] = "Asia/Shanghai"
    place: Line
    themes: list[Notation] = Field(default=[], max_length=50)
    participants: list[Line] = Field(
        default=[], max_length=500, description="Slugs, registered names or aliases."
    )


class EventOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name_zh: str
    name_en: str | None
    held_on: date
    time_zone: str
    place: str
    themes: list[str]
    participants: list[str]
    version: int
    updated_at: AwareDatetime


class DockingOut(BaseModel):
    """A docking that was held, seen from one cluster."""

    model_config = ConfigDict(from_attributes=True)

    held_on: str | None = Field(description="ISO date; only the year or month may be known.")
    partner: str = Field(description="Slug where `registered`, else the name as reported.")
    registered: bool
    supplies: bool
    topic: str
    facts_zh: str
    source_zh: str
    source_en: str | None
