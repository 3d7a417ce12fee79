"""The causes of a change, over random registers: they sum to it, and name the right statements."""

import math
import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.explain import explain
from service.matching.index import MatchIndex, build_index
from service.matching.moves import Path, Side
from service.matching.taxonomy import Taxonomy
from service.matching.text import PhraseEncoder
from service.matching.types import ClusterFact, RankBy, ScoreParams, StatementFact, Weights
from tests.matching.facts import AS_OF, ENCODER, TAXONOMY, TERMS, TOPICS, gap, index_of, strength
from tests.matching.registers import RANKED_BY, SEEDS, blends, register

DAYS = (AS_OF, date(2019, 6, 1), date(2028, 1, 1))
TOPICS_ASKED = ((), ("fabric",), ("denim_fabric", "design"))
OTHER_TAXONOMY = Taxonomy.from_topics([replace(t, know_how=not t.know_how) for t in TOPICS])
OTHER_ENCODER = PhraseEncoder(longest=2).fit([*TERMS, "坯布"])


def indexes(seed: int, days: tuple[date, date], *, ground: bool) -> tuple[MatchIndex, MatchIndex]:
    """A register, and what became of it: statements and one cluster went, came or were changed."""
    draw, whole = random.Random(seed), register(seed)
    first = whole.index(*whole.waiting)
    stated = [s for s in first.statements.values() if draw.random() < 0.8]
    stated = [altered(s, draw) if draw.random() < 0.3 else s for s in stated]
    others = register(seed + 1).stated
    stated += [replace(s, id=f"new{s.id}") for s in others if draw.random() < 0.2]
    clusters = [*whole.clusters, ClusterFact("c999", "market")]
    if draw.random() < 0.3:
        clusters = clusters[1:]
        stated = [s for s in stated if s.cluster != "c000"]
    stated.append(strength("fresh", "c999", "fabric"))
    before = build_index(
        first.clusters, list(first.statements.values()), TAXONOMY, ENCODER, first.params, days[0]
    )
    after = build_index(
        clusters,
        stated,
        OTHER_TAXONOMY if ground else TAXONOMY,
        OTHER_ENCODER if ground else ENCODER,
        ScoreParams(kappa=0.8) if ground else first.params,
        days[1],
    )
    return before, after


def altered(statement: StatementFact, draw: random.Random) -> StatementFact:
    return draw.choice(
        (
            replace(statement, weight=draw.randint(1, 5)),
            replace(statement, topic=draw.choice(("fabric", "trims", "design"))),
            replace(statement, facets={"material": frozenset({"z"})}),
            replace(statement, stated_on=date(2016, 1, 1)),
            replace(statement, status="confirmed", phrase="辅料"),
        )
    )


def moves_hold(
    seed: int,
    blend: tuple[Weights, Weights],
    rank_by: RankBy,
    topics: tuple[tuple[str, ...], tuple[str, ...]],
    days: tuple[date, date],
    *,
    ground: bool,
) -> None:
    first, second = indexes(seed, days, ground=ground)
    before = Side(first, blend[0].ranked_by(rank_by), topics[0])
    after = Side(second, blend[1].ranked_by(rank_by), topics[1])
    slugs = sorted({*first.slugs, *second.slugs})
    path = Path(before, after, slugs)
    for a in slugs[:3]:
        for b in (slugs[1], slugs[-1]):
            if a == b:
                continue
            change = scored(after, a, b) - scored(before, a, b)
            moves = path.moves((a, b))
            assert abs(math.fsum(move.moved for move in moves) - change) < 1e-9
            if not ground:
                assert "ground" not in {move.why for move in moves}
            if days[0] == days[1]:
                assert "date" not in {move.why for move in moves}


def scored(side: Side, a: str, b: str) -> float:
    """By the explanation itself; 0 where one of the two is unknown."""
    index = side.index
    if not {a, b} <= index.row_of.keys():
        return 0.0
    topics = side.topics or None
    return explain(index, index.row_of[a], index.row_of[b], side.blend, "score", topics).score


ASKED = {
    "seed": SEEDS,
    "blend": st.tuples(blends(), blends()),
    "topics": st.tuples(st.sampled_from(TOPICS_ASKED), st.sampled_from(TOPICS_ASKED)),
    "days": st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)),
    "ground": st.booleans(),
}


@given(**ASKED)
@settings(deadline=None, max_examples=4)
@pytest.mark.parametrize("rank_by", RANKED_BY)
def test_moves_sum_to_the_change(rank_by: RankBy, **asked: object) -> None:
    moves_hold(rank_by=rank_by, **asked)  # type: ignore[arg-type]  # as drawn


@pytest.mark.slow
@given(**ASKED)
@settings(deadline=None, max_examples=80)
@pytest.mark.parametrize("rank_by", RANKED_BY)
def test_moves_sum_to_the_change_at_length(rank_by: RankBy, **asked: object) -> None:
    moves_hold(rank_by=rank_by, **asked)  # type: ignore[arg-type]  # as drawn


NEED = gap("1", "dalian", "fabric", weight=5)


def told(
    *after: StatementFact, day: date = AS_OF, before: tuple[StatementFact, ...] = ()
) -> dict[str, float]:
    """By cause and statement, for what dalian gets from keqiao."""
    sides = [
        Side(index_of(["dalian", "keqiao"], [NEED, *facts], as_of=on), Weights().ranked_by("need"))
        for facts, on in ((before, AS_OF), (after, day))
    ]
    moves = Path(sides[0], sides[1], ["dalian", "keqiao"]).moves(("dalian", "keqiao"))
    return {f"{m.why} {m.change.id if m.change else ''}".strip(): round(m.moved, 3) for m in moves}


def test_each_statement_is_named_with_what_it_moved() -> None:
    mill = strength("2", "keqiao", "fabric", weight=3)
    assert told(mill) == {"came 2": 0.32}
    assert told(before=(mill,)) == {"went 2": -0.32}
    assert told(replace(mill, weight=4), before=(mill,)) == {"changed 2": 0.107}
    assert told(mill, strength("3", "keqiao", "fabric", weight=2)) == {"came 2": 0.32}
    assert told(mill, before=(mill,)) == {}


def test_what_follows_from_a_statement_moves_with_it() -> None:
    sewing = strength("2", "keqiao", "garment_making")
    guess = replace(
        strength("inferred/x/2", "keqiao", "fabric"), basis="inferred", follows_from="2", rule="x"
    )
    assert told(sewing, guess) == {"came 2": 0.096}
    assert told(sewing, before=(sewing, guess)) == {"inferred 2": -0.096}


def test_a_later_day_moves_by_age_alone_and_an_earlier_one_forgets() -> None:
    mill = strength("2", "keqiao", "fabric", weight=3)
    older = told(mill, before=(mill,), day=date(2029, 11, 23))
    assert set(older) == {"date"}
    assert older["date"] < 0
    assert told(mill, before=(mill,), day=date(2025, 1, 1)) == {"went 1": -0.32}
