"""Blends as the API takes and gives them."""

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from service.statements.schemas import Flag


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class BlendOut(Out):
    """A learnt blend; `figures` are of events kept aside, new beside old, with 95 % intervals."""

    id: int
    state: Literal["proposed", "active", "replaced", "retired"]
    weights: dict[str, float]
    better: bool = Field(description="Than the blend it was compared with, beyond chance.")
    evidence: dict[str, Any]
    figures: dict[str, Any]
    learnt_by: str
    learnt_at: AwareDatetime
    forced: bool = Field(description="Activated although it did no better.")
    activated_by: str | None
    activated_at: AwareDatetime | None
    retired_by: str | None
    retired_at: AwareDatetime | None
    version: int


class AmountOut(Out):
    decided: int
    events: int
    chosen: int
    not_chosen: int


class BlendStateOut(Out):
    weights: dict[str, float] = Field(description="Of every ranking that names none itself.")
    active: BlendOut | None = Field(description="Null while the shipped blend is in force.")
    evidence: AmountOut
    floor: AmountOut
    missing: AmountOut
    enough: bool


class ActivateIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    force: Flag = Field(default=False, description="Also a blend that is no better.")
