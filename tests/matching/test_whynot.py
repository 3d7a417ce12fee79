from dataclasses import replace
from datetime import date

import pytest

from service.matching.explain import explain
from service.matching.types import Obstacle, StatementFact, WhyNot
from service.matching.whynot import why_not
from tests.matching.facts import TODAY, gap, index_of, made_up, strength

NEED = gap("g", "dalian", "woven_fabric", weight=5, facets={"material": frozenset({"wool"})})


def asked(*statements: StatementFact, rank_by: str = "need") -> WhyNot:
    index = index_of(["dalian", "keqiao"], statements)
    return why_not(index, 0, 1, rank_by=rank_by)  # type: ignore[arg-type]  # a plain word


def codes(found: WhyNot) -> dict[str, float]:
    return {obstacle.code: round(obstacle.factor, 3) for obstacle in found.obstacles}


def test_sides_without_needs_are_named() -> None:
    found = asked(rank_by="score")
    assert found.obstacles == (
        Obstacle("no_needs", "dalian", 0.0),
        Obstacle("no_needs", "keqiao", 0.0),
    )
    assert (found.score, found.lifts, found.drafts) == (0, (), ())
    assert asked(rank_by="need").obstacles == (Obstacle("no_needs", "dalian", 0.0),)
    assert asked(rank_by="similarity").obstacles == ()


def test_an_unmet_need_is_told_from_one_with_neighbours_only() -> None:
    assert codes(asked(NEED, strength("s", "keqiao", "trims"))) == {"unmet": 0}
    assert codes(asked(NEED, strength("s", "keqiao", "knitted_fabric"))) == {"siblings_only": 0}


@pytest.mark.parametrize(
    ("change", "code", "factor"),
    [
        ({"topic": "fabric"}, "too_general", 0.613),
        ({"facets": {"material": frozenset({"silk"})}}, "facets_differ", 0.5),
        ({"phrase": "牛仔布"}, "wording_differs", 0.8),
        ({"basis": "register"}, "strength_register", 0.65),
        ({"basis": "inferred"}, "strength_inferred", 0.3),
        ({"status": "draft"}, "strength_draft", 0.5),
        ({"stated_on": date(2024, 11, 1)}, "strength_old", 0.941),
        ({"weight": 2}, "strength_light", 0.667),
    ],
)
def test_each_factor_of_the_best_strength_is_named(
    change: dict[str, object], code: str, factor: float
) -> None:
    need = replace(NEED, phrase="机织面料")
    plain = strength("s", "keqiao", "woven_fabric", phrase="机织面料", facets=NEED.facets)
    assert codes(asked(need, plain)) == {}
    changed = replace(plain, **change)  # type: ignore[arg-type]  # one field each
    assert codes(asked(need, changed)) == {code: factor}


def test_weakness_of_the_need_itself_is_named() -> None:
    need = replace(NEED, basis="inferred", weight=2, phrase="机织面料")
    met = strength("s", "keqiao", "woven_fabric", phrase="机织面料")
    assert codes(asked(need, met)) == {"gap_inferred": 0.3, "gap_light": 0.667}


def test_know_how_of_an_unlike_cluster_is_named() -> None:
    need = gap("g", "dalian", "design", phrase="设计")
    found = asked(need, strength("s", "keqiao", "design", phrase="设计"))
    assert codes(found) == {"know_how_far": 0}


def test_a_lift_is_the_score_with_the_strength_added() -> None:
    trims = gap("t", "dalian", "trims", weight=1)
    found = asked(NEED, trims)
    assert [lift.gap_id for lift in found.lifts] == ["g", "t"]
    added = strength("new", "keqiao", "woven_fabric", facets=NEED.facets, weight=3)
    index = index_of(["dalian", "keqiao"], [NEED, trims, added])
    best = found.lifts[0]
    assert (best.cluster, best.topic) == ("keqiao", "woven_fabric")
    assert best.score == pytest.approx(explain(index, 0, 1, rank_by="need").score)
    assert best.gain == pytest.approx(best.score - found.score)


def test_a_need_that_is_well_met_has_no_lift() -> None:
    assert asked(NEED, strength("s", "keqiao", "woven_fabric", weight=4)).lifts == ()


def test_waiting_drafts_are_tried_as_confirmed() -> None:
    index = index_of(["dalian", "keqiao", "dalang"], [NEED])
    drafts = [
        strength("d1", "keqiao", "fabric", status="draft"),
        strength("d2", "keqiao", "woven_fabric", status="draft"),
        strength("d3", "keqiao", "trims", status="draft"),
        strength("d4", "dalang", "woven_fabric", status="draft"),
    ]
    found = why_not(index, 0, 1, rank_by="need", drafts=drafts)
    assert [(lift.draft_id, lift.gap_id) for lift in found.drafts] == [("d2", None), ("d1", None)]
    confirmed = index_of(["dalian", "keqiao"], [NEED, replace(drafts[1], status="confirmed")])
    assert found.drafts[0].score == explain(confirmed, 0, 1, rank_by="need").score


def test_the_score_is_the_one_of_the_whole_register() -> None:
    index = index_of(*made_up(11, 12, 8))
    for b in range(1, 12):
        assert why_not(index, 0, b).score == explain(index, 0, b).score


def test_a_draft_that_counts_already_is_confirmed_not_doubled() -> None:
    draft = strength("d", "keqiao", "woven_fabric", status="draft", stated_on=TODAY)
    index = index_of(["dalian", "keqiao"], [NEED, draft])
    (lift,) = why_not(index, 0, 1, rank_by="need", drafts=[draft]).drafts
    assert lift.gain == pytest.approx(why_not(index, 0, 1, rank_by="need").score)
