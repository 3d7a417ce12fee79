"""What a cluster can do, as one row of numbers."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from service.matching.similarity import scaled_profiles
from service.matching.table import FacetCode, StatementTable
from service.matching.taxonomy import Taxonomy

AT_A_TIME = 4096
"""Clusters whose rows are laid out in full at a time."""


def profile_rows(
    strengths: StatementTable,
    code: FacetCode,
    taxonomy: Taxonomy,
    block_weights: tuple[float, float, float],
    n_clusters: int,
) -> sparse.csr_array:
    """Scaled profiles, (n_clusters, n_features), in three blocks.

    Strengths: each topic and its more general ones, times information content, so sharing denim
    says more than sharing fabric. Chain position: the tops of the chain group. Facets: the values
    named. Each cell holds the largest effective weight, so saying a thing twice changes nothing.
    Gaps stay out: lacking the same makes nobody a peer.
    """
    top = np.array([topic.broader is None for topic in taxonomy.topics], dtype=bool)
    tops = np.flatnonzero(top & taxonomy.chain)
    parts = [
        _raw_rows(strengths, code, taxonomy, tops, start, min(start + AT_A_TIME, n_clusters))
        for start in range(0, max(n_clusters, 1), AT_A_TIME)
    ]
    raw = sparse.csr_array(sparse.vstack(parts, format="csr"))
    values = sum(map(len, code.bits.values()))
    return scaled_profiles(raw, [len(taxonomy.topics), len(tops), values], block_weights)


def _raw_rows(
    strengths: StatementTable,
    code: FacetCode,
    taxonomy: Taxonomy,
    tops: NDArray[np.intp],
    start: int,
    end: int,
) -> sparse.csr_array:
    part = slice(strengths.starts[start], strengths.starts[end])
    within = taxonomy.within[strengths.topic[part]]
    blocks = [
        within * taxonomy.information,
        within[:, tops].astype(np.float64),
        code.indicators(strengths.facets[part]),
    ]
    values = np.hstack(blocks) * strengths.weight[part, None]
    return _largest_by_row(values, strengths.row[part] - start, end - start)


def _largest_by_row(
    values: NDArray[np.float64], row: NDArray[np.intp], n_rows: int
) -> sparse.csr_array:
    pooled = np.zeros((n_rows, values.shape[1]))
    if len(row):
        rows, starts = np.unique(row, return_index=True)
        pooled[rows] = np.maximum.reduceat(values, starts, axis=0)
    return sparse.csr_array(pooled)
