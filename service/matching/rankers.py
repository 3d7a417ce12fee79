"""Complementarity and similarity as scikit-learn estimators over arrays.

They stand apart because importing scikit-learn takes a second that a starting server saves.
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from service.matching.similarity import Sparse, cosine, scaled_profiles
from service.matching.topk import recommend

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]


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


class ProfileSimilarity(BaseEstimator):
    """Weighted cosine of non-negative profiles, in [0, 1].

    Parameters
    ----------
    blocks
        Number of columns of each block, in order; None for one block.
    block_weights
        One non-negative weight per block; None for equal ones.

    Attributes
    ----------
    profiles_ : (n_candidates, n_features) csr, unit or zero rows

    Examples
    --------
    >>> ranker = ProfileSimilarity().fit([[1.0, 0.0], [1.0, 1.0]])
    >>> ranker.score_matrix([[2.0, 0.0]]).round(3).tolist()
    [[1.0, 0.707]]
    """

    def __init__(
        self,
        *,
        blocks: Sequence[int] | None = None,
        block_weights: Sequence[float] | None = None,
    ) -> None:
        self.blocks = blocks
        self.block_weights = block_weights

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    def fit(self, X: ArrayLike | Sparse, y: object = None) -> Self:  # noqa: ARG002 - estimators take y
        """Keep the candidates' profiles, (n_candidates, n_features).

        Raises
        ------
        ValueError
            If a value is negative, or blocks and weights do not fit the columns.
        """
        self.profiles_ = self._scaled(X, reset=True)
        return self

    def score_matrix(self, X: ArrayLike | Sparse) -> NDArray[np.float64]:
        """Similarity of each row of X to each candidate, (n_rows, n_candidates)."""
        check_is_fitted(self)
        return cosine(self._scaled(X, reset=False), self.profiles_)

    def recommend(
        self, X: ArrayLike | Sparse, k: int = 10, *, exclude: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """The k most similar candidates per row and their scores; ties to the lower row.

        The caller keeps k within the candidates that ``exclude`` leaves.
        """
        return recommend(self.score_matrix(X), k, exclude)

    def _scaled(self, X: ArrayLike | Sparse, *, reset: bool) -> Sparse:
        rows = validate_data(
            self, X, accept_sparse="csr", dtype=np.float64, reset=reset, ensure_non_negative=True
        )
        blocks = [rows.shape[1]] if self.blocks is None else self.blocks
        weights = [1.0] * len(blocks) if self.block_weights is None else self.block_weights
        return scaled_profiles(sparse.csr_array(rows), blocks, weights)
