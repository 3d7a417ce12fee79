"""Proposed places as the API takes and gives them."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from models.enums import ClusterKind
from service.statements.schemas import Flag
from service.text import Line, Passage

Key = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class SourceOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    document: int
    meeting: int
    filename: str
    title_zh: str
    title_en: str | None
    held_on: str | None


class NearOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    cluster: str
    name_zh: str
    likeness: float = Field(ge=0, le=1, description="Of the names, in characters or in sound.")


class ProposalOut(BaseModel):
    """A place that documents name and the register lacks."""

    model_config = ConfigDict(from_attributes=True)

    key: Key
    name: str = Field(description="As written, in simplified characters.")
    spellings: list[str]
    drafts: int
    statements: list[int]
    documents: list[SourceOut]
    first_seen: AwareDatetime
    near: list[NearOut]
    kind: ClusterKind = Field(description="Guessed.")
    kind_word: str = Field(description="What the guess rests on; empty where nothing told.")
    version: int


class MergeIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cluster: Line = Field(description="Slug, name or alias of the registered place.")
    alias: Flag = Field(default=False, description="Whether it is known by this name from now on.")


class BoundOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    cluster: str
    statements: list[int]


class DismissIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Annotated[Passage, Field(max_length=400)]


class DismissalOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    key: Key
    name: str
    reason: str
    statements: int = Field(description="How many were rejected with it.")
    dismissed_by: str
    dismissed_at: AwareDatetime


class RestoredOut(BaseModel):
    statements: list[int]
