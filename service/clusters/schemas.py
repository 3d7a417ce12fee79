"""Clusters as the API takes and gives them."""

from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from models.enums import ClusterKind
from service.text import Line, Passage

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, strict=True)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, strict=True)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")]
Name = Annotated[Line, Field(max_length=80)]


class ClusterOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    slug: str
    name_zh: str
    name_en: str
    kind: ClusterKind
    country: str
    province: str | None
    province_en: str | None
    admin_level: str | None
    latitude: float | None
    longitude: float | None
    titles: list[str]
    titles_en: list[str]
    products: list[str]
    products_en: list[str]
    part_of: str | None = Field(description="Slug of the registered place that this belongs to.")
    aliases: list[str]
    version: int
    updated_at: AwareDatetime


class ClusterFields(BaseModel):
    """What a person may set."""

    model_config = ConfigDict(extra="forbid")

    name_zh: Name
    name_en: Line
    kind: ClusterKind = ClusterKind.CLUSTER
    country: Country = "CN"
    province: Name | None = None
    province_en: Name | None = None
    admin_level: Annotated[Line, Field(max_length=40)] | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    titles: list[Line] = Field(default=[], max_length=20)
    titles_en: list[Line] = Field(default=[], max_length=20)
    products: list[Line] = Field(default=[], max_length=50)
    products_en: list[Line] = Field(default=[], max_length=50)
    part_of: Slug | None = None
    aliases: list[Line] = Field(default=[], max_length=30)

    @model_validator(mode="after")
    def both_coordinates(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude are given together or not at all")
        return self


class ClusterIn(ClusterFields):
    slug: Slug


class VetoIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Annotated[Passage, Field(max_length=400)]


class VetoOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    cluster: str
    other: str
    reason: str
    version: int
    created_at: AwareDatetime
