"""One contract for both rankers, over dense and sparse rows."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from service.matching.rankers import ComplementarityRanker, ProfileSimilarity
from service.matching.terms import pair_terms
from tests.matching.facts import TAXONOMY, index_of, made_up

Floats = NDArray[np.float64]
TOPICS = len(TAXONOMY.topics)
RANKERS = [
    ComplementarityRanker(kappa=0.4, coverage=TAXONOMY.coverage),
    ComplementarityRanker(),
    ProfileSimilarity(blocks=(4, TOPICS - 4), block_weights=(0.7, 0.3)),
    ProfileSimilarity(),
]


@parametrize_with_checks([ComplementarityRanker(), ProfileSimilarity()])  # type: ignore[untyped-decorator]  # sklearn has no types
def test_estimators_keep_the_conventions(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.fixture
def candidates() -> Floats:
    random = np.random.default_rng(3)
    rows: Floats = random.random((40, TOPICS)) * (random.random((40, TOPICS)) < 0.4)
    return rows


@pytest.fixture
def seekers() -> Floats:
    random = np.random.default_rng(4)
    rows: Floats = random.random((7, TOPICS)) * (random.random((7, TOPICS)) < 0.4)
    return rows


@pytest.mark.parametrize("ranker", RANKERS)
class TestContract:
    def test_dense_is_sparse_and_batch_is_single(
        self, ranker: Any, candidates: Floats, seekers: Floats
    ) -> None:
        scores = clone(ranker).fit(candidates).score_matrix(seekers)
        fitted = clone(ranker).fit(sparse.csr_array(candidates))
        assert np.array_equal(fitted.score_matrix(sparse.csr_array(seekers)), scores)
        single = np.vstack([fitted.score_matrix(row[None]) for row in seekers])
        assert np.array_equal(single, scores)

    def test_scores_lie_in_0_1_and_descend(
        self, ranker: Any, candidates: Floats, seekers: Floats
    ) -> None:
        order, scores = clone(ranker).fit(candidates).recommend(seekers, k=12)
        assert order.shape == scores.shape == (7, 12)
        assert (np.diff(scores, axis=1) <= 0).all()
        assert scores.min() >= 0
        assert scores.max() <= 1

    def test_excluded_are_never_returned(
        self, ranker: Any, candidates: Floats, seekers: Floats
    ) -> None:
        fitted = clone(ranker).fit(candidates)
        exclude = np.zeros((7, 40), dtype=bool)
        exclude[:, fitted.recommend(seekers, k=5)[0][0]] = True
        order, _ = fitted.recommend(seekers, k=35, exclude=exclude)
        assert not np.take_along_axis(exclude, order, axis=1).any()

    def test_renumbering_candidates_permutes_scores(
        self, ranker: Any, candidates: Floats, seekers: Floats
    ) -> None:
        new = np.random.default_rng(5).permutation(40)
        scores = clone(ranker).fit(candidates).score_matrix(seekers)
        assert np.array_equal(
            clone(ranker).fit(candidates[new]).score_matrix(seekers), scores[:, new]
        )

    def test_ties_go_to_the_lower_row(
        self, ranker: Any, candidates: Floats, seekers: Floats
    ) -> None:
        twice = np.vstack([candidates[:3], candidates[:3]])
        order, _ = clone(ranker).fit(twice).recommend(seekers, k=6)
        for first in range(3):
            assert ((order == first).argmax(axis=1) < (order == first + 3).argmax(axis=1)).all()

    def test_negative_weights_are_refused(
        self, ranker: Any, candidates: Floats, seekers: Floats
    ) -> None:
        with pytest.raises(ValueError, match="Negative values"):
            clone(ranker).fit(-candidates)
        with pytest.raises(ValueError, match="Negative values"):
            clone(ranker).fit(candidates).score_matrix(-seekers)


def test_need_is_the_weighted_share_of_what_is_met() -> None:
    strengths = np.zeros((1, TOPICS))
    strengths[0, TAXONOMY.index("denim_fabric")] = 0.8
    needs = np.zeros((1, TOPICS))
    needs[0, TAXONOMY.index("fabric")] = 0.6
    needs[0, TAXONOMY.index("trims")] = 0.2
    ranker = ComplementarityRanker(kappa=0.5, coverage=TAXONOMY.coverage).fit(strengths)
    assert ranker.score_matrix(needs)[0, 0] == pytest.approx(0.6 * 0.8 / (0.5 + 0.8))


@pytest.mark.parametrize(
    ("ranker", "message"),
    [
        (ComplementarityRanker(kappa=0.0), "kappa must be positive"),
        (ComplementarityRanker(coverage=np.eye(3)), "does not fit"),
        (ProfileSimilarity(blocks=(1, 2)), "no fit"),
        (ProfileSimilarity(block_weights=(0.5, 0.5)), "no fit"),
        (ProfileSimilarity(block_weights=(-1.0,)), "no fit"),
    ],
)
def test_parameters_are_checked_when_fitted(ranker: Any, message: str, candidates: Floats) -> None:
    with pytest.raises(ValueError, match=message):
        clone(ranker).fit(candidates)


def test_pooled_need_bounds_the_exact_one_and_is_it_where_all_else_is_silent() -> None:
    clusters, statements = made_up(8, 30, 8)
    clusters = [replace(cluster, kind="institution") for cluster in clusters]
    silent = [replace(s, facets={}, phrase="面料") for s in statements]
    rows = np.arange(30)
    for facts, exact in ((statements, False), (silent, True)):
        index = index_of(clusters, facts)
        gaps, strengths = np.zeros((30, TOPICS)), np.zeros((30, TOPICS))
        np.add.at(gaps, (index.needs.row, index.needs.topic), index.needs.weight)
        np.maximum.at(
            strengths, (index.strengths.row, index.strengths.topic), index.strengths.weight
        )
        ranker = ComplementarityRanker(kappa=index.params.kappa, coverage=TAXONOMY.coverage)
        pooled = ranker.fit(strengths).score_matrix(gaps)
        need = pair_terms(index, rows, rows).need
        assert (pooled >= need - 1e-12).all()
        assert np.allclose(pooled, need, atol=1e-12) is exact
