"""An index rebuilt in part is the one that is built whole."""

import random
from dataclasses import replace

import pytest

from service.matching.index import MatchIndex, build_index
from service.matching.splice import spliced
from service.matching.types import StatementFact
from tests.matching.facts import AS_OF, ENCODER, gap, index_of, made_up
from tests.support.sameness import differences


def changed(draw: random.Random, facts: list[StatementFact], fresh: int) -> list[StatementFact]:
    """One statement of the given ones edited, taken away, doubled or retired."""
    chosen = draw.randrange(len(facts)) if facts else None
    if chosen is None or draw.random() < 0.4:
        new = gap(f"n{fresh:04}", f"c{draw.randrange(12):03}", "fabric", weight=draw.randint(1, 5))
        return [*facts, new]
    fact, rest = facts[chosen], facts[:chosen] + facts[chosen + 1 :]
    edits = (
        None,
        replace(fact, weight=draw.randint(1, 5)),
        replace(fact, topic=draw.choice(("fabric", "design", "upgrading_scale"))),
        replace(fact, kind="strength", phrase="毛衫"),
        replace(fact, cluster=f"c{draw.randrange(12):03}"),
        replace(fact, status="retired"),
        replace(fact, facets={}),
        replace(fact, facets={"material": frozenset({f"new{draw.randrange(3)}"})}),
    )
    edited = draw.choice(edits)
    return rest if edited is None else [*rest, edited]


@pytest.mark.parametrize("seed", range(8))
def test_it_equals_a_full_build_after_any_changes(seed: int) -> None:
    draw = random.Random(seed)
    clusters, facts = made_up(seed, 12, 4)
    index = index_of(clusters, facts)
    for step in range(12):
        before = facts
        for number in range(draw.randint(0, 3)):
            facts = changed(draw, facts, 10 * step + number)
        touched = {fact.cluster for fact in set(before) ^ set(facts)}
        index = spliced(index, touched, [fact for fact in facts if fact.cluster in touched])
        assert list(differences(index, whole(index, facts))) == []


def whole(index: MatchIndex, facts: list[StatementFact]) -> MatchIndex:
    return build_index(index.clusters, facts, index.taxonomy, ENCODER, index.params, AS_OF)


def test_nothing_touched_is_the_index_itself() -> None:
    clusters, facts = made_up(1, 4, 4)
    index = index_of(clusters, facts)
    assert spliced(index, set(), []) is index


def test_statements_of_others_are_refused() -> None:
    index = index_of(("dalian", "keqiao"), [gap("1", "dalian", "fabric")])
    with pytest.raises(ValueError, match="not touched"):
        spliced(index, {"keqiao"}, [gap("2", "dalian", "fabric")])
    with pytest.raises(ValueError, match="id occurs twice"):
        spliced(index, {"keqiao"}, [gap("1", "keqiao", "fabric")])
