"""The best pairs of all where there are too many to score each."""

import numpy as np
from numpy.typing import NDArray

from service.matching.bounds import ScoreBounds
from service.matching.pruned import certified, rounded_down
from service.matching.ranked import Ranked, Scorer
from service.matching.terms import Question, Rows

BOUNDED, SCORED = 64, 4
"""So many rows are bounded, and of these so many scored, in one go: a product of matrices serves
more rows at once, but rows that are scored together are scored with each other's candidates."""


def best_pairs(question: Question, exclude: NDArray[np.bool_] | None, k: int) -> Ranked:
    """The k best unordered pairs, turned and ordered as ``all_pairs`` does.

    Among the 2k best ordered pairs are the k best unordered ones, as each of these occurs at most
    twice. What does not reach the 2k-th best so far needs no score.
    """
    everyone = np.arange(len(question.index.clusters))
    bounds = ScoreBounds(question)
    best, least = Ranked.joined([], question.blend), np.float32(0)
    for start in range(0, len(everyone), BOUNDED):
        rows = everyone[start : start + BOUNDED]
        never = rows[:, None] == everyone
        if exclude is not None:
            never |= exclude[rows] | exclude[:, rows].T
        ceilings = bounds.of(rows)
        ceilings[never | (ceilings < least)] = 0
        promising = np.flatnonzero(ceilings.any(axis=1))
        parts = [best]
        for first in range(0, len(promising), SCORED):
            few = promising[first : first + SCORED]
            scorer = Scorer(question, rows[few], never[few])
            certified(ceilings[few], 2 * k, scorer)
            parts.append(scorer.best(2 * k))
        found = Ranked.joined(parts, question.blend)
        best = found.at(_order(found)[: 2 * k])
        if 0 < 2 * k == len(best.a):
            least = rounded_down(best.scores()[-1:])[0]
    low, high = np.minimum(best.a, best.b), np.maximum(best.a, best.b)
    _, once = np.unique(low * len(everyone) + high, return_index=True)
    return best.at(np.sort(once)[:k])


def _order(found: Ranked) -> Rows:
    """Best first; ties by lower row, higher row, then the turn with the greater need."""
    low, high = np.minimum(found.a, found.b), np.maximum(found.a, found.b)
    return np.lexsort((found.a, -found.terms.need, high, low, -found.scores()))
