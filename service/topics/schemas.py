"""Topics and facets as the API gives them."""

from pydantic import BaseModel, ConfigDict

from models.enums import Facet, TopicGroup


class LabelsOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    zh: str
    en: str


class AltLabelsOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    zh: list[str]
    en: list[str]


class TopicOut(BaseModel):
    """A SKOS concept; ``broader`` is the notation of its parent."""

    model_config = ConfigDict(from_attributes=True)

    notation: str
    group: TopicGroup
    broader: str | None
    pref_label: LabelsOut
    alt_label: AltLabelsOut


class FacetValueOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    facet: Facet
    value: str
    label: LabelsOut
