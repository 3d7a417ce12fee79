"""Pairs that are left out before ranking, each with its cause."""

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from models.enums import Visibility
from service.dates import last_day
from service.suggestions.facts import Facts
from service.suggestions.views import Excluded


def excluded_pairs(data: Facts, met_since: date | None) -> Iterator[Excluded]:
    """Vetoes, places that belong to each other, and pairs that met since the cut-off."""
    for pair, reason in data.vetoes.items():
        one, other = sorted(pair)
        yield Excluded(one, other, "veto", reason if reads_reasons(data) else "")
    for whole, part in data.members:
        yield Excluded(whole, part, "member", "")
    for pair, dates in data.met.items() if met_since else ():
        recent = [day for day in dates if day and met_since and last_day(day) >= met_since]
        if recent and len(pair) == 2:
            one, other = sorted(pair)
            yield Excluded(one, other, "met_before", max(recent))


def reads_reasons(data: Facts) -> bool:
    """Why a pair is forbidden is for those who forbid; that it is, everybody may see."""
    return data.key.audience is Visibility.ORGANISERS


def mask(data: Facts, excluded: list[Excluded]) -> NDArray[np.bool_]:
    """True where two rows are not to be paired, (n_clusters, n_clusters), symmetric."""
    size = len(data.index.clusters)
    cells = np.zeros((size, size), dtype=bool)
    for pair in excluded:
        one, other = data.index.row_of[pair.for_], data.index.row_of[pair.cluster]
        cells[one, other] = cells[other, one] = True
    return cells


def mask_of(data: Facts, excluded: list[Excluded], slug: str) -> NDArray[np.bool_]:
    """The line of ``mask`` that is the cluster's own, (n_clusters,)."""
    line = np.zeros(len(data.index.clusters), dtype=bool)
    for pair in excluded:
        if slug in (pair.for_, pair.cluster):
            line[data.index.row_of[pair.cluster if pair.for_ == slug else pair.for_]] = True
    return line
