"""Over random registers: reasons add up, and a lift is what a new index gives."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.confidence import contradictions
from service.matching.explain import explain
from service.matching.index import MatchIndex
from service.matching.lifts import Sources
from service.matching.rank import rank
from service.matching.types import Lift, RankBy, ScoredPair, StatementFact, Topics, Weights
from service.matching.whynot import MIDDLE_WEIGHT, why_not
from tests.matching.facts import AS_OF
from tests.matching.registers import ABOUT, RANKED_BY, RULES, SEEDS, blends, register


def sums_hold(seed: int, blend: Weights, rank_by: RankBy, topic: Topics) -> None:
    index = register(seed).index()
    for a in range(len(index.clusters)):
        pairs = rank(index, a, weights=blend, rank_by=rank_by, topic=topic, reasons_only=False)
        for pair in pairs:
            explained = explain(index, pair.a, pair.b, blend, rank_by, topic)
            summed = math.fsum(term.contribution for term in explained.terms)
            assert abs(summed - explained.score) < 1e-9
            assert explained.score == pair.score
            assert all(term.contribution > 0 for term in explained.terms)
        back = explain(index, 0, a, blend, rank_by, topic) if a else None
        there = explain(index, a, 0, blend, rank_by, topic) if a else None
        if back and there:
            assert (back.need, back.offer) == (there.offer, there.need)


@given(seed=SEEDS, blend=blends(), topic=st.sampled_from(ABOUT))
@settings(deadline=None, max_examples=8)
@pytest.mark.parametrize("rank_by", RANKED_BY)
def test_reasons_add_up(seed: int, blend: Weights, rank_by: RankBy, topic: Topics) -> None:
    sums_hold(seed, blend, rank_by, topic)


@pytest.mark.slow
@given(seed=SEEDS, blend=blends(), topic=st.sampled_from(ABOUT))
@settings(deadline=None, max_examples=800)
@pytest.mark.parametrize("rank_by", RANKED_BY)
def test_reasons_add_up_at_length(
    seed: int, blend: Weights, rank_by: RankBy, topic: Topics
) -> None:
    sums_hold(seed, blend, rank_by, topic)


def lifts_hold(seed: int, blend: Weights, rank_by: RankBy, topic: Topics, left_out: int) -> int:
    """Each lift against an index that is built with its statement; how many there were."""
    whole = register(seed)
    index, clusters = whole.index(), len(whole.clusters)
    exclude = np.arange(clusters) == left_out
    asked = {"weights": blend, "rank_by": rank_by, "topic": topic}
    found = why_not(
        index,
        0,
        1,
        **asked,  # type: ignore[arg-type]  # by name
        drafts=whole.waiting,
        exclude=exclude,
        sources=Sources(whole.stated, RULES),
    )
    drafts = {draft.id: draft for draft in whole.waiting}
    for lift in (*found.lifts, *found.drafts):
        added = (
            replace(drafts[lift.draft_id], status="confirmed")
            if lift.draft_id
            else supposed(index, lift)
        )
        anew = whole.index(added)
        score = explain(anew, 0, 1, **asked).score  # type: ignore[arg-type]  # by name
        listed = rank(anew, 0, **asked, exclude=exclude, k=clusters)  # type: ignore[arg-type]
        assert (lift.score, lift.gain) == (score, score - found.score)
        assert lift.rank == place(listed)
    listed = rank(index, 0, **asked, exclude=exclude, k=clusters)  # type: ignore[arg-type]
    assert (found.rank, found.listed) == (place(listed), len(listed))
    gains = [lift.gain for lift in (*found.lifts, *found.drafts)]
    assert (found.best.gain if found.best else None) == max(gains, default=None)
    return len(gains)


def place(listed: Sequence[ScoredPair]) -> int | None:
    return next((i for i, pair in enumerate(listed, 1) if pair.b == 1), None)


def supposed(index: MatchIndex, lift: Lift) -> StatementFact:
    """The strength of middle weight that a need would be answered by."""
    gap = index.statements[str(lift.gap_id)]
    return StatementFact(
        id="supposed",
        cluster=lift.cluster,
        kind="strength",
        asks=False,
        topic=gap.topic,
        facets=gap.facets,
        phrase=gap.phrase,
        weight=MIDDLE_WEIGHT,
        stated_on=AS_OF,
    )


@given(seed=SEEDS, blend=blends(), topic=st.sampled_from(ABOUT), left_out=st.integers(1, 9))
@settings(deadline=None, max_examples=12)
@pytest.mark.parametrize("rank_by", RANKED_BY)
def test_a_lift_is_what_a_new_index_gives(
    seed: int, blend: Weights, rank_by: RankBy, topic: Topics, left_out: int
) -> None:
    lifts_hold(seed, blend, rank_by, topic, left_out)


@pytest.mark.slow
@given(seed=SEEDS, blend=blends(), topic=st.sampled_from(ABOUT), left_out=st.integers(1, 9))
@settings(deadline=None, max_examples=300)
@pytest.mark.parametrize("rank_by", RANKED_BY)
def test_a_lift_is_what_a_new_index_gives_at_length(
    seed: int, blend: Weights, rank_by: RankBy, topic: Topics, left_out: int
) -> None:
    lifts_hold(seed, blend, rank_by, topic, left_out)


def test_the_registers_are_rich() -> None:
    """What the two properties above would not see if it never occurred."""
    lifts = sum(lifts_hold(seed, Weights(), "score", None, 9) for seed in range(6))
    seen: Counter[str] = Counter(lifts=lifts)
    for seed in range(12):
        whole = register(seed)
        seen["waiting"] += len(whole.waiting)
        for statement in whole.index().statements.values():
            seen[statement.basis] += 1
            seen[statement.status] += 1
            seen["contradicted"] += statement.contradicted
            seen["facets"] += bool(statement.facets)
            seen["know_how"] += statement.topic == "design"
    assert all(seen[name] > 5 for name in seen), seen
    assert {"lifts", "waiting", "inferred", "draft", "contradicted", "know_how"} <= set(seen)


@given(seed=SEEDS)
@settings(deadline=None, max_examples=30)
def test_what_counts_as_contradicted_names_by_what(seed: int) -> None:
    whole = register(seed)
    known = [*whole.stated, *whole.waiting]
    by_id = {s.id: s for s in known}
    index = whole.index()
    found = contradictions(known, index.statements.values())
    assert {c.statement_id for c in found} == {
        s.follows_from or s.id for s in index.statements.values() if s.contradicted
    }
    for each in found:
        earlier, later = by_id[each.statement_id], by_id[each.by_id]
        assert (earlier.cluster, earlier.topic) == (later.cluster, later.topic)
        assert (earlier.kind == "strength") != (later.kind == "strength")
        assert later.status == "confirmed"
        assert earlier.stated_on
        assert later.stated_on
        assert earlier.stated_on < later.stated_on
