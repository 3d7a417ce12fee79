"""Rankings: the partners of one cluster, and the best pairs of all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching.complementarity import know_how_gate, needs_met
from service.matching.index import MatchIndex
from service.matching.similarity import cosine
from service.matching.topk import top_k
from service.matching.types import RankBy, ScoredPair, Topics, Weights

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PairTerms:
    """Every term for each A of some rows and B of others, each (n_rows, n_partners)."""

    need: Floats
    offer: Floats
    mutual: Floats
    similarity: Floats

    def at(self, place: tuple[int, int]) -> "PairTerms":
        """The terms of one pair, 0-dimensional."""
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


def rank(
    index: MatchIndex,
    row: int,
    *,
    weights: Weights | None = None,
    rank_by: RankBy = "score",
    topic: Topics = None,
    exclude: NDArray[np.bool_] | None = None,
    k: int = 10,
    reasons_only: bool = True,
) -> list[ScoredPair]:
    """The k best partners of one cluster, best first, ties to the lower row.

    Parameters
    ----------
    weights
        The blend; the index's own by default.
    topic
        One or several notations: leaves, on both sides, only the needs that one of them concerns
        (itself, its special cases, the more general ones) and the strengths likewise.
    exclude : (n_clusters,) bool
        Rows never to return; the cluster itself is always left out.
    reasons_only
        Leaves out pairs without a gap↔strength reason, unless similarity alone is asked for.
        A pair whose score is 0 is never returned.

    Raises
    ------
    ValueError
        If the topic or ``rank_by`` is unknown.
    """
    blend = (weights or index.params.weights).ranked_by(rank_by)
    rows, partners = np.array([row]), np.arange(len(index.clusters))
    terms = pair_terms(index, rows, partners, topic)
    scores = _eligible(terms, blend, reasons_only=reasons_only)
    scores[0, row] = 0
    if exclude is not None:
        scores[0, exclude] = 0
    order = top_k(scores, k)[0]
    return [
        scored(terms, blend, (0, place), row, place)
        for place in order[scores[0, order] > 0].tolist()
    ]


def all_pairs(
    index: MatchIndex,
    *,
    weights: Weights | None = None,
    rank_by: RankBy = "score",
    topic: Topics = None,
    exclude: NDArray[np.bool_] | None = None,
    k: int = 50,
    reasons_only: bool = True,
) -> list[ScoredPair]:
    """The k best unordered pairs, each once, best first.

    A pair is turned so that its score is the higher of the two; if both are equal, as for mutual
    and similarity, so that the need is; if these are too, the lower row comes first. Equal scores
    keep the order of the lower row, then of the higher. Other parameters as in ``rank``.

    Parameters
    ----------
    exclude : (n_clusters, n_clusters) bool
        A pair is left out if either of its two cells is set.
    """
    blend = (weights or index.params.weights).ranked_by(rank_by)
    everyone = np.arange(len(index.clusters))
    terms = pair_terms(index, everyone, everyone, topic)
    scores = _eligible(terms, blend, reasons_only=reasons_only)
    if exclude is not None:
        scores[exclude | exclude.T] = 0
    a, b = np.triu_indices(len(everyone), 1)
    best = np.maximum(scores[a, b], scores[b, a])
    kept = _largest(best, k)
    pairs = []
    for low, high in zip(a[kept].tolist(), b[kept].tolist(), strict=True):
        there, back = (low, high), (high, low)
        turned = (scores[back], terms.need[back]) > (scores[there], terms.need[there])
        place = back if turned else there
        pairs.append(scored(terms, blend, place, *place))
    return pairs


def _eligible(terms: PairTerms, blend: Weights, *, reasons_only: bool) -> Floats:
    scores = terms.score(blend)
    if reasons_only and blend.similarity < 1:
        scores[terms.reasons(blend) <= 0] = 0
    return scores


def _largest(values: Floats, k: int) -> Rows:
    """Where the k largest positive values stand, largest first, ties to the lower place."""
    if k < len(values):
        least = np.partition(values, len(values) - k)[len(values) - k] if k else np.inf
        kept = np.flatnonzero((values >= least) & (values > 0))
    else:
        kept = np.flatnonzero(values > 0)
    return kept[np.argsort(-values[kept], kind="stable")][:k]


def scored(terms: PairTerms, blend: Weights, place: tuple[int, int], a: int, b: int) -> ScoredPair:
    """The pair whose terms stand at ``place``."""
    here = terms.at(place)
    return ScoredPair(
        a=a,
        b=b,
        score=float(here.score(blend)),
        need=float(here.need),
        offer=float(here.offer),
        mutual=float(here.mutual),
        similarity=float(here.similarity),
        basis="complementarity" if here.reasons(blend) > 0 else "similarity",
    )
