"""Selection of the best, with ties to the lower row."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def top_k(scores: NDArray[Any], k: int) -> NDArray[np.intp]:
    """Columns of the k largest values per row, best first, ties to the lower column.

    Parameters
    ----------
    scores : (n_rows, n_columns)

    Returns
    -------
    (n_rows, min(k, n_columns))

    Examples
    --------
    >>> top_k(np.array([[0.1, 0.5, 0.5]]), 2).tolist()
    [[1, 2]]
    """
    return np.argsort(-scores, axis=1, kind="stable")[:, :k]


def recommend(
    scores: NDArray[np.float64], k: int, exclude: NDArray[np.bool_] | None
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The best k columns per row that are not excluded, and their scores."""
    if exclude is not None:
        scores = np.where(exclude, -np.inf, scores)
    order = top_k(scores, k)
    return order, np.take_along_axis(scores, order, axis=1)


def largest(values: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    """Where the k largest positive values stand, largest first, ties to the lower place.

    Examples
    --------
    >>> largest(np.array([0.5, 0.0, 0.7, 0.5]), 2).tolist()
    [2, 0]
    """
    if k < len(values):
        least = np.partition(values, len(values) - k)[len(values) - k] if k else np.inf
        kept = np.flatnonzero((values >= least) & (values > 0))
    else:
        kept = np.flatnonzero(values > 0)
    return kept[np.argsort(-values[kept], kind="stable")][:k]
