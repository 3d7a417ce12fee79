"""Scored partners, and the best of them, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Self

import numpy as np
from numpy.typing import NDArray

from service.matching.terms import Floats, PairTerms, Question, Rows
from service.matching.topk import largest
from service.matching.types import ScoredPair, Weights

TILE = 1 << 14
"""So many partners are scored at a time, which bounds memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Partners of several clusters, cluster by cluster, the best first.

    Attributes
    ----------
    a, b : (n_pairs,)
        Rows of the index.
    terms
        Each (n_pairs,).
    """

    a: Rows
    b: Rows
    terms: PairTerms
    blend: Weights

    @classmethod
    def joined(cls, parts: Sequence[Self], blend: Weights) -> Self:
        nothing = np.zeros(0)
        need, offer, mutual, similarity = (
            np.concatenate([nothing, *(getattr(part.terms, name) for part in parts)])
            for name in ("need", "offer", "mutual", "similarity")
        )
        a, b = (
            np.concatenate([nothing.astype(np.intp), *(getattr(part, name) for part in parts)])
            for name in ("a", "b")
        )
        return cls(a, b, PairTerms(need, offer, mutual, similarity), blend)

    def at(self, places: Rows) -> "Ranked":
        """Chosen pairs, in the order that is given."""
        return Ranked(self.a[places], self.b[places], self.terms.at(places), self.blend)

    def scores(self) -> NDArray[np.float64]:
        """One number per pair, (n_pairs,)."""
        return self.terms.score(self.blend)

    def pairs(self) -> list[ScoredPair]:
        terms = self.terms
        columns = (
            *(self.a, self.b, self.scores()),
            *(terms.need, terms.offer, terms.mutual, terms.similarity),
            np.where(terms.reasons(self.blend) > 0, "complementarity", "similarity"),
        )
        return list(starmap(ScoredPair, zip(*(c.tolist() for c in columns), strict=True)))


class Scorer:
    """Scores some rows at the partners that are asked for, and keeps what it found.

    Parameters
    ----------
    hidden : (n_rows, n_clusters) bool
        Pairs never to return; a cluster and itself are always left out.
    """

    def __init__(self, question: Question, rows: Rows, hidden: NDArray[np.bool_]) -> None:
        self.question = question
        self.rows = rows
        self.hidden = hidden
        self.partners: list[Rows] = []
        self.terms: list[PairTerms] = []
        self.scores: list[Floats] = []

    def __call__(self, partners: Rows) -> Floats:
        """Scores at ascending partners, (n_rows, n_partners), 0 where a pair is left out."""
        found = [np.zeros((len(self.rows), 0))]
        for start in range(0, len(partners), TILE):
            tile = partners[start : start + TILE]
            terms = self.question.terms(self.rows, tile)
            scores = self.question.scores(terms)
            scores[self.hidden[:, tile] | (self.rows[:, None] == tile)] = 0
            self.partners.append(tile)
            self.terms.append(terms)
            found.append(scores)
        self.scores += found[1:]
        return np.hstack(found)

    def best(self, k: int) -> Ranked:
        """The k best per row of all that were asked for, each once, ties to the lower partner."""
        if not self.scores:
            return Ranked.joined([], self.question.blend)
        partners = np.concatenate(self.partners)
        order = np.argsort(partners)
        partners, scores = partners[order], np.hstack(self.scores)[:, order]
        kept = [largest(line, k) for line in scores]
        line = np.repeat(np.arange(len(kept)), [len(places) for places in kept])
        place = np.concatenate(kept)
        need, offer, mutual, similarity = (
            np.hstack([getattr(terms, name) for terms in self.terms])
            for name in ("need", "offer", "mutual", "similarity")
        )
        terms = PairTerms(need, offer, mutual, similarity).at((line, order[place]))
        return Ranked(self.rows[line], partners[place], terms, self.question.blend)
