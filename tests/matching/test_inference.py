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
    source = strength("1", "dalian", "garment_making", facets=FACETS)
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
def test_what_is_stated_is_not_inferred(
    topic: str, make: Callable[[str, str, str], StatementFact]
) -> None:
    stated = make("2", "dalian", topic)
    assert inferred(strength("1", "dalian", "garment_making"), stated) == []
    elsewhere = replace(stated, cluster="keqiao")
    assert len(inferred(strength("1", "dalian", "garment_making"), elsewhere)) == 1


def test_what_is_said_later_neither_causes_nor_prevents() -> None:
    later = date(2027, 1, 1)
    assert inferred(strength("1", "dalian", "garment_making", stated_on=later)) == []
    silent = gap("2", "dalian", "fabric", stated_on=later)
    assert len(inferred(strength("1", "dalian", "garment_making"), silent)) == 1


def test_gaps_goals_rejected_and_inferred_statements_cause_nothing() -> None:
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
