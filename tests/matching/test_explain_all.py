"""Pairs explained together are explained as each is alone, to the bit."""

import numpy as np
import pytest

from service.matching.complementarity import match, match_each
from service.matching.explain import explain, explain_all
from service.matching.rank import all_pairs, rank
from tests.matching.facts import index_of, made_up


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("topic", [None, ("fabric", "design")])
def test_it_is_what_each_explanation_says(seed: int, topic: tuple[str, ...] | None) -> None:
    index = index_of(*made_up(seed, 9, 5))
    pairs = all_pairs(index, topic=topic, k=20) + rank(index, 3, topic=topic, reasons_only=False)
    alone = [explain(index, pair.a, pair.b, topic=topic) for pair in pairs]
    assert explain_all(index, pairs, topic=topic) == alone
    assert any(explained.terms for explained in alone)


@pytest.mark.parametrize("seed", range(6))
def test_a_match_has_the_same_bits_however_it_is_asked_for(seed: int) -> None:
    index = index_of(*made_up(seed, 9, 5))
    gaps, strengths = np.arange(len(index.needs.ids)), np.arange(len(index.strengths.ids))
    whole = match(index, gaps, strengths)
    each = match_each(index, np.repeat(gaps, len(strengths)), np.tile(strengths, len(gaps)))
    assert np.array_equal(each.view(np.int64), whole.ravel().view(np.int64))


def test_nothing_is_explained_of_no_pairs() -> None:
    assert explain_all(index_of(("dalian",), []), []) == []
