"""Rankings: the partners of one cluster or of many, and the best pairs of all."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from service.matching.bounds import ScoreBounds
from service.matching.index import MatchIndex
from service.matching.pairs import BOUNDED, SCORED, best_pairs
from service.matching.pruned import certified
from service.matching.ranked import Ranked, Scorer
from service.matching.terms import Question, Rows
from service.matching.topk import largest
from service.matching.types import RankBy, ScoredPair, Topics, Weights

Mask = NDArray[np.bool_]

PLAIN = 2000
"""Up to so many possible partners, all are scored; bounds would gain nothing."""
PLAIN_CELLS = 1 << 17
"""So many pairs are then scored in one go."""


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
    found = rank_many(
        index,
        np.array([row]),
        weights=weights,
        rank_by=rank_by,
        topic=topic,
        exclude=exclude,
        k=k,
        reasons_only=reasons_only,
    )
    return found.pairs()


def rank_many(
    index: MatchIndex,
    rows: Rows,
    *,
    weights: Weights | None = None,
    rank_by: RankBy = "score",
    topic: Topics = None,
    exclude: NDArray[np.bool_] | None = None,
    k: int = 10,
    reasons_only: bool = True,
) -> Ranked:
    """The k best partners of each of some clusters; order and numbers are those of ``rank``.

    Among more than ``PLAIN`` possible partners only those are scored whose bound says that they
    may be among the best, see ``ScoreBounds`` and ``certified``.

    Parameters
    ----------
    rows : (n_rows,)
        Ascending, each once.
    exclude : (n_clusters,) or (n_rows, n_clusters) bool
        Partners never to return, for all or for each of the rows.
    """
    question = Question.of(index, weights, rank_by, topic, reasons_only=reasons_only)
    hidden = np.zeros(len(index.clusters), dtype=bool) if exclude is None else exclude
    partners = np.flatnonzero(~(hidden if hidden.ndim == 1 else hidden.all(axis=0)))
    hidden = np.broadcast_to(hidden, (len(rows), len(index.clusters)))
    search = _plain(question, rows, hidden, partners, k)
    if len(partners) > PLAIN:
        search = _pruned(question, rows, hidden, k)
    found = Ranked.joined(list(search), question.blend)
    return found.at(np.argsort(found.a, kind="stable"))


def _plain(
    question: Question, rows: Rows, hidden: Mask, partners: Rows, k: int
) -> Iterator[Ranked]:
    step = PLAIN_CELLS // max(len(partners), 1)
    for start in range(0, len(rows), step):
        some = slice(start, start + step)
        scorer = Scorer(question, rows[some], hidden[some])
        scorer(partners)
        yield scorer.best(k)


def _together(rows: Rows, asked: NDArray[np.float32]) -> Rows:
    """An order in which rows that need the same are scored together, for they share candidates.

    Each ``SCORED`` of them ascend, as ``pair_terms`` asks; blocks of ``BOUNDED`` hold whole groups.
    """
    if not len(asked):
        return np.arange(len(rows))
    first = asked.argmax(axis=0)
    asked[first, np.arange(len(rows))] = 0
    order = np.lexsort((asked.argmax(axis=0), first))
    group = np.arange(len(rows)) // SCORED
    return order[np.lexsort((rows[order], group))]


def _pruned(question: Question, rows: Rows, hidden: Mask, k: int) -> Iterator[Ranked]:
    bounds = ScoreBounds(question)
    order = _together(rows, bounds.pooled.asked[:, rows])
    for start in range(0, len(rows), BOUNDED):
        block = order[start : start + BOUNDED]
        some, never = rows[block], hidden[block]
        ceilings = bounds.of(some)
        ceilings[never] = 0
        ceilings[np.arange(len(some)), some] = 0
        for first in range(0, len(some), SCORED):
            few = slice(first, first + SCORED)
            scorer = Scorer(question, some[few], never[few])
            certified(ceilings[few], k, scorer)
            yield scorer.best(k)


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
    question = Question.of(index, weights, rank_by, topic, reasons_only=reasons_only)
    if len(index.clusters) > PLAIN:
        return best_pairs(question, exclude, k).pairs()
    everyone = np.arange(len(index.clusters))
    terms = question.terms(everyone, everyone)
    scores = question.scores(terms)
    if exclude is not None:
        scores[exclude | exclude.T] = 0
    low, high = np.triu_indices(len(everyone), 1)
    kept = largest(np.maximum(scores[low, high], scores[high, low]), k)
    low, high = low[kept], high[kept]
    there, back = scores[low, high], scores[high, low]
    more = terms.need[high, low] > terms.need[low, high]
    turned = (back > there) | ((back == there) & more)
    a, b = np.where(turned, high, low), np.where(turned, low, high)
    return Ranked(a, b, terms.at((a, b)), question.blend).pairs()
