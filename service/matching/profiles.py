"""What a cluster can do, as one row of numbers."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from service.matching.similarity import scaled_profiles
from service.matching.table import FacetCode, StatementTable
from service.matching.taxonomy import Taxonomy


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
    within = taxonomy.within[strengths.topic]
    top = np.array([topic.broader is None for topic in taxonomy.topics], dtype=bool)
    blocks = [
        within * taxonomy.information,
        within[:, top & taxonomy.chain].astype(np.float64),
        code.indicators(strengths.facets),
    ]
    values = np.hstack(blocks) * strengths.weight[:, None]
    raw = _largest_by_row(values, strengths.row, n_clusters)
    return scaled_profiles(raw, [block.shape[1] for block in blocks], block_weights)


def _largest_by_row(
    values: NDArray[np.float64], row: NDArray[np.intp], n_rows: int
) -> sparse.csr_array:
    pooled = np.zeros((n_rows, values.shape[1]))
    if len(row):
        rows, starts = np.unique(row, return_index=True)
        pooled[rows] = np.maximum.reduceat(values, starts, axis=0)
    return sparse.csr_array(pooled)
