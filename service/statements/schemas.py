"""Statements as the API takes and gives them."""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from models.enums import (
    Basis,
    Evidence,
    Facet,
    StatementAction,
    StatementKind,
    Status,
    Visibility,
)
from service.audit.usecases import AuditView
from service.statements.comparing import Code
from service.statements.views import StatementView
from service.statements.warnings import Warnings
from service.text import Line, PartialDate, Passage

Notation = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
Facets = Annotated[dict[Facet, Annotated[list[Notation], Field(max_length=20)]], Field()]
Weight = Annotated[int, Field(ge=1, le=5, strict=True)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
Offset = Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)]
Flag = Annotated[bool, Field(strict=True)]


class FigureOut(BaseModel):
    """A number in the quote, with what it counts."""

    model_config = ConfigDict(from_attributes=True)

    text: str = Field(description="As it stands in the document, `text[start:end]`.")
    start: int
    end: int
    value: float = Field(description="In units as written out: 2.5万 is 25000.")
    unit: str = Field(description="As written: 家, 台, 亿元; `percent` for a share.")
    of: str = Field(description="What is counted, as written; may be empty.")


class WarningOut(BaseModel):
    """Another statement of the same place, from another meeting, that does not go with this one."""

    model_config = ConfigDict(from_attributes=True)

    code: Code
    statement: int
    kind: StatementKind
    topic: str
    status: Status
    words: str = Field(description="The quote of the other; its phrase where it has none.")
    reading: str | None
    meeting: int
    document: int | None
    start: int | None
    stated_on: str | None
    order: Literal["earlier", "later", "same", "unknown"] = Field(
        description="Whether the other was said earlier or later than this one."
    )


class StatementOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    cluster: str | None = Field(description="Slug; null while the register lacks the place.")
    place_name: str | None
    kind: StatementKind
    asks: bool
    topic: str
    facets: dict[Facet, list[str]]
    phrase: str
    phrase_en: str | None
    quote: str | None = Field(description="Exactly as it stands in the document.")
    reading: str | None = Field(
        description="The quote unmangled and simplified; null where it is the same."
    )
    start: int | None
    end: int | None
    meeting: int | None
    document: int | None
    speaker: str | None
    stated_on: str | None
    weight: int
    status: Status
    visibility: Visibility
    basis: Basis
    source_zh: str | None
    source_en: str | None
    evidence: Evidence | None
    confidence: float | None
    rule: str | None
    figures: list[FigureOut]
    cause: str | None = Field(
        description="Why it was rejected, where its place was dismissed; null otherwise."
    )
    version: int
    updated_at: AwareDatetime
    warnings: list[WarningOut] | None = Field(
        default=None,
        description="Contradictions and repetitions that the reader may see; null in lists that"
        " were not asked for with `warned=true`.",
    )

    @classmethod
    def warned(cls, view: StatementView, warnings: Warnings) -> Self:
        found = [WarningOut.model_validate(each) for each in warnings.get(view.id, ())]
        return cls.model_validate(view).model_copy(update={"warnings": found})


class StatementIn(BaseModel):
    """A statement that a person types in: said at a meeting, or taken from a register."""

    model_config = ConfigDict(extra="forbid")

    cluster: Line
    kind: StatementKind
    topic: Notation
    phrase: Line
    phrase_en: Line | None = None
    asks: Flag = False
    facets: Facets = {}
    quote: Passage | None = None
    meeting: Number | None = None
    speaker: Annotated[Line, Field(max_length=120)] | None = None
    stated_on: PartialDate | None = None
    weight: Weight = 3
    visibility: Visibility = Visibility.MEMBERS
    basis: Literal["meeting", "register"] = "meeting"
    source_zh: Line | None = None
    source_en: Line | None = None


class StatementEdit(BaseModel):
    """Only the fields that are sent change. `start` and `end` move the quote in its document."""

    model_config = ConfigDict(extra="forbid")

    cluster: Line | None = None
    kind: StatementKind | None = None
    topic: Notation | None = None
    phrase: Line | None = None
    phrase_en: Line | None = None
    asks: Flag | None = None
    facets: Facets | None = None
    speaker: Annotated[Line, Field(max_length=120)] | None = None
    stated_on: PartialDate | None = None
    weight: Weight | None = None
    visibility: Visibility | None = None
    start: Offset | None = None
    end: Offset | None = None


class ChangeOut(BaseModel):
    version: int
    action: StatementAction
    actor: str
    changed_at: AwareDatetime
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @classmethod
    def of(cls, step: AuditView) -> Self:
        return cls(
            version=step.version or 0,
            action=StatementAction(step.action.rpartition(".")[2]),
            actor=step.actor,
            changed_at=step.at,
            before=dict(step.before) if step.before else None,
            after=dict(step.after) if step.after else None,
        )
