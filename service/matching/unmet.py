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
    """A row to invite next; ``gain`` adds up weight · share of what it fills anew."""

    row: int
    gain: float
    gaps: tuple[int, ...]
    """Positions of the unmet needs that it would fill."""


def invitations(
    supply: Supply, present: Mask, least_share: float = FILLED, k: int = 5
) -> list[Invitation]:
    """Whom to invite first, so that most of the unmet needs are filled.

    Each next one adds most to Σ weight · best share over the unmet needs. The sum is submodular,
    so k steps reach at least 1 - 1/e of the best k (Nemhauser, Wolsey and Fisher 1978).
    """
    here_columns = present[supply.suppliers]
    here = supply.share[:, here_columns].max(axis=1, initial=0.0)
    lines = np.flatnonzero(here < least_share)
    offered = supply.share[lines]
    offered = np.where((offered >= least_share) & ~here_columns, offered, 0.0)
    weight, filled = supply.weight[lines], np.zeros(len(lines))
    found: list[Invitation] = []
    while len(found) < k and offered.size:
        gains = weight @ np.maximum(offered - filled[:, None], 0.0)
        best = int(gains.argmax())
        if gains[best] <= 0:
            break
        newly = (filled == 0) & (offered[:, best] > 0)
        gaps = tuple(int(gap) for gap in supply.gaps[lines[newly]])
        found.append(Invitation(int(supply.suppliers[best]), float(gains[best]), gaps))
        filled = np.maximum(filled, offered[:, best])
    return found


def near_topics(index: MatchIndex, gap: int) -> list[int]:
    """Rows with a strength on a sibling of the need's topic, or on its parent's other cases."""
    topic = index.taxonomy.topics[int(index.needs.topic[gap])].notation
    near = index.taxonomy.siblings(topic)[index.strengths.topic]
    own = int(index.needs.row[gap])
    return sorted({int(row) for row in index.strengths.row[near]} - {own})
