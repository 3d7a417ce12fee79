"""Meetings and documents as the API takes and gives them."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from models.enums import MeetingKind, Visibility
from service.statements.schemas import StatementOut
from service.text import Line, PartialDate


class MeetingIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title_zh: Line
    title_en: Line | None = None
    kind: MeetingKind = MeetingKind.OTHER
    held_on: PartialDate | None = None
    place: Line | None = None
    host: Line | None = None
    visibility: Visibility = Field(
        default=Visibility.MEMBERS, description="No statement made there is seen more widely."
    )


class MeetingOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title_zh: str
    title_en: str | None
    kind: MeetingKind
    held_on: str | None = Field(description="ISO date; only the year or month may be known.")
    place: str | None
    host: str | None
    visibility: Visibility
    version: int
    updated_at: AwareDatetime


class DocumentOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    meeting: int
    filename: str
    media_type: Annotated[str, Field(description="As found in the bytes, whatever was sent.")]
    charset: Annotated[str, Field(description="`unicode` where the file itself says it.")]
    size: Annotated[int, Field(description="Bytes.")]
    sha256: str
    uploaded_at: AwareDatetime


class DocumentTextOut(DocumentOut):
    text: str = Field(
        description="As decoded, of web pages the article; a quote is `text[start:end]`."
        " Blanks (▒) stand for hidden words."
    )


class NoteOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    key: str
    values: dict[str, str | int]


class IntakeOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    document: DocumentOut
    drafts: list[StatementOut]
    notes: list[NoteOut] = Field(description="What was left out of the text, and why.")
