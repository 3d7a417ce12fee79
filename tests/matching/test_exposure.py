"""Spread lists: hand-computed figures, and the optimum against every possibility."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from service.matching import exposure
from service.matching.exposure import (
    Lists,
    best_lists,
    envy,
    fairness,
    gini,
    spread_lists,
)

Floats = NDArray[np.float64]


def made_up(seed: int, n: int, some: float = 0.6) -> Floats:
    draw = np.random.default_rng(seed)
    scores = draw.random((n, n)) ** 3 * (draw.random((n, n)) < some)
    np.fill_diagonal(scores, 0)
    return scores


def popular() -> Floats:
    """Everybody likes 0 best; all others are nearly as good."""
    scores = np.full((4, 4), 0.4)
    scores[:, 0] = 0.5
    np.fill_diagonal(scores, 0)
    return scores


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 1, 1, 1], 0.0),
        ([0, 0, 0, 1], 0.75),  # |differences| 6 / (2 · 4 · 1)
        ([1, 3], 0.25),  # 4 / (2 · 2 · 4)
        ([0, 0], 0.0),
    ],
)
def test_gini_of_hand_computed_cases(values: list[int], expected: float) -> None:
    assert gini(np.array(values)) == pytest.approx(expected)


def test_envy_of_a_hand_computed_case() -> None:
    """0 holds a 0.2, and values what 1 holds at 0.9 + 0.1; without its best, at 0.1 only."""
    scores = np.array([[0, 0.2, 0.9, 0.1], [0.1, 0, 0.9, 0.1], [0.5, 0.1, 0, 0], [0.5, 0, 0, 0.0]])
    chosen = np.zeros((4, 4), dtype=bool)
    chosen[0, 1] = chosen[1, 2] = chosen[1, 3] = chosen[2, 0] = chosen[3, 0] = True
    envious, beyond = envy(scores, chosen)
    assert envious.tolist() == [True, False, False, False]
    assert beyond.tolist() == [False] * 4
    scores[0, 3] = 0.3
    assert envy(scores, chosen)[1].tolist() == [True, False, False, False]


def test_own_best_lists_are_free_of_envy_and_ties_go_to_the_lower_row() -> None:
    lists = best_lists(popular(), 1)
    assert lists.chosen.argmax(axis=1).tolist() == [1, 0, 0, 0]
    figures = fairness(popular(), lists, lists)
    assert (figures.envious, figures.largest_loss, figures.most, figures.never) == (0, 0, 3, 2)
    assert figures.gini == pytest.approx(0.625)


def test_spreading_shows_everybody_once_and_states_the_loss() -> None:
    scores, best = popular(), best_lists(popular(), 1)
    lists = spread_lists(scores, 1, 0.3)
    figures = fairness(scores, lists, best)
    assert lists.exposure.tolist() == [1, 1, 1, 1]
    assert figures.gini == 0
    assert best.worth.sum() - figures.total == pytest.approx(0.2)
    assert figures.largest_loss == pytest.approx(0.2)
    assert figures.loss == pytest.approx(0.1), "two of four give up a fifth each"
    assert figures.envious == 0.5, "two of the three would rather have the list with 0"
    assert figures.envious_beyond_one == 0


@pytest.mark.parametrize(("k", "price"), [(0, 0.1), (1, -0.1), (1, float("nan"))])
def test_nonsense_is_refused(k: int, price: float) -> None:
    with pytest.raises(ValueError, match="must"):
        spread_lists(popular(), k, price)


def test_no_candidate_at_all() -> None:
    nothing = np.zeros((3, 3))
    lists = spread_lists(nothing, 2, 0.5)
    figures = fairness(nothing, lists, best_lists(nothing, 2))
    assert (figures.total, figures.gini, figures.envious, figures.never) == (0, 0, 0, 3)


def objective(lists: Lists, best: Lists, price: float) -> float:
    e, has = lists.exposure, best.worth > 0
    kept = (lists.worth[has] / best.worth[has]).sum()
    return float(kept - price * (e * (e - 1)).sum() / 2)


def every_lists(scores: Floats, k: int) -> list[Lists]:
    n = len(scores)
    options = []
    for i in range(n):
        candidates = np.flatnonzero(scores[i]).tolist()
        options.append(list(combinations(candidates, min(k, len(candidates)))))
    found = []
    for choice in product(*options):
        chosen = np.zeros((n, n), dtype=bool)
        for i, picked in enumerate(choice):
            chosen[i, list(picked)] = True
        found.append(Lists.of(scores, chosen))
    return found


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.02, 0.1, 0.4, 6.0]))
def test_no_other_lists_are_better(seed: int, price: float) -> None:
    scores = made_up(seed, 5)
    lists, best = spread_lists(scores, 2, price), best_lists(scores, 2)
    others = every_lists(scores, 2)
    reached = max(objective(other, best, price) for other in others)
    assert objective(lists, best, price) == pytest.approx(reached)
    assert lists.exposure.sum() == best.exposure.sum(), "exposure is conserved"
    assert (lists.chosen.sum(axis=1) == best.chosen.sum(axis=1)).all()
    assert not (lists.chosen & (scores == 0)).any()
    if price > len(scores):
        assert gini(lists.exposure) == pytest.approx(min(gini(o.exposure) for o in others))


@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from([0.01, 0.1, 1.0]))
def test_looking_at_few_candidates_first_loses_nothing(seed: int, price: float) -> None:
    scores = made_up(seed, 30)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exposure, "FIRST_LOOK", 1)
        few = spread_lists(scores, 3, price)
        patch.setattr(exposure, "FIRST_LOOK", 30)
        whole = spread_lists(scores, 3, price)
    best = best_lists(scores, 3)
    assert objective(few, best, price) == pytest.approx(objective(whole, best, price), abs=1e-9)


def test_a_higher_price_never_shows_more_unevenly_nor_costs_less() -> None:
    scores = made_up(3, 25)
    prices = (0.0, 0.005, 0.02, 0.1, 1.0)
    all_lists = [spread_lists(scores, 4, price) for price in prices]
    squares = [int((lists.exposure**2).sum()) for lists in all_lists]
    losses = [fairness(scores, lists, all_lists[0]).loss for lists in all_lists]
    assert squares == sorted(squares, reverse=True)
    assert losses == sorted(losses)
    assert squares[0] > squares[-1]
