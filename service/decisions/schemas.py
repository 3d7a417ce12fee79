"""Shown lists, decisions and outcomes as the API takes and gives them."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from models.enums import Result, Verdict, Visibility
from service.text import Line, Passage

For = Annotated[Line, Field(alias="for", description="Slug, name or alias.")]
ForOut = Annotated[str, Field(alias="for")]
Number = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
Yuan = Annotated[int, Field(ge=1, le=10**15, strict=True)]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, populate_by_name=True)


class ShowingIn(In):
    to: Line | None = Field(
        default=None, description="The participant that its partners are put before; else all."
    )
    top: int = Field(default=50, ge=1, le=200, strict=True)


class ShownPairOut(Out):
    place: int
    for_: ForOut
    cluster: str
    need: float
    offer: float
    mutual: float
    similarity: float


class ShowingOut(Out):
    """A list that was put before people, with the run that made it."""

    id: int
    event: int
    to: str | None
    revision: int
    scorer: str
    as_of: date
    audience: Visibility
    weights: dict[str, float]
    shown_by: str
    shown_at: AwareDatetime
    pairs: list[ShownPairOut]


class DecisionIn(In):
    for_: For
    cluster: Line
    side: Line | None = Field(
        default=None, description="Which of the two decides; the organiser without it."
    )
    verdict: Verdict = Field(description="`no` keeps the pair out of this event's ranking.")


class DecisionOut(Out):
    """The terms are those of the list that showed the pair, at `place`; else of that day."""

    id: int
    event: int
    for_: ForOut
    cluster: str
    side: str | None
    verdict: Verdict
    showing: int | None
    place: int | None
    need: float
    offer: float
    mutual: float
    similarity: float
    decided_by: str
    decided_at: AwareDatetime
    version: int


class OutcomeIn(In):
    event: Number | None = None
    for_: For
    cluster: Line
    result: Result
    amount_yuan: Yuan | None = Field(default=None, description="Of a contract, in yuan.")
    note: Annotated[Passage, Field(max_length=400)] | None = None
    happened_on: date


class OutcomeOut(Out):
    id: int
    event: int | None
    for_: ForOut
    cluster: str
    result: Result
    amount_yuan: int | None
    note: str | None
    happened_on: date
    recorded_by: str
    recorded_at: AwareDatetime
    version: int
