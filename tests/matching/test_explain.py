import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.explain import answers, explain
from service.matching.rank import rank
from service.matching.types import RankBy, Weights
from tests.matching.facts import gap, index_of, made_up, strength

RANKED_BY: tuple[RankBy, ...] = ("score", "need", "mutual", "similarity")


@st.composite
def blends(draw: Callable[[st.SearchStrategy[float]], float]) -> Weights:
    parts = [draw(st.floats(0, 1)) for _ in range(4)]
    total = math.fsum(parts)
    return Weights(*(part / total for part in parts)) if total > 1e-6 else Weights()


@given(
    seed=st.integers(0, 10_000),
    blend=blends(),
    rank_by=st.sampled_from(RANKED_BY),
    topic=st.sampled_from((None, "fabric", "denim_fabric", "design")),
)
@settings(deadline=None, max_examples=120)
def test_contributions_sum_to_the_score_that_was_ranked(
    seed: int, blend: Weights, rank_by: RankBy, topic: str | None
) -> None:
    index = index_of(*made_up(seed, 4, 8))
    pairs = rank(index, 0, weights=blend, rank_by=rank_by, topic=topic, k=4, reasons_only=False)
    for pair in pairs:
        explained = explain(index, pair.a, pair.b, blend, rank_by, topic)
        summed = math.fsum(term.contribution for term in explained.terms)
        assert abs(summed - explained.score) < 1e-9
        assert (explained.score, explained.need, explained.offer) == (
            pair.score,
            pair.need,
            pair.offer,
        )
        assert explained.basis == pair.basis
        assert all(term.contribution > 0 for term in explained.terms)


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=40)
def test_each_reason_names_a_need_and_a_strength_of_the_right_sides(seed: int) -> None:
    index = index_of(*made_up(seed, 2, 10))
    for term in explain(index, 0, 1).terms:
        if term.term == "similarity":
            assert (term.topic, term.gap_id, term.strength_id) == (None, None, None)
            continue
        need = index.statements[str(term.gap_id)]
        met_by = index.statements[str(term.strength_id)]
        assert (need.kind != "strength", met_by.kind) == (True, "strength")
        assert term.topic == need.topic
        assert {need.cluster, met_by.cluster} == {"c000", "c001"}
        if term.term != "mutual":
            assert need.cluster == ("c000" if term.term == "need" else "c001")


def test_mutual_splits_by_the_written_formula() -> None:
    index = index_of(
        ["dalian", "keqiao"],
        [
            gap("g1", "dalian", "fabric", weight=5),
            gap("g2", "dalian", "trims", weight=2),
            strength("s1", "keqiao", "fabric", weight=5),
            strength("s2", "keqiao", "trims", weight=2),
            gap("g3", "keqiao", "market_access", weight=1),
            strength("s3", "dalian", "market_access", weight=2),
        ],
    )
    explained = explain(index, 0, 1, rank_by="mutual")
    n, o = explained.need, explained.offer
    parts = {term.gap_id: term.contribution for term in explained.terms}
    assert explained.score == pytest.approx(2 * n * o / (n + o))
    assert parts["g3"] == pytest.approx(2 * o * n**2 / (n + o) ** 2)
    assert parts["g1"] + parts["g2"] == pytest.approx(2 * n * o**2 / (n + o) ** 2)
    shares = {part.gap_id: part.share for part in answers(index, 0, 1)}
    assert parts["g1"] / parts["g2"] == pytest.approx(shares["g1"] / shares["g2"])


def test_of_equal_strengths_the_first_is_named_and_an_unmet_need_has_none() -> None:
    index = index_of(
        ["dalian", "keqiao"],
        [
            gap("g1", "dalian", "fabric"),
            gap("g2", "dalian", "trims"),
            strength("s2", "keqiao", "fabric"),
            strength("s1", "keqiao", "fabric"),
        ],
    )
    found = {part.gap_id: (part.strength_id, part.share > 0) for part in answers(index, 0, 1)}
    assert found == {"g1": ("s1", True), "g2": (None, False)}


def test_a_pair_with_nothing_in_common_has_no_terms() -> None:
    explained = explain(index_of(["dalian", "keqiao"], []), 0, 1)
    assert (explained.score, explained.basis, explained.terms) == (0, "similarity", ())
