"""Kept runs, and how two of them differ, as every face of the program shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from models import KeptRun
from models.enums import KeptState, RunScope, Visibility
from service.suggestions.views import Cited, Run

Status = Literal["came", "went", "rose", "fell", "same"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs; None: whatever it is."""

    scope: RunScope | None = None
    cluster: str | None = None
    event: int | None = None
    audience: Visibility | None = None
    as_of: date | None = None
    state: KeptState | None = None


@dataclass(frozen=True, slots=True)
class RunView:
    """``question`` holds all that was asked; of erased and deleted runs it is all that is left."""

    id: int
    state: str
    kept_by: str
    kept_at: datetime
    scope: str
    cluster: str | None
    event: int | None
    audience: str
    drafts: bool
    as_of: date
    revision: int
    scorer: str
    question: Mapping[str, Any]
    size: int
    digest: str


def view_of(run: KeptRun) -> RunView:
    return RunView(
        id=run.id,
        state=run.state,
        kept_by=run.kept_by,
        kept_at=run.kept_at,
        scope=run.scope,
        cluster=run.cluster,
        event=run.event_id,
        audience=run.audience,
        drafts=run.drafts,
        as_of=run.as_of,
        revision=run.revision,
        scorer=run.scorer,
        question=run.question,
        size=run.size,
        digest=run.digest,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of the question that the two runs were asked otherwise."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One part of a statement that is otherwise."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class MoveView:
    """By how much one cause moved a score; ``statement`` is what came, went or was changed."""

    cause: str
    moved: float
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class PairChange:
    """A pair in the two runs; its moves sum to ``change``.

    A rank is None where the run does not list the pair, for ``excluded`` (why it is never paired)
    or because others stand before it. Its score is told all the same, 0 where the register lacked
    one of the two.
    """

    for_: str
    for_name_zh: str
    for_name_en: str
    cluster: str
    name_zh: str
    name_en: str
    status: Status
    rank_before: int | None
    rank_after: int | None
    score_before: float
    score_after: float
    change: float
    excluded: str | None
    moves: Sequence[MoveView]


@dataclass(frozen=True, slots=True)
class StatementMove:
    """A statement that came, went or was changed, and what it moved in all pairs that are told of.

    ``statement`` is what it says now; of one that went, what it said.
    """

    id: str
    cluster: str
    cause: str
    statement: Cited | None
    fields: Sequence[FieldChange]
    pairs: int
    moved: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """``after`` is no kept run where the question was asked again; its number is None then."""

    before_id: int
    after_id: int | None
    before: Run
    after: Run
    asked: Sequence[Difference]
    pairs: Sequence[PairChange]
    unchanged: int
    """Pairs that stand where they stood with the score that they had."""
    statements: Sequence[StatementMove]
