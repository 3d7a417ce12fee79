"""Facts that go into a ranking, its parameters, and the results that come out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

SCORER_VERSION = "2"
"""Changes whenever the same facts and parameters may give other numbers."""

Kind = Literal["strength", "gap", "goal"]
Status = Literal["draft", "confirmed", "rejected", "retired"]
Basis = Literal["meeting", "register", "inferred"]
Term = Literal["need", "offer", "mutual", "similarity"]
RankBy = Literal["score", "need", "mutual", "similarity"]
PairBasis = Literal["complementarity", "similarity"]

Topics = str | Sequence[str] | None
"""What a ranking is about: one notation, several, or everything."""

Facets = Mapping[str, frozenset[str]]
NO_FACETS: Facets = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ClusterFact:
    """One registered place; ``kind`` decides whether know-how is gated by similarity."""

    slug: str
    kind: str
    lat: float | None = None
    lon: float | None = None
    part_of: str | None = None


@dataclass(frozen=True, slots=True)
class StatementFact:
    """One dated, sourced statement as a ranking sees it.

    ``cluster`` is a slug and ``topic`` a notation. ``asks`` matters for goals only: a goal that
    asks for something is a need. ``phrase`` names the capability alone, without polarity.
    ``stated_on`` is the last day of a partial date. An inferred statement names its ``rule`` and
    the id of the statement it ``follows_from``.

    Raises
    ------
    ValueError
        If ``weight`` is not between 1 and 5.
    """

    id: str
    cluster: str
    kind: Kind
    asks: bool
    topic: str
    facets: Facets = field(default_factory=lambda: NO_FACETS, hash=False)
    phrase: str = ""
    weight: int = 3
    status: Status = "confirmed"
    basis: Basis = "meeting"
    stated_on: date | None = None
    contradicted: bool = False
    follows_from: str | None = None
    rule: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.weight <= 5:
            raise ValueError(f"weight must be between 1 and 5, got {self.weight!r}")


@dataclass(frozen=True, slots=True)
class TopicFact:
    """One node of the taxonomy; ``group`` is chain, capability or composite.

    ``know_how`` marks topics that a partner cluster can only teach to one that resembles it.
    """

    notation: str
    broader: str | None
    group: str
    know_how: bool = False


@dataclass(frozen=True, slots=True)
class InferenceRule:
    """What a statement implies along the value chain.

    It fires on ``topic_from`` and its special cases, save those ``unless`` names: sweaters are
    knitted from yarn and need no fabric. ``inherits`` names the facet dimensions that
    the inferred statement takes over from its source: who makes children's wear needs fabric for
    children's wear.
    """

    id: str
    kind_from: Kind
    topic_from: str
    kind: Literal["strength", "gap"]
    topic: str
    weight: int = 3
    phrase: str = ""
    inherits: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Weights:
    """The blend: score = Σ weight · term.

    Need and offer carry most, need more because the list is made for its owner; both are sums,
    so nothing one way leaves the other way's share whole. Mutual rewards two-way pairs, similarity
    only parts pairs that are otherwise equal.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, or the sum is not 1 (to 1e-9).
    """

    need: float = 0.45
    offer: float = 0.35
    mutual: float = 0.15
    similarity: float = 0.05

    def __post_init__(self) -> None:
        values = (self.need, self.offer, self.mutual, self.similarity)
        if not all(math.isfinite(value) and value >= 0 for value in values):
            raise ValueError(f"weights must be finite and not negative, got {values!r}")
        if abs(math.fsum(values) - 1) > 1e-9:
            raise ValueError(f"weights must sum to 1, got {math.fsum(values)!r}")

    def ranked_by(self, rank_by: RankBy) -> "Weights":
        """Itself for ``score``; otherwise all weight on the one term.

        Raises
        ------
        ValueError
            If ``rank_by`` is unknown.
        """
        if rank_by == "score":
            return self
        if rank_by not in ("need", "mutual", "similarity"):
            raise ValueError(f"cannot rank by {rank_by!r}")
        return Weights(
            **{"need": 0.0, "offer": 0.0, "mutual": 0.0, "similarity": 0.0, rank_by: 1.0}
        )


@dataclass(frozen=True, slots=True)
class ScoreParams:
    """Every constant of the scorer; all factors lie in [0, 1].

    Attributes
    ----------
    kappa
        Weight of doubt in need = Σ w·m / (kappa + Σ w). At 0.5 one fully met stated need of middle
        weight (w = 0.6) gives 0.55, an inferred one (w = 0.18) only 0.26.
    beta
        Share of a match that the wording decides; at 0.2 unlike phrases on one topic keep 0.8.
        Small, as likeness of characters is a weak witness of likeness of meaning.
    draft
        Status factor of a draft (1 when confirmed; rejected and retired never count).
    register, inferred
        Basis factors (a meeting's is 1): a title in a register is a fact but nobody's present
        word, an inference is a guess that a single stated need outweighs.
    goal
        Factor of a goal that asks, against 1 for a gap.
    recency, recency_floor
        Factor per whole year since a meeting, and where it stops: 0.97 a year, as the same places
        dock for the same gap years later, and never below 0.7, so that an old word of a meeting
        still beats the register. A meeting without a date gets the floor. Register entries and
        inferences do not age.
    facet_floor
        Factor at full disagreement of facets. Naming one material excludes no other (open world),
        so it is well above 0, and being positive it never hides a pair.
    know_how_similarity
        Similarity from which a cluster's know-how is fully of use to another cluster; below it
        the match shrinks in proportion.
    profile
        Weights of the blocks of a similarity profile: strengths, chain position, facets.
    weights
        The default blend, reweighable per call.

    Raises
    ------
    ValueError
        If a value lies outside its range.
    """

    kappa: float = 0.5
    beta: float = 0.2
    draft: float = 0.5
    register: float = 0.65
    inferred: float = 0.3
    goal: float = 0.9
    recency: float = 0.97
    recency_floor: float = 0.7
    facet_floor: float = 0.5
    know_how_similarity: float = 0.3
    profile: tuple[float, float, float] = (0.5, 0.25, 0.25)
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.kappa) and self.kappa > 0):
            raise ValueError(f"kappa must be positive, got {self.kappa!r}")
        if not 0 <= self.beta < 1:
            raise ValueError(f"beta must lie in [0, 1), got {self.beta!r}")
        for name in (
            "draft",
            "register",
            "inferred",
            "goal",
            "recency",
            "recency_floor",
            "facet_floor",
            "know_how_similarity",
        ):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie in (0, 1], got {getattr(self, name)!r}")
        if not all(math.isfinite(value) and value >= 0 for value in self.profile):
            raise ValueError(f"profile weights must not be negative, got {self.profile!r}")


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """``b`` as a partner for ``a`` (rows of the index); ``need`` is how far b meets a's needs."""

    a: int
    b: int
    score: float
    need: float
    offer: float
    mutual: float
    similarity: float
    basis: PairBasis


@dataclass(frozen=True, slots=True)
class Contribution:
    """One summand of a score.

    For ``need`` the gap is a's and the strength b's, for ``offer`` the other way round, for
    ``mutual`` either. Similarity has neither, and no topic.
    """

    term: Term
    contribution: float
    topic: str | None = None
    gap_id: str | None = None
    strength_id: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score and its summands, largest first; they sum to ``score`` to 1e-9."""

    score: float
    need: float
    offer: float
    mutual: float
    similarity: float
    basis: PairBasis
    terms: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a confidence is what it is: a stable code and, where it counts something, how many."""

    code: str
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Confidence:
    level: Literal["high", "medium", "low"]
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps one need down.

    ``cluster`` is the slug of the side whose need it is, ``factor`` the factor in [0, 1] that the
    cause leaves (0 when nothing matches).
    """

    code: str
    cluster: str
    factor: float
    topic: str | None = None
    gap_id: str | None = None
    strength_id: str | None = None


@dataclass(frozen=True, slots=True)
class Lift:
    """What the score would be with one more confirmed statement of ``cluster``.

    ``draft_id`` is the waiting draft to confirm; without it the statement is hypothetical and
    answers ``gap_id``. ``rank`` is the place, from 1, that the partner would then have in the
    seeker's list; None if it would not be listed.
    """

    cluster: str
    topic: str
    score: float
    gain: float
    gap_id: str | None = None
    draft_id: str | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class WhyNot:
    """``rank`` is the partner's place in the seeker's list of ``listed`` today, if it is there.

    ``best`` is the lift or draft that gains most; of equal ones a draft, as somebody said it.
    """

    score: float
    obstacles: tuple[Obstacle, ...]
    lifts: tuple[Lift, ...]
    drafts: tuple[Lift, ...]
    rank: int | None = None
    listed: int = 0
    best: Lift | None = None
    used: tuple[str, ...] = ()
    """Ids of the needs that count and of the best strength for each."""
