"""Unmet needs against a plain search, and whom to invite."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.explain import answers
from service.matching.index import MatchIndex
from service.matching.supply import supply
from service.matching.terms import pair_terms
from service.matching.unmet import invitations, on_near_topics, unmet_needs
from tests.matching.facts import gap, index_of, made_up, strength

EVERYBODY = np.arange(8)


def made_up_index(seed: int) -> MatchIndex:
    clusters, statements = made_up(seed, 8, 4)
    return index_of(clusters, statements)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_shares_add_up_to_the_need_of_the_score(seed: int) -> None:
    index = made_up_index(seed)
    found = supply(index, EVERYBODY, EVERYBODY)
    need = pair_terms(index, EVERYBODY, EVERYBODY).need
    for row in EVERYBODY.tolist():
        own = found.receiver == row
        met = found.weight[own] @ found.share[own] / (index.params.kappa + found.weight[own].sum())
        others = row != EVERYBODY
        assert met[others] == pytest.approx(need[row][others])


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from([0.1, 0.3, 0.6]))
def test_unmet_needs_are_those_of_a_plain_search(seed: int, least: float) -> None:
    index = made_up_index(seed)
    draw = np.random.default_rng(seed)
    present = draw.random(8) < 0.5
    forbidden = draw.random((8, 8)) < 0.2
    forbidden |= forbidden.T
    here = np.flatnonzero(present)
    found = unmet_needs(supply(index, here, EVERYBODY, exclude=forbidden), present, least, k=8)
    expected = {}
    for row in here.tolist():
        shares: dict[int, dict[int, float]] = {}
        for partner in EVERYBODY.tolist():
            if partner == row or forbidden[row, partner]:
                continue
            reasons = answers(index, row, partner)
            doubt = index.params.kappa + sum(index.needs.weight[a.gap] for a in reasons)
            for a in reasons:
                share = a.share * doubt / index.needs.weight[a.gap]
                shares.setdefault(a.gap, {})[partner] = share
        for place in index.needs.positions(np.array([row])).tolist():
            by = shares.get(place, {})
            best = max((s for p, s in by.items() if present[p]), default=0.0)
            if best < least:
                away = {p: s for p, s in by.items() if not present[p] and s > 0}
                expected[place] = (best, away)
    assert {need.gap for need in found} == set(expected)
    for need in found:
        best, away = expected[need.gap]
        assert need.here == pytest.approx(best)
        strong = {p: s for p, s in away.items() if s >= least}
        assert {r.row: pytest.approx(r.share) for r in need.recruits} == strong
        assert {r.row for r in need.weak} == (set() if strong else set(away))
        shown = [r.share for r in need.recruits or need.weak]
        assert shown == sorted(shown, reverse=True)
    missing = [need.weight * (1 - need.here) for need in found]
    assert missing == sorted(missing, reverse=True)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_inviting_one_by_one_comes_near_the_best_two(seed: int) -> None:
    index = made_up_index(seed)
    present = np.arange(8) < 3
    found = supply(index, np.arange(3), EVERYBODY)
    invited = invitations(found, present, 0.2, k=2)
    lines = found.share[:, :3].max(axis=1) < 0.2
    fills = (found.share >= 0.2)[lines]

    def worth(rows: tuple[int, ...]) -> float:
        return float(found.weight[lines] @ fills[:, list(rows)].any(axis=1))

    reached = sum(invitation.gain for invitation in invited)
    assert reached == pytest.approx(worth(tuple(i.row for i in invited)))
    best = max(worth(pair) for pair in combinations(range(3, 8), 2))
    assert reached >= (1 - 1 / np.e) * best - 1e-12
    assert all(not present[i.row] for i in invited)
    gaps = [place for i in invited for place in i.gaps]
    assert len(gaps) == len(set(gaps)), "each gap is said of the first who fills it"


def test_what_nobody_registered_fills_leads_to_neighbouring_topics() -> None:
    facts = [
        gap("g", "asker", "knitted_fabric"),
        strength("s", "weaver", "woven_fabric"),
        strength("t", "tailor", "trims"),
    ]
    index = index_of(["asker", "tailor", "weaver"], facts)
    found = supply(index, np.array([0]), np.arange(3))
    (need,) = unmet_needs(found, np.array([True, False, False]))
    assert (need.here, need.recruits, need.weak) == (0, (), ())
    assert on_near_topics(index, need.gap) == ["s"]


def test_a_more_general_strength_is_weak_and_a_special_one_fills() -> None:
    facts = [
        gap("g", "asker", "denim_fabric", phrase="牛仔布"),
        strength("s", "weaver", "fabric", phrase="面料"),
    ]
    index = index_of(["asker", "weaver"], facts)
    found = supply(index, np.array([0]), np.arange(2))
    (need,) = unmet_needs(found, np.array([True, False]))
    assert need.recruits == ()
    assert [r.row for r in need.weak] == [1]
    assert 0 < need.weak[0].share < 0.3
