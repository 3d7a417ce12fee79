from typing import Any

import numpy as np
import pytest

from service.matching.columns import StatementColumns, index_of_columns
from service.matching.explain import explain
from service.matching.index import MatchIndex
from service.matching.rank import all_pairs
from service.matching.table import FacetCode
from service.matching.types import ClusterFact, ScoreParams, StatementFact
from service.matching.weighing import effective_weight
from tests.matching.facts import AS_OF, ENCODER, TAXONOMY, index_of, made_up

PHRASES = ("面料", "", "?")


def columns_of(
    statements: list[StatementFact], row_of: Any, phrases: list[str], code: FacetCode
) -> StatementColumns:
    shuffled = sorted(statements, key=lambda s: s.id[::-1])
    return StatementColumns(
        row=np.array([row_of[s.cluster] for s in shuffled], dtype=np.intp),
        topic=np.array([TAXONOMY.index(s.topic) for s in shuffled], dtype=np.intp),
        phrase=np.array([phrases.index(s.phrase) for s in shuffled], dtype=np.intp),
        weight=np.array([effective_weight(s, ScoreParams(), AS_OF) for s in shuffled]),
        facets=code.masks([s.facets for s in shuffled]),
        ids=[s.id for s in shuffled],
    )


def in_columns(index: MatchIndex, clusters: list[ClusterFact], **changes: Any) -> MatchIndex:
    counted = list(index.statements.values())
    phrases = sorted({s.phrase for s in counted})
    code = FacetCode.of(s.facets for s in counted)
    needs, strengths = (
        columns_of(
            [s for s in counted if (s.kind == "strength") is strong], index.row_of, phrases, code
        )
        for strong in (False, True)
    )
    given: dict[str, Any] = {"needs": needs, "strengths": strengths, "phrases": phrases}
    given |= changes
    return index_of_columns(
        clusters,
        given["needs"],
        given["strengths"],
        given["phrases"],
        code,
        TAXONOMY,
        ENCODER,
        ScoreParams(),
        AS_OF,
    )


def test_columns_and_objects_make_the_same_index() -> None:
    clusters, statements = made_up(31, 20, 6)
    of_objects = index_of(clusters, statements)
    of_arrays = in_columns(of_objects, clusters)
    assert of_arrays.needs.ids == of_objects.needs.ids
    assert of_arrays.strengths.ids == of_objects.strengths.ids
    assert all_pairs(of_arrays, k=200) == all_pairs(of_objects, k=200)
    assert explain(of_arrays, 3, 4) == explain(of_objects, 3, 4)


def test_what_does_not_exist_is_refused() -> None:
    clusters, statements = made_up(32, 5, 6)
    index = index_of(clusters, statements)
    with pytest.raises(ValueError, match="a slug occurs twice"):
        in_columns(index, [clusters[0], clusters[0]])
    with pytest.raises(ValueError, match="row of the statements lies outside 0 to 1"):
        in_columns(index, clusters[:2])
    with pytest.raises(ValueError, match="phrase of the statements lies outside 0 to 0"):
        in_columns(index, clusters, phrases=["面料"])


def test_columns_without_ids_are_numbered_in_order() -> None:
    clusters, _ = made_up(33, 3, 1)
    one = StatementColumns(
        row=np.array([2, 0]),
        topic=np.array([0, 0]),
        phrase=np.array([0, 0]),
        weight=np.array([0.6, 0.6]),
        facets=np.zeros((2, 0), dtype=np.uint64),
    )
    code = FacetCode.of([])
    index = index_of_columns(
        clusters, one, one, PHRASES, code, TAXONOMY, ENCODER, ScoreParams(), AS_OF
    )
    assert index.needs.ids == ("g000000000001", "g000000000000")
    assert index.strengths.ids == ("s000000000001", "s000000000000")
