"""The match index: immutable arrays of one data revision on one day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from service.matching.inference import known
from service.matching.profiles import profile_rows
from service.matching.table import FacetCode, StatementTable, likeness_of
from service.matching.taxonomy import Taxonomy
from service.matching.types import ClusterFact, ScoreParams, StatementFact

if TYPE_CHECKING:
    from service.matching.encoders import Encoder


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class MatchIndex:
    """All that a ranking reads; a value, to be cached by revision, ``as_of`` and audience.

    Attributes
    ----------
    statements
        By id, those that count: known on ``as_of``, on no composite topic, a strength or a need.
    profiles : (n_clusters, n_features) csr
        Dot products are similarities.
    likeness : (n_phrases of needs, n_phrases of strengths), or None
        By ``phrase`` of the tables, in [0, 1]; None where it would be too large.
    is_cluster : (n_clusters,) bool
        Between two of these know-how is gated by similarity.
    """

    clusters: tuple[ClusterFact, ...]
    row_of: Mapping[str, int]
    statements: Mapping[str, StatementFact]
    taxonomy: Taxonomy
    encoder: "Encoder"
    params: ScoreParams
    as_of: date
    needs: StatementTable
    strengths: StatementTable
    profiles: sparse.csr_array[Any, Any]
    is_cluster: NDArray[np.bool_]
    code: FacetCode
    likeness: NDArray[np.floating[Any]] | None = None

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(self.row_of)

    def row(self, slug: str) -> int:
        """The cluster's row.

        Raises
        ------
        ValueError
            If the index holds no such cluster.
        """
        try:
            return self.row_of[slug]
        except KeyError:
            raise ValueError(f"no cluster {slug!r} in the index") from None


def build_index(
    clusters: Sequence[ClusterFact],
    statements: Sequence[StatementFact],
    taxonomy: Taxonomy,
    text: "Encoder",
    params: ScoreParams,
    as_of: date,
) -> MatchIndex:
    """Arrays of the statements that count on a day.

    Statements made later, rejected or retired ones, goals that do not ask and composite topics
    (no partner supplies "upgrading") are left out. Drafts that are passed in count at their
    factor. Inferred statements are passed in, see ``infer``.

    Raises
    ------
    ValueError
        If a slug or an id occurs twice, or a cluster or a topic is unknown.
    """
    row_of = {cluster.slug: row for row, cluster in enumerate(clusters)}
    if len(row_of) != len(clusters):
        raise ValueError("a slug occurs twice")
    by_id = counting(statements, row_of, taxonomy, as_of)
    code = FacetCode.of(s.facets for s in by_id.values())
    needs, strengths = tables(by_id.values(), row_of, taxonomy, text, code, params, as_of)
    return MatchIndex(
        clusters=tuple(clusters),
        row_of=row_of,
        statements=by_id,
        taxonomy=taxonomy,
        encoder=text,
        params=params,
        as_of=as_of,
        needs=needs,
        strengths=strengths,
        profiles=profile_rows(strengths, code, taxonomy, params.profile, len(clusters)),
        is_cluster=np.array([cluster.kind == "cluster" for cluster in clusters], dtype=bool),
        code=code,
        likeness=likeness_of(text, needs, strengths),
    )


def counting(
    statements: Sequence[StatementFact],
    row_of: Mapping[str, int],
    taxonomy: Taxonomy,
    as_of: date,
) -> dict[str, StatementFact]:
    """By id, those that count on the day; ValueError as ``build_index``."""
    counted = [s for s in known(statements, as_of) if _counts(s, taxonomy)]
    by_id = {s.id: s for s in counted}
    if len(by_id) != len(counted):
        raise ValueError("a statement id occurs twice")
    strangers = sorted({s.cluster for s in counted} - row_of.keys())
    if strangers:
        raise ValueError(f"statements of unknown clusters: {', '.join(strangers)}")
    return by_id


def tables(
    counted: Iterable[StatementFact],
    row_of: Mapping[str, int],
    taxonomy: Taxonomy,
    text: "Encoder",
    code: FacetCode,
    params: ScoreParams,
    as_of: date,
) -> tuple[StatementTable, StatementTable]:
    """Needs and strengths."""
    facts = list(counted)
    needs, strengths = (
        StatementTable.of(
            [s for s in facts if (s.kind == "strength") is strong],
            row_of,
            taxonomy,
            text,
            code,
            params,
            as_of,
        )
        for strong in (False, True)
    )
    return needs, strengths


def _counts(statement: StatementFact, taxonomy: Taxonomy) -> bool:
    if statement.kind == "goal" and not statement.asks:
        return False
    return not taxonomy.composite[taxonomy.index(statement.topic)]
