"""The lexicon as the API takes and gives it."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from models.enums import LexiconEffect, LexiconPart, StatementKind
from service.statements.schemas import Flag
from service.text import Passage

Form = Annotated[str, Field(max_length=400)]
Target = Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_:-]*$")]


class WordingOut(BaseModel):
    """A wording that documents are read with, or an own change that takes a shipped one out."""

    model_config = ConfigDict(from_attributes=True)

    part: LexiconPart
    target: str = Field(
        description="Id of a cue rule, notation of a topic, `facet:value`; empty if ignored."
    )
    form: str
    effect: LexiconEffect
    origin: Literal["shipped", "own"]
    id: int | None = Field(description="Of the own change; null until it is applied.")
    note: str | None
    created_by: str | None
    created_at: AwareDatetime | None
    withdrawn_by: str | None
    withdrawn_at: AwareDatetime | None
    version: int | None


class ChangeIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    part: LexiconPart
    effect: LexiconEffect = LexiconEffect.ADD
    target: Target = ""
    form: Form = Field(description="Words; in a cue `…` stands for some characters of a clause.")
    note: Annotated[Passage, Field(max_length=400)] | None = None
    apply: Flag = Field(default=False, description="Otherwise only say what it would do.")


class WithdrawIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    apply: Flag = Field(default=False, description="Otherwise only say what it would do.")


class ScoreOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    precision: float
    recall: float
    f1: float
    tp: int
    fp: int
    fn: int


class ScoresOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    strict: ScoreOut = Field(description="Cluster, kind and topic are right.")
    need: ScoreOut = Field(description="The same, gap and goal taken for one kind.")


class DifferenceOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    document: str
    cluster: str
    kind: StatementKind
    topic: str
    quote: str


class MeasurementOut(BaseModel):
    """Two lexicons on the same annotated minutes."""

    model_config = ConfigDict(from_attributes=True)

    documents: int
    annotated: int
    before: ScoresOut
    after: ScoresOut
    won: list[DifferenceOut] = Field(description="Annotated statements that are found now.")
    lost: list[DifferenceOut] = Field(description="Annotated statements that were found before.")
    invented: list[DifferenceOut] = Field(description="Found now, and annotated by nobody.")
    dropped: list[DifferenceOut] = Field(description="Found before, and annotated by nobody.")


class RehearsalOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    change: WordingOut
    applied: bool
    measured: MeasurementOut
