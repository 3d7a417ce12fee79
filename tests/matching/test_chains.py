"""Round tables: nothing made up, nothing missed, nothing twice."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.chains import RoundTable, chains, cycles
from service.matching.explain import answers
from service.matching.index import MatchIndex
from service.matching.links import Link, chain_links, supply_links
from service.matching.supply import Supply, best_strength, supply
from tests.matching.facts import gap, index_of, made_up, strength

Links = dict[tuple[int, int], Link]


def graph(seed: int, n: int, share: float) -> Links:
    """Weights of two digits, so that ties occur."""
    draw = np.random.default_rng(seed)
    return {
        (a, b): Link(a, b, 0, 1.0, float(draw.integers(10, 40)) / 100, a, b)
        for a in range(n)
        for b in range(n)
        if a != b and draw.random() < share
    }


def every_cycle(links: Links, n: int, shortest: int, longest: int) -> list[tuple[int, ...]]:
    found = []
    for length in range(shortest, longest + 1):
        for rows in permutations(range(n), length):
            ends = list(zip(rows, (*rows[1:], rows[0]), strict=True))
            if rows[0] == min(rows) and all(end in links for end in ends):
                weights = [links[end].weight for end in ends]
                found.append((-min(weights), -sum(weights), rows))
    return [rows for *_, rows in sorted(found)]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(3, 7), st.sampled_from([0.2, 0.4, 0.6]))
def test_all_cycles_are_found_in_order(seed: int, n: int, share: float) -> None:
    links = graph(seed, n, share)
    found = cycles(links, n, limit=10**6, varied=False, budget=10**7)
    expected = every_cycle(links, n, 3, 5)
    assert found.complete
    assert {table.rows for table in found.tables} == set(expected)
    keys = [(-round(t.weakest, 9), -round(t.total, 9)) for t in found.tables]
    assert keys == sorted(keys)
    for table in found.tables:
        ends = list(zip(table.rows, (*table.rows[1:], table.rows[0]), strict=True))
        assert [(link.supplier, link.receiver) for link in table.links] == ends
        assert table.weakest == min(link.weight for link in table.links)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.booleans())
def test_varied_tables_are_the_best_that_fit_beside_each_other(seed: int, large: bool) -> None:  # noqa: FBT001 - hypothesis
    links, n = graph(seed, 8, 0.4), 8
    if large:  # without the ways back worked out beforehand
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("service.matching.chains.LARGE", 2)
            found = cycles(links, n, limit=10**6, budget=10**7)
    else:
        found = cycles(links, n, limit=10**6, budget=10**7)
    kept: list[RoundTable] = []
    for table in cycles(links, n, limit=10**6, varied=False, budget=10**7).tables:
        rows = set(table.rows)
        if all(2 * len(rows & set(k.rows)) <= min(len(rows), len(k.rows)) for k in kept):
            kept.append(table)
    assert [t.rows for t in found.tables] == [t.rows for t in kept]


def test_two_way_matches_are_cycles_of_two() -> None:
    links = graph(1, 6, 0.5)
    found = {t.rows for t in cycles(links, 6, shortest=2, longest=2, varied=False).tables}
    assert found == {(a, b) for a, b in links if a < b and (b, a) in links}
    assert found


def test_cycles_through_one_place_are_those_that_hold_it() -> None:
    links = graph(2, 7, 0.4)
    whole = cycles(links, 7, limit=10**6, varied=False, budget=10**7).tables
    through = cycles(links, 7, through=3, limit=10**6, varied=False, budget=10**7).tables
    assert {frozenset(t.links) for t in through} == {
        frozenset(t.links) for t in whole if 3 in t.rows
    }
    assert {t.rows[0] for t in through} == {3}
    wanted = cycles(links, 7, wanted=lambda r: 3 in r, limit=10**6, varied=False, budget=10**7)
    assert [t.rows for t in wanted.tables] == [t.rows for t in whole if 3 in t.rows]


def test_a_search_that_gives_up_says_so_and_what_it_found_is_first() -> None:
    links = graph(5, 12, 0.7)
    whole = cycles(links, 12, limit=10**6, varied=False, budget=10**7)
    short = cycles(links, 12, limit=10**6, varied=False, budget=300)
    assert not short.complete
    assert short.tables == whole.tables[: len(short.tables)]
    with pytest.raises(ValueError, match="shortest"):
        cycles(links, 12, shortest=4, longest=3)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_links_rest_on_the_reasons_of_the_score(seed: int) -> None:
    clusters, statements = made_up(seed, 6, 5)
    index = index_of(clusters, statements)
    rows = np.arange(6)
    found = supply(index, rows, rows)
    links = supply_links(found, 0.05)
    for (giver, taker), link in links.items():
        reasons = {a.gap: a for a in answers(index, taker, giver)}
        reason = reasons[link.gap]
        doubt = index.params.kappa + sum(index.needs.weight[g] for g in reasons)
        assert link.weight == pytest.approx(reason.share * doubt)
        assert best_strength(index, link.gap, giver) == reason.strength_id
        assert link.share >= 0.05
        strong = [
            a.share * doubt
            for a in reasons.values()
            if a.share * doubt >= 0.05 * weight(index, a.gap)
        ]
        assert link.weight == pytest.approx(max(strong))
    linked = {(a, b) for a in range(6) for b in range(6) if a != b and most(found, a, b) >= 0.05}
    assert set(links) == linked


def weight(index: MatchIndex, place: int) -> float:
    return float(index.needs.weight[place])


def most(found: Supply, giver: int, taker: int) -> float:
    return float(found.share[found.receiver == taker, giver].max(initial=0))


def test_goods_go_from_yarn_through_fabric_and_garments_to_the_market() -> None:
    facts = [
        strength("s1", "spinner", "fibre_yarn"),
        strength("s2", "weaver", "fabric"),
        gap("g2", "weaver", "fibre_yarn"),
        strength("s3", "tailor", "garment_making"),
        gap("g3", "tailor", "fabric"),
        gap("g4", "tailor", "market_access"),
        strength("s5", "market", "market_access"),
        gap("g5", "market", "garment_making"),
    ]
    index = index_of(["market", "spinner", "tailor", "weaver"], facts)
    found = supply(index, np.arange(4), np.arange(4))
    longest = chains(chain_links(index, found), shortest=4, longest=5).tables
    named = [[index.slugs[row] for row in table.rows] for table in longest]
    assert named == [["spinner", "weaver", "tailor", "market"]]
    parts = [
        [(link.before, link.after) for link in table.links]
        == list(zip(table.rows, table.rows[1:], strict=False))
        for table in longest
    ]
    assert parts == [True]


def test_a_weaver_in_want_of_tailors_gives_them_its_cloth() -> None:
    facts = [
        strength("s1", "weaver", "fabric"),
        gap("g1", "weaver", "garment_making"),
        strength("s2", "tailor", "garment_making"),
    ]
    index = index_of(["tailor", "weaver"], facts)
    (link,) = chain_links(index, supply(index, np.arange(2), np.arange(2)))
    assert (link.supplier, link.receiver) == (0, 1), "the tailor fills the need"
    assert (link.before, link.after) == (1, 0), "the cloth goes to the tailor"
    assert (link.leaves, link.reaches) == (None, 4)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_chains_are_those_of_a_plain_search(seed: int) -> None:
    clusters, statements = made_up(seed, 6, 6)
    index = index_of(clusters, statements)
    links = chain_links(index, supply(index, np.arange(6), np.arange(6)), 0.05)
    found = chains(links, limit=10**6, varied=False, budget=10**7)
    plain: set[tuple[Link, ...]] = set()
    for link in links:
        grow((link,), links, plain)
    assert found.complete
    assert {table.links for table in found.tables} == plain


def grow(way: tuple[Link, ...], links: list[Link], found: set[tuple[Link, ...]]) -> None:
    """All ways of 3 to 5 places that begin with ``way``, by the rule as the docstring says it."""
    if len(way) >= 2:
        found.add(way)
    if len(way) == 4:
        return
    seen = {way[0].before, *(link.after for link in way)}
    last = way[-1]
    for link in links:
        if link.before != last.after or link.after in seen:
            continue
        if last.reaches is not None and link.leaves is not None:
            fits = last.reaches == link.leaves
        else:
            taken = last.reaches if last.reaches is not None else last.leaves
            given = link.leaves if link.leaves is not None else link.reaches
            fits = taken is not None and given is not None and taken < given
        if fits:
            grow((*way, link), links, found)
