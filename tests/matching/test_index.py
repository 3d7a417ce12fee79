from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from service.matching.similarity import cosine
from service.matching.types import StatementFact
from tests.matching.facts import gap, index_of, strength

PLACES = ("dalian", "keqiao", "dalang")


def test_tables_are_ordered_by_cluster_topic_and_id() -> None:
    statements = [
        gap("3", "keqiao", "design"),
        gap("2", "dalian", "fabric"),
        gap("1", "dalian", "fabric"),
        gap("4", "dalian", "design"),
    ]
    index = index_of(PLACES, statements)
    assert index.needs.ids == ("4", "1", "2", "3")
    assert index.needs.starts.tolist() == [0, 3, 4, 4]
    assert index.needs.positions(np.array([1, 0])).tolist() == [3, 0, 1, 2]
    assert index.needs.positions(np.array([2])).tolist() == []


@pytest.mark.parametrize(
    "statement",
    [
        gap("1", "dalian", "fabric", stated_on=date(2026, 11, 24)),
        gap("1", "dalian", "fabric", status="rejected"),
        gap("1", "dalian", "fabric", status="retired"),
        gap("1", "dalian", "upgrading_scale"),
        gap("1", "dalian", "fabric", kind="goal", asks=False),
    ],
)
def test_what_does_not_count_is_left_out(statement: StatementFact) -> None:
    index = index_of(PLACES, [statement])
    assert index.needs.ids == index.strengths.ids == ()
    assert dict(index.statements) == {}


def test_an_asking_goal_is_a_need_and_a_register_entry_is_always_known() -> None:
    index = index_of(
        PLACES,
        [
            gap("1", "dalian", "fabric", kind="goal", asks=True),
            strength("2", "keqiao", "fabric", basis="register", stated_on=None),
        ],
    )
    assert (index.needs.ids, index.strengths.ids) == (("1",), ("2",))


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        ([gap("1", "dalian", "fabric"), gap("1", "keqiao", "fabric")], "id occurs twice"),
        ([gap("1", "atlantis", "fabric")], "unknown clusters: atlantis"),
        ([gap("1", "dalian", "lace")], "no topic 'lace'"),
    ],
)
def test_inconsistent_facts_are_refused(statements: list[StatementFact], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        index_of(PLACES, statements)


def test_a_slug_occurs_once() -> None:
    with pytest.raises(ValueError, match="slug occurs twice"):
        index_of(("dalian", "dalian"), [])


def test_rows_are_found_by_slug() -> None:
    index = index_of(PLACES, [])
    assert index.row("dalang") == 2
    with pytest.raises(ValueError, match="no cluster 'atlantis'"):
        index.row("atlantis")


def test_a_dimension_of_facets_holds_64_values() -> None:
    many = {"material": frozenset(str(i) for i in range(64))}
    assert index_of(PLACES, [gap("1", "dalian", "fabric", facets=many)]).needs.facets.tolist() == [
        [2**64 - 1]
    ]
    more = {"material": many["material"] | {"64"}}
    with pytest.raises(ValueError, match="65 values"):
        index_of(PLACES, [gap("1", "dalian", "fabric", facets=more)])


def test_profiles_hold_strengths_only_and_repetition_changes_nothing() -> None:
    once = [strength("1", "dalian", "knitwear"), strength("2", "dalang", "garment_making")]
    more = [
        *once,
        strength("3", "dalian", "knitwear"),
        gap("4", "dalian", "fabric"),
        gap("5", "dalang", "fabric"),
    ]
    one, other = (index_of(PLACES, statements).profiles for statements in (once, more))
    assert np.array_equal(one.toarray(), other.toarray())
    assert cosine(one, one)[1, 1] == 0
    assert 0 < cosine(one, one)[0, 2] < 1


def test_sharing_a_special_topic_says_more_than_sharing_a_general_one() -> None:
    def likeness(topic: str) -> float:
        index = index_of(
            PLACES,
            [
                strength("1", "dalian", topic),
                strength("2", "keqiao", topic),
                strength("3", "dalian", "trims"),
                strength("4", "keqiao", "fibre_yarn"),
            ],
        )
        return float(cosine(index.profiles, index.profiles)[0, 1])

    assert likeness("fabric") < likeness("denim_fabric")


def test_facets_part_profiles_that_are_otherwise_alike() -> None:
    wool = strength("1", "dalian", "knitwear", facets={"material": frozenset({"wool"})})
    same, other = replace(wool, id="2", cluster="keqiao"), replace(wool, id="3", cluster="dalang")
    other = replace(other, facets={"material": frozenset({"cotton"})})
    index = index_of(PLACES, [wool, same, other])
    likeness = cosine(index.profiles, index.profiles)
    assert likeness[0, 1] == pytest.approx(1)
    assert likeness[0, 2] == pytest.approx(0.75)
