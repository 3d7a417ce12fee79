"""Upper bounds of scores from pooled columns."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.matching.pooled import SMALLEST, Pooled, pooled
from service.matching.terms import Question

Rows = NDArray[np.intp]
Singles = NDArray[np.float32]

TILE_CELLS = 1 << 17
"""Rows × columns that are bounded at a time; half a megabyte, so that passes stay in the cache."""
LEAST_STEP = 1024


class ScoreBounds:
    """Bounds of every pair's score to one question.

    Since every factor of a match is at most 1 and no weight is negative,

        Σ_g w_g · gate · max_s v_s · coverage · facets · text  ≤  Σ_t (Σ_{g on t} w_g) · met_t

    with met_t = max_s v_s · coverage(t, s). The harmonic mean grows with both of its sides, so
    bounds of need and offer bound ``mutual``. Similarity is the product itself.

    Rounding: all summands are non-negative, so whatever order BLAS takes, a product over n rows is
    off by at most n · u / (1 - n · u) of its value (Higham 2002, §3.1), u = 2⁻²⁴. Rounding the
    entries to single precision, the double precision of the score itself and the few further
    operations add less than 16 u. Bounds are raised by twice that, (n + 16) · 2u.
    """

    def __init__(self, question: Question) -> None:
        index, topic = question.index, question.topic
        self.question = question
        self.pooled: Pooled = pooled(index)
        asked, weight = self.pooled.asked, self.pooled.weight
        if topic is None:
            self.concerned = np.ones(len(asked), dtype=bool)
        else:
            notations: Sequence[str] = [topic] if isinstance(topic, str) else topic
            self.concerned = index.taxonomy.related(*notations)[self.pooled.topics]
            weight = asked[self.concerned].sum(axis=0)
        scale = 1 / (np.float32(index.params.kappa) + weight)
        self.scale: Singles = np.maximum(scale, np.float32(SMALLEST))
        summands = max(len(self.pooled.asked), len(self.pooled.profiles))
        self.raised = np.float32(1 + (summands + 16) * 2.0**-23)

    def of(self, rows: Rows) -> Singles:
        """For each A of ``rows``, a number that no score of a B exceeds, (n_rows, n_clusters).

        It is 0 where a pair without a reason would not be listed.
        """
        columns = self.pooled
        seek = (columns.asked[:, rows] * self.scale[rows]).T * self.concerned
        give = columns.met[:, rows].T * self.concerned
        alike = np.ascontiguousarray(columns.profiles[:, rows].T)
        n_clusters = columns.asked.shape[1]
        bounds = np.empty((len(rows), n_clusters), dtype=np.float32)
        step = max(TILE_CELLS // len(rows), LEAST_STEP)
        for start in range(0, n_clusters, step):
            part = slice(start, start + step)
            bounds[:, part] = self._tile(seek, give, alike, part)
        return bounds

    def _tile(self, seek: Singles, give: Singles, alike: Singles, part: slice) -> Singles:
        blend, columns = self.question.blend, self.pooled
        total = np.zeros((len(seek), columns.asked[:, part].shape[1]), dtype=np.float32)
        if max(blend.need, blend.offer, blend.mutual) > 0:
            need = _product(seek, columns.met, part)
            offer = _product(give, columns.asked, part)
            offer *= self.scale[part]
            _add(total, _mutual(need, offer), blend.mutual)
            _add(total, need, blend.need)
            _add(total, offer, blend.offer)
        reasoned = total > 0 if self.question.reasons_only else None
        if blend.similarity > 0:
            _add(total, _product(alike, columns.profiles, part), blend.similarity)
        if reasoned is not None:
            total *= reasoned
        total *= self.raised
        return total


def _product(left: Singles, right: Singles, part: slice) -> Singles:
    """``left @ right[:, part]``, of the rows of ``right`` that count alone if they are few."""
    used = np.flatnonzero(left.any(axis=0))
    if 2 * len(used) > len(right):
        product: Singles = left @ right[:, part]
    else:
        product = left[:, used] @ right[used, part]
    return product


def _mutual(need: Singles, offer: Singles) -> Singles:
    both = need + offer
    np.maximum(both, np.float32(SMALLEST**4), out=both)
    share: Singles = np.divide(offer, both, out=both)
    share *= need
    share *= 2
    return share


def _add(total: Singles, term: Singles, weight: float) -> None:
    if weight > 0:
        total += term * np.float32(max(weight, SMALLEST))
