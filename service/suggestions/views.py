"""A ranking as every face of the program shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.enums import Visibility
from service.access import Action, Principal, Reach
from service.matching.types import RankBy, Weights


@dataclass(frozen=True, slots=True)
class RankingQuery:
    """What is asked; every part of it is part of the run."""

    as_of: date
    audience: Visibility
    """The narrowest circle whose statements the reader may see."""
    topics: tuple[str, ...] = ()
    """Only needs and strengths that concern one of these; empty: all."""
    rank_by: RankBy = "score"
    weights: Weights | None = None
    """None: the blend in force."""
    min_score: float = 0.0
    kind: str | None = None
    """Kind of the partner."""
    province: str | None = None
    """Province of the partner; among all pairs, of either side."""
    basis: str | None = None
    confidence: str | None = None
    updated_since: datetime | None = None
    """Only pairs that rest on a statement that was changed at this time or later."""
    met_since: date | None = None
    """Pairs that docked on this day or later are left out."""
    drafts: bool = False
    """Whether drafts count too, at a lower weight."""
    waiting: bool = False
    """Whether the reader may see drafts, so that an explanation names those that wait."""
    offset: int = 0
    top: int = 20

    def blend(self, in_force: Weights) -> Weights:
        """What the score that is ranked by is blended of."""
        return (self.weights or in_force).ranked_by(self.rank_by)


def query_of(who: Principal, as_of: date, **asked: Any) -> RankingQuery:
    """What ``who`` asks, on the statements that it may see."""
    waiting = who.reach(Action.READ_DRAFTS) is Reach.ALL
    return RankingQuery(as_of, who.audience, waiting=waiting, **asked)


@dataclass(frozen=True, slots=True)
class Run:
    """The same run gives the same numbers."""

    revision: int
    scorer: str
    as_of: date
    audience: str
    rank_by: str
    topics: Sequence[str]
    drafts: bool
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Cited:
    """One side of a reason: who said it, in which words, where and when.

    ``basis`` says which fields speak: a meeting's quote, title, date and speaker; a register's
    source; an inference's rule and what it follows from.
    """

    cluster: str
    name_zh: str
    name_en: str
    basis: str
    kind: str
    phrase: str
    phrase_en: str | None = None
    statement: int | None = None
    quote: str | None = None
    reading: str | None = None
    """The quote unmangled and simplified; None where it is the same."""
    meeting: str | None = None
    meeting_id: int | None = None
    document_id: int | None = None
    start: int | None = None
    date: str | None = None
    speaker: str | None = None
    source_zh: str | None = None
    source_en: str | None = None
    rule: str | None = None
    rule_zh: str | None = None
    rule_en: str | None = None
    follows_from: "Cited | None" = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One summand of a score; a term without two statements has neither gap nor strength."""

    term: str
    contribution: float
    topic: str | None = None
    topic_zh: str | None = None
    topic_en: str | None = None
    gap: Cited | None = None
    strength: Cited | None = None


@dataclass(frozen=True, slots=True)
class CauseView:
    code: str
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``cluster`` as a partner for ``for_``; the contributions of the reasons sum to ``score``."""

    rank: int
    for_: str
    for_name_zh: str
    for_name_en: str
    cluster: str
    name_zh: str
    name_en: str
    score: float
    basis: str
    need: float
    offer: float
    mutual: float
    similarity: float
    confidence: str
    confidence_causes: Sequence[CauseView]
    reasons: Sequence[Reason]
    last_met: str | None = None
    """Date of the last docking of the two that is known."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A pair that was left out before ranking; ``cause``: veto, member, met_before or refused."""

    for_: str
    cluster: str
    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """``more`` says whether further suggestions follow."""

    run: Run
    suggestions: Sequence[Suggestion]
    excluded: Sequence[Excluded]
    more: bool


@dataclass(frozen=True, slots=True)
class ObstacleView:
    """What keeps a need down; ``factor`` is what it leaves of the match, 0 to 1."""

    code: str
    cluster: str
    topic: str | None
    factor: float
    gap: Cited | None
    strength: Cited | None


@dataclass(frozen=True, slots=True)
class LiftView:
    """What the score would be with one more statement of ``cluster``."""

    cluster: str
    topic: str
    score: float
    gain: float
    gap: Cited | None
    draft: Cited | None
    rank: int | None
    """The partner's place in the list then; None if it would not be listed."""


@dataclass(frozen=True, slots=True)
class ContradictionView:
    """``by`` is of the same cluster and topic, says the opposite, and was said later."""

    statement: Cited
    by: Cited


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """Why, and why not, ``suggestion.cluster`` is a partner for ``suggestion.for_``.

    ``rank`` is its place among the ``listed`` partners today, before any filter that looks at
    reasons or scores. ``best`` is the one of ``lifts`` and ``drafts`` that gains most.
    """

    run: Run
    suggestion: Suggestion
    excluded: Sequence[Excluded]
    obstacles: Sequence[ObstacleView]
    lifts: Sequence[LiftView]
    drafts: Sequence[LiftView]
    rank: int | None
    listed: int
    best: LiftView | None
    contradictions: Sequence[ContradictionView]
