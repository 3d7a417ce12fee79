import itertools
import math

import numpy as np
import pytest

from service.matching.metrics import Quality, bootstrap_means, first_right, gini, interval


def quality(scores: list[float], right: list[int], candidates: list[int] | None = None) -> Quality:
    n = len(scores)
    asked = range(n) if candidates is None else candidates
    return Quality.of(np.array(scores), np.isin(range(n), right), np.isin(range(n), list(asked)))


def test_without_ties_a_rank_is_a_rank() -> None:
    assert quality([0.9, 0.5, 0.7], [1]) == Quality(1 / 3, (0.0, 1.0, 1.0), 1 / math.log2(4))
    assert quality([0.9, 0.5, 0.7], [0]) == Quality(1.0, (1.0, 1.0, 1.0), 1.0)


def test_ties_count_at_their_expectation() -> None:
    """Second to fourth place with one chance in three each."""
    found = quality([0.9, 0.5, 0.5, 0.5, 0.1], [2])
    assert found.reciprocal_rank == pytest.approx((1 / 2 + 1 / 3 + 1 / 4) / 3)
    assert found.hits == pytest.approx((0.0, 1.0, 1.0))
    logs = [1 / math.log2(1 + rank) for rank in (2, 3, 4)]
    assert found.ndcg == pytest.approx(sum(logs) / 3)


def test_hits_are_shares_of_a_tie_that_crosses_the_cut() -> None:
    found = quality([1.0] * 20, [7])
    assert found.hits == pytest.approx((1 / 20, 5 / 20, 10 / 20))
    assert found.reciprocal_rank == pytest.approx(sum(1 / rank for rank in range(1, 21)) / 20)


def test_the_first_of_several_right_ones_counts_in_every_order_of_a_tie() -> None:
    scores, right = [0.9, 0.5, 0.5, 0.5, 0.5, 0.1], {2, 4}
    orders = list(itertools.permutations([1, 2, 3, 4]))
    ranks = [2 + next(i for i, place in enumerate(order) if place in right) for order in orders]
    found = quality(scores, sorted(right))
    assert found.reciprocal_rank == pytest.approx(np.mean([1 / rank for rank in ranks]))
    places, chances = first_right(
        np.array(scores), np.isin(range(6), [2, 4]), np.ones(6, dtype=bool)
    )
    assert chances.sum() == pytest.approx(1.0)
    counted = [ranks.count(int(place)) / len(ranks) for place in places]
    assert chances == pytest.approx(counted)


def test_who_is_no_candidate_is_neither_above_nor_tied() -> None:
    assert quality([0.9, 0.5, 0.5, 0.4], [2], candidates=[2, 3]).reciprocal_rank == 1.0


def test_a_question_without_a_right_candidate_is_refused() -> None:
    with pytest.raises(ValueError, match="no candidate is right"):
        quality([0.9, 0.5], [1], candidates=[0])


def test_whole_groups_are_drawn() -> None:
    """Two groups: a mean is that of the one, of the other, or of both."""
    values, groups = np.array([[1.0], [1.0], [0.0]]), np.array([0, 0, 1])
    means = bootstrap_means(values, groups, resamples=400, seed=1)[:, 0]
    assert set(means.round(6)) == {0.0, 0.666667, 1.0}
    assert interval(means) == (0.0, 1.0)
    again = bootstrap_means(values, groups, resamples=400, seed=1)[:, 0]
    assert (means == again).all()


@pytest.mark.parametrize(
    ("counts", "expected"), [([2, 2], 0.0), ([0, 4], 0.5), ([1, 3], 0.25), ([0, 0], 0.0)]
)
def test_gini(counts: list[int], expected: float) -> None:
    assert gini(np.array(counts)) == pytest.approx(expected)
