from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from service.matching.inference import infer
from service.matching.types import InferenceRule, StatementFact
from tests.matching.facts import AS_OF, TAXONOMY, gap, strength

FABRIC = InferenceRule(
    "garments-fabric",
    "strength",
    "garment_making",
    "gap",
    "fabric",
    weight=3,
    phrase="面料",
    inherits=frozenset({"end_use"}),
)
TRIMS = InferenceRule("garments-trims", "strength", "garment_making", "gap", "trims", weight=2)
FACETS = {"end_use": frozenset({"suits"}), "material": frozenset({"wool"})}


def inferred(*statements: StatementFact, rule: InferenceRule = FABRIC) -> list[StatementFact]:
    return infer(statements, [rule], TAXONOMY, AS_OF)


def test_a_maker_of_garments_needs_fabric() -> None:
    source = strength("1", "dalian", "garment_making", facets=FACETS, weight=4)
    assert inferred(source) == [
        StatementFact(
            id="inferred/garments-fabric/1",
            cluster="dalian",
            kind="gap",
            asks=True,
            topic="fabric",
            facets={"end_use": frozenset({"suits"})},
            phrase="面料",
            weight=3,
            basis="inferred",
            stated_on=source.stated_on,
            follows_from="1",
            rule="garments-fabric",
        )
    ]


def test_a_rule_fires_on_special_cases_save_its_exceptions() -> None:
    source = strength("1", "dalang", "knitwear")
    assert [s.topic for s in inferred(source)] == ["fabric"]
    assert inferred(source, rule=replace(FABRIC, unless=frozenset({"knitwear"}))) == []


@pytest.mark.parametrize("topic", ["fabric", "denim_fabric"])
@pytest.mark.parametrize("make", [strength, gap])
def test_what_is_said_in_a_meeting_is_not_inferred(
    topic: str, make: Callable[[str, str, str], StatementFact]
) -> None:
    stated = make("2", "dalian", topic)
    assert inferred(strength("1", "dalian", "garment_making"), stated) == []
    elsewhere = replace(stated, cluster="keqiao")
    assert len(inferred(strength("1", "dalian", "garment_making"), elsewhere)) == 1


def registered(id_: str, topic: str, **changes: object) -> StatementFact:
    return strength(id_, "dalian", topic, basis="register", stated_on=None, **changes)


@pytest.mark.parametrize(
    ("own", "left"),
    [
        (registered("2", "trims"), [3]),
        (registered("2", "fabric"), []),
        (registered("2", "denim_fabric"), [2]),
        (registered("2", "denim_fabric", facets={"construction": frozenset({"denim"})}), [2]),
        (registered("2", "fabric", facets={"end_use": frozenset({"suits", "shirts"})}), []),
        (registered("2", "fabric", facets={"end_use": frozenset({"swimwear"})}), [2]),
        (registered("2", "fabric", facets={"material": frozenset({"wool"})}), [2]),
        (registered("2", "fabric", kind="gap"), []),
    ],
    ids=[
        "another topic",
        "all of it",
        "a special case",
        "a special case of other facets",
        "the same facets",
        "other values",
        "facets that the need leaves open",
        "the gap itself",
    ],
)
def test_what_the_register_says_drops_or_lightens_an_inferred_need(
    own: StatementFact, left: list[int]
) -> None:
    source = registered("1", "garment_making", weight=4, facets={"end_use": frozenset({"suits"})})
    assert [s.weight for s in inferred(source, own)] == left


@pytest.mark.parametrize(("source", "expected"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4)])
def test_a_leading_place_needs_more(source: int, expected: int) -> None:
    """A rule of weight 3: three quarters of the source's weight, halves upwards, at least 1."""
    assert inferred(strength("1", "dalian", "garment_making", weight=source))[0].weight == expected


def test_a_need_per_kind_of_product_from_the_heaviest_source() -> None:
    def suits(id_: str, weight: int) -> StatementFact:
        return strength(id_, "dalian", "garment_making", weight=weight, facets=FACETS)

    found = inferred(suits("1", 3), suits("2", 5), strength("3", "dalian", "garment_making"))
    assert [(s.follows_from, dict(s.facets)) for s in found] == [
        ("2", {"end_use": frozenset({"suits"})}),
        ("3", {}),
    ]


def test_a_goal_that_asks_causes_what_its_rule_says() -> None:
    rule = replace(FABRIC, kind_from="goal")
    goal = strength("1", "dalian", "garment_making", kind="goal", asks=True)
    assert len(inferred(goal, rule=rule)) == 1
    assert inferred(replace(goal, asks=False), rule=rule) == []


@pytest.mark.parametrize(("weight", "kept"), [(2, {"gap", "strength"}), (3, {"strength"})])
def test_a_need_gives_way_to_an_inferred_strength_that_weighs_as_much(
    weight: int, kept: set[str]
) -> None:
    knits = InferenceRule(
        "knits-fabric", "strength", "knitwear", "strength", "knitted_fabric", weight=weight
    )
    source = strength("1", "dalian", "knitwear", weight=4)
    assert {s.kind for s in infer([source], [FABRIC, knits], TAXONOMY, AS_OF)} == kept


def test_what_makes_a_rule_fire_does_not_speak_against_it() -> None:
    """Makers of garments pass orders on to makers of knitwear."""
    passes_on = replace(FABRIC, id="on", topic="knitwear", unless=frozenset({"knitwear"}))
    source = registered("1", "garment_making", weight=4)
    assert [s.weight for s in inferred(source, rule=passes_on)] == [3]
    assert len(inferred(strength("1", "dalian", "garment_making"), rule=passes_on)) == 1
    assert inferred(source, registered("2", "knitwear"), rule=passes_on) == []


def test_what_is_said_later_neither_causes_nor_prevents() -> None:
    later = date(2027, 1, 1)
    assert inferred(strength("1", "dalian", "garment_making", stated_on=later)) == []
    silent = gap("2", "dalian", "fabric", stated_on=later)
    assert len(inferred(strength("1", "dalian", "garment_making"), silent)) == 1


def test_other_kinds_rejected_and_inferred_statements_cause_nothing() -> None:
    source = strength("1", "dalian", "garment_making")
    assert inferred(replace(source, kind="goal")) == []
    assert inferred(replace(source, status="rejected")) == []
    assert inferred(replace(source, basis="inferred")) == []


def test_one_inference_per_cluster_and_topic_from_the_heaviest_source() -> None:
    sources = [
        strength(str(i), "dalian", "garment_making", weight=w) for i, w in enumerate((2, 4, 4))
    ]
    found = infer(sources, [TRIMS, FABRIC], TAXONOMY, AS_OF)
    assert [s.id for s in found] == ["inferred/garments-fabric/1", "inferred/garments-trims/1"]
    assert infer(sources[::-1], [FABRIC, TRIMS], TAXONOMY, AS_OF) == found
