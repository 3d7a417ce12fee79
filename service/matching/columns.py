"""A match index of arrays that are at hand, for registers too large for an object per statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from service.matching.index import MatchIndex
from service.matching.profiles import profile_rows
from service.matching.table import FacetCode, StatementTable, likeness_of
from service.matching.taxonomy import Taxonomy
from service.matching.types import ClusterFact, ScoreParams

if TYPE_CHECKING:
    from service.matching.encoders import Encoder

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class StatementColumns:
    """Needs or strengths that count, in any order.

    Attributes
    ----------
    row, topic, phrase : (n,)
        Row of the cluster, place in the taxonomy, place among the phrases.
    weight : (n,)
        Effective weight in [0, 1], see ``effective_weight``.
    facets : (n, n_dimensions) uint64
        Masks of a ``FacetCode``.
    ids
        Of equally good statements the first by topic, then id, is named; without ids, the first in
        these columns.
    """

    row: Rows
    topic: Rows
    phrase: Rows
    weight: NDArray[np.float64]
    facets: NDArray[np.uint64]
    ids: Sequence[str] | None = None


def index_of_columns(
    clusters: Sequence[ClusterFact],
    needs: StatementColumns,
    strengths: StatementColumns,
    phrases: Sequence[str],
    code: FacetCode,
    taxonomy: Taxonomy,
    encoder: "Encoder",
    params: ScoreParams,
    as_of: date,
) -> MatchIndex:
    """The index that ``build_index`` would make of the same facts, but for its ``statements``.

    These are left empty, so it ranks and explains but tells no confidence. With four needs and
    four strengths each it takes 3.5 kB per cluster, and hardly more while it is made.

    Raises
    ------
    ValueError
        If a slug occurs twice, or a column names a row, topic or phrase that does not exist.
    """
    row_of = {cluster.slug: row for row, cluster in enumerate(clusters)}
    if len(row_of) != len(clusters):
        raise ValueError("a slug occurs twice")
    limits = (len(clusters), len(taxonomy.topics), len(phrases))
    text = encoder.transform(phrases)
    wants, offers = _table(needs, "g", limits, text), _table(strengths, "s", limits, text)
    return MatchIndex(
        clusters=tuple(clusters),
        row_of=row_of,
        statements={},
        taxonomy=taxonomy,
        encoder=encoder,
        params=params,
        as_of=as_of,
        needs=wants,
        strengths=offers,
        profiles=profile_rows(offers, code, taxonomy, params.profile, len(clusters)),
        is_cluster=np.array([cluster.kind == "cluster" for cluster in clusters], dtype=bool),
        code=code,
        likeness=likeness_of(encoder, wants, offers),
    )


def _table(
    columns: StatementColumns,
    prefix: str,
    limits: tuple[int, int, int],
    text: Any,
) -> StatementTable:
    named = ("row", "topic", "phrase")
    for name, limit in zip(named, limits, strict=True):
        values = getattr(columns, name)
        if len(values) and not 0 <= values.min() <= values.max() < limit:
            raise ValueError(f"{name} of the statements lies outside 0 to {limit - 1}")
    if columns.ids is None:
        order = np.lexsort((columns.topic, columns.row))
    else:
        order = np.lexsort((np.asarray(columns.ids), columns.topic, columns.row))
    row = columns.row[order]
    ids = (
        (f"{prefix}{place:012}" for place in order.tolist())
        if columns.ids is None
        else (columns.ids[place] for place in order.tolist())
    )
    return StatementTable(
        ids=tuple(ids),
        row=row,
        topic=columns.topic[order],
        weight=columns.weight[order],
        facets=columns.facets[order],
        phrase=columns.phrase[order],
        text=text,
        starts=np.searchsorted(row, np.arange(limits[0] + 1)),
    )
