"""How well an order of candidates answers a question, in expectation where scores tie."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

CUTOFFS = (1, 5, 10)
NDCG_AT = 10


@dataclass(frozen=True, slots=True)
class Quality:
    """Of one question, or the mean of several; each in [0, 1].

    ``hits`` goes with ``CUTOFFS``, ``ndcg`` is cut at ``NDCG_AT``.
    """

    reciprocal_rank: float
    hits: tuple[float, ...]
    ndcg: float

    @classmethod
    def of(cls, scores: Floats, right: Mask, candidates: Mask) -> Self:
        """The expected quality over all orders of equal scores, all (n,).

        Only the first right candidate counts: any of several answers the question in full. With
        one right answer nDCG is 1 / log2(1 + rank).

        Raises
        ------
        ValueError
            If no candidate is right.

        Examples
        --------
        >>> scores, right = np.array([3.0, 1.0, 1.0]), np.array([False, True, False])
        >>> Quality.of(scores, right, np.ones(3, dtype=bool)).reciprocal_rank
        0.41666666666666663
        """
        ranks, chances = first_right(scores, right, candidates)
        return cls(
            reciprocal_rank=float(chances @ (1 / ranks)),
            hits=tuple(float(chances[ranks <= cutoff].sum()) for cutoff in CUTOFFS),
            ndcg=float(chances @ np.where(ranks <= NDCG_AT, 1 / np.log2(1 + ranks), 0.0)),
        )


def first_right(
    scores: Floats, right: Mask, candidates: Mask
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ranks that the first right candidate may take, and their probabilities.

    Of t + m candidates with the best score of a right one, m of them right, the first right one is
    the j-th with probability C(t + m - j, m - 1) / C(t + m, m): the other m - 1 lie behind it.

    Raises
    ------
    ValueError
        If no candidate is right.
    """
    answers = right & candidates
    if not answers.any():
        raise ValueError("no candidate is right")
    best = scores[answers].max()
    above = int((scores[candidates] > best).sum())
    level = candidates & (scores == best)
    tied, m = int(level.sum()), int((level & right).sum())
    places = np.arange(1, tied - m + 2)
    ways = [math.comb(tied - int(j), m - 1) / math.comb(tied, m) for j in places]
    return (above + places).astype(np.float64), np.array(ways)


def bootstrap_means(
    values: Floats, groups: NDArray[np.intp], *, resamples: int, seed: int
) -> Floats:
    """Means of resampled groups, (resamples, n_columns).

    Whole groups are drawn with replacement (cluster bootstrap), as what belongs together is not
    independent evidence. The mean of a resample weighs each value alike.

    Parameters
    ----------
    values : (n, n_columns)
    groups : (n,)
        Labels from 0 on, each used.
    """
    size = int(groups.max()) + 1
    sums = np.zeros((size, values.shape[1]))
    np.add.at(sums, groups, values)
    counts = np.bincount(groups, minlength=size).astype(np.float64)
    drawn = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), resamples)
    means: Floats = (drawn @ sums) / (drawn @ counts)[:, None]
    return means


def interval(means: Floats) -> tuple[float, float]:
    """The middle 95 per cent of bootstrapped values (percentile method)."""
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def gini(counts: NDArray[np.intp]) -> float:
    """How unevenly something is spread: 0 if all have the same, towards 1 if one has all.

    Σ (2i - n - 1) x_i / (n Σ x) over the ascending x_i; 0 if nobody has anything.

    >>> gini(np.array([1, 1, 1])), gini(np.array([0, 0, 0, 4]))
    (0.0, 0.75)
    """
    ordered = np.sort(counts).astype(np.float64)
    n, total = len(ordered), ordered.sum()
    if not total:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))
