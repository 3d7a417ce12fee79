"""Suggestions as the API and the command line give them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.enums import Basis, StatementKind


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, populate_by_name=True)


class CitedOut(Out):
    """One side of a reason; `basis` says which fields speak.

    A meeting's: quote, title, date, speaker. A register's: source. An inference's: rule and what
    it follows from.
    """

    cluster: str
    name_zh: str
    name_en: str
    basis: Basis
    kind: StatementKind
    phrase: str
    phrase_en: str | None
    statement: int | None
    quote: str | None
    reading: str | None
    meeting: str | None
    meeting_id: int | None
    document_id: int | None
    start: int | None
    date: str | None
    speaker: str | None
    source_zh: str | None
    source_en: str | None
    rule: str | None
    rule_zh: str | None
    rule_en: str | None
    follows_from: "CitedOut | None"


class ReasonOut(Out):
    term: Literal["need", "offer", "mutual", "similarity"]
    contribution: float
    topic: str | None
    topic_zh: str | None
    topic_en: str | None
    gap: CitedOut | None
    strength: CitedOut | None


class CauseOut(Out):
    code: str
    value: int | None


class SuggestionOut(Out):
    """The contributions of `reasons` sum to `score`."""

    rank: int
    for_: Annotated[str, Field(alias="for", description="Whose partner is suggested.")]
    for_name_zh: str
    for_name_en: str
    cluster: str
    name_zh: str
    name_en: str
    score: float
    basis: Literal["complementarity", "similarity"]
    need: float
    offer: float
    mutual: float
    similarity: float
    confidence: Literal["high", "medium", "low"]
    confidence_causes: list[CauseOut]
    last_met: str | None
    reasons: list[ReasonOut]


class ExcludedOut(Out):
    for_: Annotated[str, Field(alias="for")]
    cluster: str
    cause: Literal["veto", "member", "met_before", "refused"]
    detail: str


class RunOut(Out):
    revision: int
    scorer: str
    as_of: date
    audience: str
    rank_by: str
    topics: list[str]
    drafts: bool
    weights: dict[str, float]


class ObstacleOut(Out):
    code: str
    cluster: str
    topic: str | None
    factor: float
    gap: CitedOut | None
    strength: CitedOut | None


class LiftOut(Out):
    cluster: str
    topic: str
    score: float
    gain: float
    gap: CitedOut | None
    draft: CitedOut | None
    rank: Annotated[
        int | None, Field(description="Place in the list then; null: it would not be listed.")
    ]


class ContradictionOut(Out):
    """`by` is of the same cluster and topic, says the opposite, and was said later."""

    statement: CitedOut
    by: CitedOut


class ExplanationOut(Out):
    run: RunOut
    suggestion: SuggestionOut
    excluded: list[ExcludedOut]
    obstacles: list[ObstacleOut]
    lifts: list[LiftOut]
    drafts: list[LiftOut]
    rank: Annotated[
        int | None, Field(description="Place of `b` in the list of `a`; null: not listed.")
    ]
    listed: Annotated[int, Field(description="How many partners the list of `a` holds.")]
    best: Annotated[
        LiftOut | None, Field(description="The single statement that would lift the score most.")
    ]
    contradictions: list[ContradictionOut]
