"""How far the strengths of one side meet the needs of the other."""

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from service.matching.index import MatchIndex
from service.matching.topk import recommend
from service.matching.types import Topics

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]

BATCH_CELLS = 1 << 18
"""Up to so many gap × strength cells, one pass over all topics is faster than one per topic."""


class ComplementarityRanker(BaseEstimator):
    """Need met by pooled strengths: Σ_g w_g · max_s v_s·coverage(g, s) / (kappa + Σ_g w_g).

    It reads one row of topic weights per cluster, so it knows neither facets nor wording nor the
    gate of know-how. All of these are factors of at most 1: its score is the exact one where they
    are silent, and an upper bound of it everywhere.

    Parameters
    ----------
    kappa
        Weight of doubt, positive.
    coverage : (n_topics, n_topics), optional
        ``Taxonomy.coverage``; None if each topic answers only itself.

    Attributes
    ----------
    met_ : (n_candidates, n_topics) csr
        How far each candidate meets a need of weight 1 on each topic.

    Examples
    --------
    >>> ranker = ComplementarityRanker(kappa=0.5).fit([[0.8, 0.0], [0.0, 1.0]])
    >>> ranker.score_matrix([[0.5, 0.0]]).tolist()
    [[0.4, 0.0]]
    """

    def __init__(self, *, kappa: float = 0.5, coverage: ArrayLike | None = None) -> None:
        self.kappa = kappa
        self.coverage = coverage

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    def fit(self, X: ArrayLike | sparse.csr_array, y: object = None) -> Self:  # noqa: ARG002 - estimators take y
        """Pool the candidates' strengths, (n_candidates, n_topics), largest weight per topic.

        Raises
        ------
        ValueError
            If kappa is not positive, a weight is negative, or coverage does not fit the columns.
        """
        if not self.kappa > 0:
            raise ValueError(f"kappa must be positive, got {self.kappa!r}")
        X = self._checked(X, reset=True)
        if self.coverage is None:
            self.met_ = X
            return self
        coverage = np.asarray(self.coverage, dtype=np.float64)
        if coverage.shape != (X.shape[1], X.shape[1]):
            raise ValueError(f"coverage of shape {coverage.shape} does not fit {X.shape[1]} topics")
        strengths = X.toarray()
        met = [(strengths * answers).max(axis=1) for answers in coverage]
        self.met_ = sparse.csr_array(np.stack(met, axis=1))
        return self

    def score_matrix(self, X: ArrayLike | sparse.csr_array) -> Floats:
        """Needs (n_seekers, n_topics), summed weights, → need in [0, 1) per candidate."""
        check_is_fitted(self)
        X = self._checked(X, reset=False)
        score: Floats = (X @ self.met_.T).toarray() / (self.kappa + X.sum(axis=1))[:, None]
        return score

    def recommend(
        self,
        X: ArrayLike | sparse.csr_array,
        k: int = 10,
        *,
        exclude: NDArray[np.bool_] | None = None,
    ) -> tuple[Rows, Floats]:
        """The k best suppliers per seeker and their scores; ties to the lower row.

        The caller keeps k within the candidates that ``exclude`` leaves.
        """
        return recommend(self.score_matrix(X), k, exclude)

    def _checked(self, X: ArrayLike | sparse.csr_array, *, reset: bool) -> sparse.csr_array:
        X = validate_data(
            self, X, accept_sparse="csr", dtype=np.float64, reset=reset, ensure_non_negative=True
        )
        X = sparse.csr_array(X)
        X.sort_indices()
        return X


def needs_met(
    index: MatchIndex, rows: Rows, partners: Rows, gate: Floats, topic: Topics = None
) -> Floats:
    """need(A←B) for each A of ``rows`` and B of ``partners``, (n_rows, n_partners).

    need(A←B) = Σ_g w_g · gate · max_s m(g, s) / (kappa + Σ_g w_g) over the needs g of A and the
    strengths s of B. ``topic`` leaves only the needs and strengths that one of the topics concerns.
    ``rows`` and ``partners`` ascend; ``gate`` (n_rows, n_partners) applies to know-how alone.
    """
    gaps, strengths = positions(index, rows, partners, topic)
    line = np.searchsorted(rows, index.needs.row[gaps])
    weight = np.bincount(line, index.needs.weight[gaps], minlength=len(rows))
    total = np.zeros((len(rows), len(partners)))
    for batch, answers in _batches(index, gaps, strengths):
        _add_met(index, (rows, partners), (batch, answers), gate, total)
    return total / (index.params.kappa + weight)[:, None]


def _batches(index: MatchIndex, gaps: Rows, strengths: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Gaps with the strengths that may answer them: all at once, or by topic if they are many."""
    topics = index.needs.topic[gaps]
    few = len(gaps) * len(strengths) <= BATCH_CELLS
    answering = index.taxonomy.within | index.taxonomy.within.T
    for batch in [gaps] if few else [gaps[topics == topic] for topic in np.unique(topics)]:
        reached = answering[np.unique(index.needs.topic[batch])].any(axis=0)
        answers = strengths[reached[index.strengths.topic[strengths]]]
        met = answering.T[np.unique(index.strengths.topic[answers])].any(axis=0)
        asked = batch[met[index.needs.topic[batch]]]
        if len(asked):
            yield asked, answers


def _add_met(
    index: MatchIndex,
    sides: tuple[Rows, Rows],
    batch: tuple[Rows, Rows],
    gate: Floats,
    total: Floats,
) -> None:
    """Add Σ_g w_g · gate · max_s m(g, s) of a batch to ``total``.

    The sum runs within each topic of a row first, then over its topics in order, so it has the
    same bits however the needs are batched.
    """
    gaps, strengths = batch
    columns, first = np.unique(
        np.searchsorted(sides[1], index.strengths.row[strengths]), return_index=True
    )
    met = np.maximum.reduceat(match(index, gaps, strengths), first, axis=1)
    met *= index.needs.weight[gaps, None]
    line, topic = np.searchsorted(sides[0], index.needs.row[gaps]), index.needs.topic[gaps]
    first = np.flatnonzero((np.diff(line, prepend=-1) != 0) | (np.diff(topic, prepend=-1) != 0))
    met, line, topic = np.add.reduceat(met, first, axis=0), line[first], topic[first]
    gated = np.flatnonzero(index.taxonomy.know_how[topic])
    met[gated] *= gate[np.ix_(line[gated], columns)]
    turn = np.arange(len(line)) - np.searchsorted(line, line)
    for nth in range(int(turn.max()) + 1):
        chosen = turn == nth
        total[np.ix_(line[chosen], columns)] += met[chosen]


def positions(index: MatchIndex, rows: Rows, partners: Rows, topic: Topics) -> tuple[Rows, Rows]:
    """Where the needs of ``rows`` and the strengths of ``partners`` stand that topic concerns."""
    gaps, strengths = index.needs.positions(rows), index.strengths.positions(partners)
    if topic is None:
        return gaps, strengths
    concerned = index.taxonomy.related(*[topic] if isinstance(topic, str) else topic)
    return (
        gaps[concerned[index.needs.topic[gaps]]],
        strengths[concerned[index.strengths.topic[strengths]]],
    )


def match(index: MatchIndex, gaps: Rows, strengths: Rows) -> Floats:
    """m(g, s) = v_s · coverage · facets · (1 - beta + beta·text), (n_gaps, n_strengths)."""
    needs, offers, beta = index.needs, index.strengths, index.params.beta
    coverage = index.taxonomy.coverage[needs.topic[gaps][:, None], offers.topic[strengths]]
    agreement = facet_agreement(
        needs.facets[gaps], offers.facets[strengths], index.params.facet_floor
    )
    matches: Floats = 1 - beta + beta * wording(index, gaps, strengths)
    matches *= offers.weight[strengths] * coverage * agreement
    return matches


def wording(index: MatchIndex, gaps: Rows, strengths: Rows) -> Floats:
    """Similarity of the capability phrases, (n_gaps, n_strengths), in [0, 1]."""
    product = index.needs.text[gaps] @ index.strengths.text[strengths].T
    alike: Floats = np.minimum(product.toarray(), 1.0)
    return alike


def facet_agreement(
    wanted: NDArray[np.uint64], offered: NDArray[np.uint64], floor: float
) -> Floats:
    """Agreement of facets, (n_wanted, n_offered), in [floor, 1].

    Per dimension that both name it is the share of the wanted values that are offered; a dimension
    that either leaves open is neutral. The mean over the dimensions is stretched from floor to 1.
    """
    shared = np.zeros((len(wanted), len(offered)))
    missed = np.zeros_like(shared)
    for dimension in range(wanted.shape[1]):
        lines = np.flatnonzero(wanted[:, dimension])
        columns = np.flatnonzero(offered[:, dimension])
        if not (len(lines) and len(columns)):
            continue
        block = np.ix_(lines, columns)
        ask, have = wanted[lines, dimension][:, None], offered[columns, dimension]
        shared[block] += 1
        missed[block] += 1 - np.bitwise_count(ask & have) / np.bitwise_count(ask)
    return 1 - (1 - floor) * missed / np.maximum(shared, 1)


def know_how_gate(index: MatchIndex, rows: Rows, partners: Rows, similarity: Floats) -> Floats:
    """How much of a partner's know-how can be absorbed, (n_rows, n_partners), in [0, 1].

    Between two clusters it grows with similarity up to ``know_how_similarity``; institutions,
    associations, markets and the rest teach anybody.
    """
    gated = index.is_cluster[rows][:, None] & index.is_cluster[partners]
    return np.where(gated, np.minimum(similarity / index.params.know_how_similarity, 1.0), 1.0)
