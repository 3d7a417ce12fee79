"""How alike two clusters are in what they can do."""

from collections.abc import Sequence
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from service.matching.topk import recommend

Sparse: TypeAlias = sparse.csr_array


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


def scaled_profiles(X: Sparse, blocks: Sequence[int], weights: Sequence[float]) -> Sparse:
    """Rows of unit length whose dot products are the weighted cosines, zero rows stay zero.

    Each block of columns is scaled to unit length, multiplied by the root of its weight, and the
    row again scaled to unit length. So a block that neither side fills takes nothing away, and one
    that only one side fills counts as unlike. An empty profile is like nothing, itself included.

    Raises
    ------
    ValueError
        If blocks and weights do not fit the columns, or a weight is negative.
    """
    if sum(blocks) != X.shape[1] or len(weights) != len(blocks) or min(weights) < 0:
        raise ValueError(f"blocks {blocks!r}, weights {weights!r}: no fit for {X.shape[1]} columns")
    ends = np.cumsum([0, *blocks])
    parts = [
        _unit(X[:, start:end]) * np.sqrt(weight)
        for weight, start, end in zip(weights, ends[:-1], ends[1:], strict=True)
    ]
    rows = _unit(sparse.csr_array(sparse.hstack(parts, format="csr")))
    rows.eliminate_zeros()
    rows.sort_indices()
    return rows


def cosine(rows: Sparse, others: Sparse) -> NDArray[np.float64]:
    """Dot products of scaled profiles, (n_rows, n_others).

    Sparse products sum each pair in the order of the columns: a number never depends on which
    others are computed with it, nor on the side it is asked from.
    """
    product: NDArray[np.float64] = np.minimum((rows @ others.T).toarray(), 1.0)
    return product


def _unit(X: Sparse) -> Sparse:
    # The largest value is taken out first, or squares of tiny or huge values leave the range.
    X = _divided(X, X.max(axis=1).toarray().ravel() if X.shape[1] else np.zeros(X.shape[0]))
    return _divided(X, np.sqrt(X.multiply(X).sum(axis=1)))


def _divided(X: Sparse, scale: NDArray[np.float64]) -> Sparse:
    scaled = X.copy()
    scaled.data /= np.repeat(np.where(scale > 0, scale, 1.0), np.diff(X.indptr))
    return scaled
