"""Which columns hold the best of each row, found by bounds and proved by exact scores."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

EAGER = 8
"""So many columns per wanted one are scored at once, as a second round costs more than they do."""
CHUNK = 8
"""Of so many neighbouring columns only the best bound is looked at to choose them."""


def certified(bounds: Singles, k: int, score: Callable[[Rows], Floats]) -> list[Rows]:
    """Ascending columns, in parts without overlap, that hold the k best positive scores per row.

    The columns of the highest bounds are scored first. What the k-th best of them reaches is a
    score that k columns reach, so a column with a lower bound is none of the k best; all others are
    scored too. Equal ones are, so ties fall as they would among all columns.

    Parameters
    ----------
    bounds : (n_rows, n_columns)
        At least the score, 0 where it is not asked for.
    score
        Scores of all rows at some ascending columns, (n_rows, n_asked); asked once per column.
    """
    first = np.flatnonzero((bounds >= _reached_by(bounds, max(EAGER * k, 1))[:, None]).any(axis=0))
    if not len(first):
        return []
    reached = _kth(score(first), k)
    rest = np.logical_or.reduce(bounds >= reached[:, None], axis=0)
    rest[first] = False
    second = np.flatnonzero(rest)
    if not len(second):
        return [first]
    score(second)
    return [first, second]


def _reached_by(bounds: Singles, wanted: int) -> Singles:
    """A positive bound that at least so many columns reach in each row, if they can, (n_rows,)."""
    n_columns = bounds.shape[1]
    if n_columns >= 4 * CHUNK * wanted:
        whole = bounds[:, : n_columns // CHUNK * CHUNK]
        bounds = np.maximum.reduce(whole.reshape(len(bounds), CHUNK, -1), axis=1)
    place = max(bounds.shape[1] - wanted, 0)
    least: Singles = np.partition(bounds, place, axis=1)[:, place]
    return np.maximum(least, np.finfo(np.float32).smallest_subnormal)


def _kth(scores: Floats, k: int) -> Singles:
    """The k-th best score per row, rounded down; the least positive number if there are fewer."""
    least = np.full(len(scores), 0.0 if k else np.inf)
    if 0 < k <= scores.shape[1]:
        place = scores.shape[1] - k
        least = np.maximum(np.partition(scores, place, axis=1)[:, place], 0.0)
    return np.maximum(rounded_down(least), np.finfo(np.float32).smallest_subnormal)


def rounded_down(values: Floats) -> Singles:
    """Single-precision numbers that do not exceed the values, which are not negative."""
    return np.nextafter(values.astype(np.float32), np.float32(0))
