"""How alike two clusters are in what they can do."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Sparse: TypeAlias = sparse.csr_array

LAID_OUT = 256
"""So many rows are laid out at a time."""


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
    """Dot products of unit rows, at most 1, (n_rows, n_others).

    Products of sparse rows sum each pair in the order of the columns: a number never depends on
    which others are computed with it, nor on the side it is asked from. The shorter side is laid
    out in full, in parts, which leaves the order and spares a transposition.
    """
    if rows.shape[0] > others.shape[0]:
        return cosine(others, rows).T
    product: NDArray[np.float64]
    if rows.shape[0] <= LAID_OUT:
        product = (others @ rows.toarray().T).T
    else:
        product = np.empty((rows.shape[0], others.shape[0]))
        for start in range(0, rows.shape[0], LAID_OUT):
            part = slice(start, start + LAID_OUT)
            product[part] = (others @ rows[part].toarray().T).T
    np.minimum(product, 1.0, out=product)
    return product


def _unit(X: Sparse) -> Sparse:
    # The largest value is taken out first, or squares of tiny or huge values leave the range.
    X = _divided(X, X.max(axis=1).toarray().ravel() if X.shape[1] else np.zeros(X.shape[0]))
    return _divided(X, np.sqrt(X.multiply(X).sum(axis=1)))


def _divided(X: Sparse, scale: NDArray[np.float64]) -> Sparse:
    scaled = X.copy()
    scaled.data /= np.repeat(np.where(scale > 0, scale, 1.0), np.diff(X.indptr))
    return scaled
