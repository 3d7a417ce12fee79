"""Erasures as the API takes and gives them."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from service.statements.schemas import Flag, Number
from service.text import Line

Entity = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]


class HistoryIn(BaseModel):
    """Of which entry the former contents go: `{"entity": "meeting", "id": "3"}`."""

    model_config = ConfigDict(extra="forbid")

    entity: Entity
    id: Line


class ErasureIn(BaseModel):
    """What is to go: statements by number, all of one speaker, former contents of entries."""

    model_config = ConfigDict(extra="forbid")

    statements: list[Number] = Field(default=[], max_length=500)
    speaker: Annotated[Line, Field(max_length=120)] | None = None
    meeting: Number | None = Field(default=None, description="Only what the speaker said there.")
    histories: list[HistoryIn] = Field(default=[], max_length=100)
    rehearsal: Flag = Field(default=True, description="Only say what would go.")


class ErasedReportOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    schedule: int
    due: AwareDatetime
    sent_to: list[str] = Field(description="Who was sent a copy, and has to be asked for it.")


class ElsewhereOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    meeting: int
    document: int
    start: int


class ErasureOut(BaseModel):
    """What went, or would go. The words themselves are never repeated."""

    model_config = ConfigDict(from_attributes=True)

    rehearsal: bool
    statements: list[int]
    documents: list[int]
    characters: int
    reports: list[ErasedReportOut]
    files: int
    runs: list[int] = Field(description="Kept runs that used it: they are gone.")
    elsewhere: list[ElsewhereOut] = Field(
        description="The same words in other documents, which stay until they are erased there."
    )
