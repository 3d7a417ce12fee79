"""Clusters pooled to one column each, from which one matrix product bounds every score."""

from dataclasses import dataclass
from typing import Self
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from service.matching.index import MatchIndex
from service.matching.table import StatementTable
from service.matching.taxonomy import Taxonomy

Rows = NDArray[np.intp]
Singles = NDArray[np.float32]

SMALLEST = 1e-9
"""What is positive is at least this, so that no product of four factors leaves single precision
at its lower end and what may have a reason keeps a bound above 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Needs, strengths and profiles of each cluster as columns in single precision.

    Only topics that somebody needs and features that some profile has get a row: about 4 bytes ×
    (2 topics + features) per cluster.

    Attributes
    ----------
    topics : (n_topics,)
        Places in the taxonomy.
    asked : (n_topics, n_clusters)
        Summed weight of the needs.
    met : (n_topics, n_clusters)
        max_s v_s · coverage: how far the strengths meet a need, facets and wording at their best.
    weight : (n_clusters,)
        Summed weight of all needs.
    profiles : (n_features, n_clusters)
    """

    topics: Rows
    asked: Singles
    met: Singles
    weight: Singles
    profiles: Singles

    @classmethod
    def of(cls, index: MatchIndex) -> Self:
        n_clusters = len(index.clusters)
        topics = np.unique(index.needs.topic)
        asked = _asked(index.needs, topics, n_clusters)
        met = _met(index.strengths, index.taxonomy, topics, n_clusters)
        pooled = cls(topics, asked, met, asked.sum(axis=0), _dense(index.profiles))
        for array in (pooled.topics, pooled.asked, pooled.met, pooled.weight, pooled.profiles):
            array.flags.writeable = False
        return pooled

    @property
    def nbytes(self) -> int:
        return sum(a.nbytes for a in (self.asked, self.met, self.weight, self.profiles))


_POOLED: WeakKeyDictionary[MatchIndex, Pooled] = WeakKeyDictionary()


def pooled(index: MatchIndex) -> Pooled:
    """The index's pooled columns, made when first asked for and kept as long as the index."""
    found = _POOLED.get(index)
    if found is None:
        found = _POOLED[index] = Pooled.of(index)
    return found


def _asked(needs: StatementTable, topics: Rows, n_clusters: int) -> Singles:
    asked = np.zeros((len(topics), n_clusters), dtype=np.float32)
    first = _firsts(needs)
    if len(first):
        place = np.searchsorted(topics, needs.topic[first])
        asked[place, needs.row[first]] = _single(np.add.reduceat(needs.weight, first))
    return asked


def _met(strengths: StatementTable, taxonomy: Taxonomy, topics: Rows, n_clusters: int) -> Singles:
    met = np.zeros((len(topics), n_clusters), dtype=np.float32)
    first = _firsts(strengths)
    if not len(first):
        return met
    best = np.maximum.reduceat(strengths.weight, first)
    row, topic = strengths.row[first], strengths.topic[first]
    order = np.argsort(topic, kind="stable")
    ends = np.searchsorted(topic[order], np.arange(len(taxonomy.topics) + 1))
    for line, covered in zip(met, taxonomy.coverage[topics], strict=True):
        for offered in np.flatnonzero(covered):
            those = order[ends[offered] : ends[offered + 1]]
            line[row[those]] = np.maximum(line[row[those]], _single(best[those] * covered[offered]))
    return met


def _firsts(table: StatementTable) -> Rows:
    """Where each cluster's statements on a topic begin."""
    changes = (np.diff(table.row, prepend=-1) != 0) | (np.diff(table.topic, prepend=-1) != 0)
    return np.flatnonzero(changes)


def _dense(profiles: sparse.csr_array) -> Singles:
    used, place = np.unique(profiles.indices, return_inverse=True)
    columns = np.zeros((len(used), profiles.shape[0]), dtype=np.float32)
    columns[place, np.repeat(np.arange(profiles.shape[0]), np.diff(profiles.indptr))] = _single(
        profiles.data
    )
    return columns


def _single(values: NDArray[np.float64]) -> Singles:
    return np.where(values > 0, np.maximum(values, SMALLEST), 0).astype(np.float32)
