"""Kept runs as the API gives them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from models.enums import KeptState, RunScope, Visibility
from service.suggestions.schemas import CitedOut, Out, RunOut, SuggestionOut

Cause = Literal[
    "scorer",
    "turned",
    "weights",
    "topics",
    "ground",
    "date",
    "came",
    "went",
    "changed",
    "inferred",
]


class AnswerOut(Out):
    """A ranking as it was answered."""

    run: RunOut
    suggestions: list[SuggestionOut]
    more: bool


class KeptRunOut(Out):
    id: int
    state: KeptState
    kept_by: str
    kept_at: AwareDatetime
    scope: RunScope
    cluster: str | None
    event: int | None
    audience: Visibility
    drafts: bool
    as_of: date
    revision: int
    scorer: str
    question: Annotated[dict[str, Any], Field(description="All that was asked.")]
    size: Annotated[int, Field(description="Bytes of the answer as stored.")]
    digest: Annotated[str, Field(description="Of question, facts and answer; also the ETag.")]


class DeletedOut(Out):
    deleted: list[int]


class DifferenceOut(Out):
    field: str
    before: Any
    after: Any


class MoveOut(Out):
    """`statement` names an entry of `statements`."""

    cause: Cause
    moved: float
    statement: str | None


class PairChangeOut(Out):
    """A pair in the two runs; its `moves` sum to `change`."""

    for_: Annotated[str, Field(alias="for")]
    for_name_zh: str
    for_name_en: str
    cluster: str
    name_zh: str
    name_en: str
    status: Literal["came", "went", "rose", "fell", "same"]
    rank_before: Annotated[int | None, Field(description="Null where the run does not list it.")]
    rank_after: Annotated[int | None, Field(description="Null where the run does not list it.")]
    score_before: float
    score_after: float
    change: float
    excluded: Annotated[str | None, Field(description="Why it is not paired any more.")]
    moves: list[MoveOut]


class StatementMoveOut(Out):
    """What came, went or was changed, and what it moved in all pairs that are told of."""

    id: str
    cluster: str
    cause: Literal["came", "went", "changed", "inferred"]
    statement: CitedOut | None
    fields: list[DifferenceOut]
    pairs: int
    moved: float


class ComparisonOut(Out):
    before_id: int
    after_id: Annotated[int | None, Field(description="Null: the question was asked again.")]
    before: RunOut
    after: RunOut
    asked: Annotated[list[DifferenceOut], Field(description="What was asked otherwise.")]
    pairs: list[PairChangeOut]
    unchanged: Annotated[int, Field(description="Pairs with the rank and score that they had.")]
    statements: list[StatementMoveOut]
