"""Needs that nobody fills, and who could be asked to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching.index import MatchIndex
from service.matching.supply import Supply
from service.matching.topk import top_k

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FILLED = 0.3
"""A need counts as filled from this share on.

A register entry of middle weight on the very topic, in unlike words, gives 0.39 · 0.8 = 0.312; one
on a more general topic stays below.
"""


@dataclass(frozen=True, slots=True)
class Recruit:
    """A row that is not present, and how far it would fill a need."""

    row: int
    share: float


@dataclass(frozen=True, slots=True)
class UnmetNeed:
    """A need (position) of a row that nobody present fills.

    ``here`` is the largest share of those present; ``recruits`` fill it, best first. Without
    recruits nobody registered fills it, and ``weak`` says who comes nearest.
    """

    gap: int
    row: int
    weight: float
    here: float
    recruits: tuple[Recruit, ...]
    weak: tuple[Recruit, ...]


def unmet_needs(
    supply: Supply, present: Mask, least_share: float = FILLED, k: int = 5
) -> list[UnmetNeed]:
    """Needs whose best share among those present lies below ``least_share``.

    The heaviest first (weight · what is missing), then by position. ``supply`` holds everybody
    registered as suppliers.

    Parameters
    ----------
    present : (n_clusters,) bool
    """
    here_columns = present[supply.suppliers]
    here = supply.share[:, here_columns].max(axis=1, initial=0.0)
    absent = np.where(here_columns, 0.0, supply.share)
    lines = np.flatnonzero(here < least_share)
    missing = supply.weight[lines] * (1 - here[lines])
    lines = lines[np.argsort(-missing, kind="stable")]
    order = top_k(absent[lines], k)
    found = []
    for line, columns in zip(lines.tolist(), order, strict=True):
        candidates = tuple(
            Recruit(int(supply.suppliers[c]), float(absent[line, c]))
            for c in columns
            if absent[line, c] > 0
        )
        strong = tuple(r for r in candidates if r.share >= least_share)
        found.append(
            UnmetNeed(
                gap=int(supply.gaps[line]),
                row=int(supply.receiver[line]),
                weight=float(supply.weight[line]),
                here=float(here[line]),
                recruits=strong,
                weak=() if strong else candidates,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Invitation:
    """A row to invite next; ``gain`` is the weight of the needs that it fills anew."""

    row: int
    gain: float
    gaps: tuple[int, ...]
    """Positions of the unmet needs that it would fill."""


def invitations(
    supply: Supply, present: Mask, least_share: float = FILLED, k: int = 5
) -> list[Invitation]:
    """Whom to invite first, so that most of the unmet needs are filled.

    Each next one fills needs of the largest weight; of equals, the one that fills them further,
    then the lower row. What is covered is submodular, so k steps reach at least 1 - 1/e of what the
    best k could (Nemhauser, Wolsey and Fisher 1978).
    """
    here_columns = present[supply.suppliers]
    here = supply.share[:, here_columns].max(axis=1, initial=0.0)
    lines = np.flatnonzero(here < least_share)
    offered = np.where(here_columns, 0.0, supply.share[lines])
    fills, weight = offered >= least_share, supply.weight[lines].copy()
    fills &= offered > 0
    found: list[Invitation] = []
    while len(found) < k and fills.any():
        gains = weight @ fills
        further = weight @ (offered * fills)
        best = int(np.lexsort((-further, -gains))[0])
        newly = np.flatnonzero(fills[:, best])
        gaps = tuple(int(gap) for gap in supply.gaps[lines[newly]])
        found.append(Invitation(int(supply.suppliers[best]), float(gains[best]), gaps))
        fills[newly] = False
    return found


def on_near_topics(index: MatchIndex, gap: int, k: int = 5) -> list[str]:
    """Ids of strengths on neighbouring topics (siblings) of a need's, the heaviest of each row.

    Heaviest first, ties to the lower row.
    """
    topic = index.taxonomy.topics[int(index.needs.topic[gap])].notation
    near = index.taxonomy.siblings(topic)[index.strengths.topic]
    near &= index.strengths.row != index.needs.row[gap]
    places = np.flatnonzero(near)
    order = places[np.argsort(-index.strengths.weight[places], kind="stable")]
    _, first = np.unique(index.strengths.row[order], return_index=True)
    return [index.strengths.ids[int(place)] for place in order[np.sort(first)][:k]]
