"""What a pair's score is made of."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from service.matching.complementarity import know_how_gate, needs_met
from service.matching.index import MatchIndex
from service.matching.similarity import cosine
from service.matching.types import RankBy, Topics, Weights

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PairTerms:
    """Every term for each A of some rows and B of others, each (n_rows, n_partners)."""

    need: Floats
    offer: Floats
    mutual: Floats
    similarity: Floats

    def at(self, place: Rows | tuple[Rows, Rows]) -> "PairTerms":
        """The terms of chosen pairs, (n_chosen,)."""
        return PairTerms(
            *(np.asarray(t[place]) for t in (self.need, self.offer, self.mutual, self.similarity))
        )

    def reasons(self, weights: Weights) -> Floats:
        """The part of the score that rests on gap↔strength pairs."""
        return weights.need * self.need + weights.offer * self.offer + weights.mutual * self.mutual

    def score(self, weights: Weights) -> Floats:
        return self.reasons(weights) + weights.similarity * self.similarity


def pair_terms(index: MatchIndex, rows: Rows, partners: Rows, topic: Topics = None) -> PairTerms:
    """The terms of each pair; a pair's numbers do not depend on which others are asked for.

    ``mutual`` is the harmonic mean 2no/(n + o) of need and offer, 0 when both are 0.
    """
    similarity = cosine(index.profiles[rows], index.profiles[partners])
    gate = know_how_gate(index, rows, partners, similarity)
    need = needs_met(index, rows, partners, gate, topic)
    if np.array_equal(rows, partners):
        offer = need.T
    else:
        offer = needs_met(index, partners, rows, gate.T, topic).T
    both = need + offer
    mutual = 2 * (need * offer) / np.where(both > 0, both, 1.0)
    return PairTerms(need, offer, mutual, similarity)


@dataclass(frozen=True, slots=True)
class Question:
    """What is ranked, by which blend, about which topics.

    ``reasons_only`` leaves out pairs without a gap↔strength reason, unless similarity alone is
    asked for.
    """

    index: MatchIndex
    blend: Weights
    topic: Topics = None
    reasons_only: bool = True

    @classmethod
    def of(
        cls,
        index: MatchIndex,
        weights: Weights | None,
        rank_by: RankBy,
        topic: Topics,
        *,
        reasons_only: bool,
    ) -> Self:
        """Of a blend, the index's own by default, or of the one term that is ranked by.

        Raises
        ------
        ValueError
            If ``rank_by`` is unknown.
        """
        blend = (weights or index.params.weights).ranked_by(rank_by)
        return cls(index, blend, topic, reasons_only and blend.similarity < 1)

    def terms(self, rows: Rows, partners: Rows) -> PairTerms:
        return pair_terms(self.index, rows, partners, self.topic)

    def scores(self, terms: PairTerms) -> Floats:
        """0 where a pair is not to be listed."""
        scores = terms.score(self.blend)
        if self.reasons_only:
            scores[terms.reasons(self.blend) <= 0] = 0
        return scores
