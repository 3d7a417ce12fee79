"""Which place fills which need, and how far: the links between the clusters of an event."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching.complementarity import know_how_gate, match, positions
from service.matching.index import MatchIndex
from service.matching.similarity import cosine
from service.matching.types import Topics

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

BLOCK_CELLS = 1 << 22
"""So many gap × strength cells are looked at in one go (32 MB)."""


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """How far each supplier fills each need of the receivers.

    Attributes
    ----------
    gaps : (n_gaps,)
        Positions in ``index.needs``, ascending.
    receiver : (n_gaps,)
        Row of the cluster whose need it is.
    weight : (n_gaps,)
        w_g, how much the need counts, in [0, 1].
    suppliers : (n_suppliers,)
        Rows, ascending.
    share : (n_gaps, n_suppliers)
        gate · max_s m(g, s), in [0, 1]: the need that is left is 1 - share. 0 for oneself.
    """

    gaps: Rows
    receiver: Rows
    weight: Floats
    suppliers: Rows
    share: Floats


def supply(
    index: MatchIndex,
    receivers: Rows,
    suppliers: Rows,
    *,
    topic: Topics = None,
    exclude: Mask | None = None,
) -> Supply:
    """All links between rows; ``receivers`` and ``suppliers`` ascend.

    Σ_g weight · share / (kappa + Σ_g weight) over the needs of a receiver is its ``need``.

    Parameters
    ----------
    exclude : (n_clusters, n_clusters) bool, symmetric
        Pairs that must not meet: their share is 0.
    """
    gaps, strengths = positions(index, receivers, suppliers, topic)
    owner = index.needs.row[gaps]
    share = np.zeros((len(gaps), len(suppliers)))
    columns, first = np.unique(
        np.searchsorted(suppliers, index.strengths.row[strengths]), return_index=True
    )
    size = max(1, BLOCK_CELLS // max(1, len(strengths)))
    for start in range(0, len(gaps) if len(strengths) else 0, size):
        block = slice(start, start + size)
        best = np.maximum.reduceat(match(index, gaps[block], strengths), first, axis=1)
        share[block, columns] = best
    taught = np.flatnonzero(index.taxonomy.know_how[index.needs.topic[gaps]])
    if len(taught):
        who, line = np.unique(owner[taught], return_inverse=True)
        alike = cosine(index.profiles[who], index.profiles[suppliers])
        share[taught] *= know_how_gate(index, who, suppliers, alike)[line]
    share[owner[:, None] == suppliers] = 0
    if exclude is not None:
        share[exclude[np.ix_(owner, suppliers)]] = 0
    return Supply(gaps, owner, index.needs.weight[gaps], suppliers, share)


def best_strength(index: MatchIndex, gap: int, supplier: int, topic: Topics = None) -> str | None:
    """Id of the strength of a row that fills a need (a position) best; None if none does.

    Of equally good ones the first by topic, then id, as in ``explain``.
    """
    owner = index.needs.row[gap : gap + 1]
    _, strengths = positions(index, owner, np.array([supplier]), topic)
    found = match(index, np.array([gap]), strengths)[0]
    if not len(found) or found.max() <= 0:
        return None
    return index.strengths.ids[int(strengths[found.argmax()])]
