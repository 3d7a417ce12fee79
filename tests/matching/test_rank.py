from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest

from service.matching.complementarity import BATCH_CELLS, positions
from service.matching.index import MatchIndex
from service.matching.rank import all_pairs, rank
from service.matching.terms import PairTerms, pair_terms
from service.matching.types import ClusterFact, RankBy, ScoreParams, StatementFact, Weights
from service.matching.weighing import effective_weight
from tests.matching.facts import (
    AS_OF,
    ENCODER,
    TAXONOMY,
    gap,
    index_of,
    made_up,
    strength,
)

RANKED_BY: tuple[RankBy, ...] = ("score", "need", "mutual", "similarity")
PARAMS = ScoreParams()


def everything(index: MatchIndex, topic: str | None = None) -> PairTerms:
    rows = np.arange(len(index.clusters))
    return pair_terms(index, rows, rows, topic)


def same(one: PairTerms, other: PairTerms) -> bool:
    names = ("need", "offer", "mutual", "similarity")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def one_match(g: StatementFact, s: StatementFact) -> float:
    """m(g, s) written out for one pair, without arrays."""
    cover = TAXONOMY.coverage[TAXONOMY.index(g.topic), TAXONOMY.index(s.topic)]
    both = [name for name in g.facets if name in s.facets]
    shares = [len(g.facets[name] & s.facets[name]) / len(g.facets[name]) for name in both]
    agree = sum(shares) / len(shares) if shares else 1
    facets = PARAMS.facet_floor + (1 - PARAMS.facet_floor) * agree
    rows = ENCODER.transform([g.phrase, s.phrase]).toarray()
    text = 1 - PARAMS.beta + PARAMS.beta * float(rows[0] @ rows[1])
    return float(effective_weight(s, PARAMS, AS_OF) * cover * facets * text)


def one_need(
    index: MatchIndex, a: ClusterFact, b: ClusterFact, similarity: float, topic: str | None
) -> float:
    concerned = TAXONOMY.related(topic) if topic else np.ones(len(TAXONOMY.topics), dtype=bool)
    counted = [s for s in index.statements.values() if concerned[TAXONOMY.index(s.topic)]]
    needs = [s for s in counted if s.cluster == a.slug and s.kind != "strength"]
    strengths = [s for s in counted if s.cluster == b.slug and s.kind == "strength"]
    met = total = 0.0
    for g in needs:
        w = effective_weight(g, PARAMS, AS_OF)
        total += w
        best = max((one_match(g, s) for s in strengths), default=0.0)
        gated = g.topic == "design" and a.kind == b.kind == "cluster"
        met += w * best * (min(1, similarity / PARAMS.know_how_similarity) if gated else 1)
    return met / (PARAMS.kappa + total)


@pytest.mark.parametrize("topic", [None, "woven_fabric"])
def test_terms_are_the_written_formula(topic: str | None) -> None:
    index = index_of(*made_up(1, 12, 8))
    terms = everything(index, topic)
    for i, a in enumerate(index.clusters):
        for j, b in enumerate(index.clusters):
            need = one_need(index, a, b, terms.similarity[i, j], topic)
            offer = one_need(index, b, a, terms.similarity[i, j], topic)
            mutual = 2 * need * offer / (need + offer) if need + offer else 0
            assert terms.need[i, j] == pytest.approx(need, abs=1e-12)
            assert terms.offer[i, j] == pytest.approx(offer, abs=1e-12)
            assert terms.mutual[i, j] == pytest.approx(mutual, abs=1e-12)
    assert (terms.need > 0).sum() > 10
    assert np.array_equal(terms.similarity, terms.similarity.T)


@pytest.mark.parametrize("topic", [None, "fabric"])
def test_all_at_once_and_one_at_a_time_give_the_same_bits(topic: str | None) -> None:
    index = index_of(*made_up(2, 150, 50))
    rows = np.arange(150)
    gaps, strengths = positions(index, rows, rows, topic)
    assert len(gaps) * len(strengths) > BATCH_CELLS
    at_once = everything(index, topic)
    for row in range(0, 150, 7):
        alone = pair_terms(index, np.array([row]), rows, topic)
        batch = PairTerms(
            at_once.need[[row]],
            at_once.offer[[row]],
            at_once.mutual[[row]],
            at_once.similarity[[row]],
        )
        assert same(alone, batch)


def test_renumbering_clusters_permutes_scores() -> None:
    clusters, statements = made_up(3, 30, 8)
    new = np.random.default_rng(1).permutation(30)
    before = everything(index_of(clusters, statements))
    after = everything(index_of([clusters[i] for i in new], statements[::-1]))
    turned = np.ix_(new, new)
    assert same(
        after,
        PairTerms(
            before.need[turned],
            before.offer[turned],
            before.mutual[turned],
            before.similarity[turned],
        ),
    )


@pytest.mark.parametrize("kind", ["strength", "gap"])
def test_one_statement_changes_only_pairs_of_its_cluster(kind: str) -> None:
    clusters, statements = made_up(4, 20, 6)
    make = strength if kind == "strength" else gap
    unheard_of = {"season": frozenset({"winter"})}
    added = make("new", "c004", "denim_fabric", facets=unheard_of, phrase="前所未闻", weight=5)
    before = everything(index_of(clusters, statements))
    after = everything(index_of(clusters, [*statements, added]))
    for name in ("need", "offer", "similarity"):
        changed = getattr(before, name) != getattr(after, name)
        others = np.delete(np.delete(changed, 4, axis=0), 4, axis=1)
        assert not others.any()
    assert (before.score(Weights()) != after.score(Weights())).any()


@pytest.mark.parametrize("rank_by", RANKED_BY)
@pytest.mark.parametrize("topic", [None, "fabric"])
def test_a_list_is_sorted_and_holds_every_reasoned_partner_once(
    rank_by: RankBy, topic: str | None
) -> None:
    index = index_of(*made_up(5, 40, 6))
    exclude = np.zeros(40, dtype=bool)
    exclude[[1, 2]] = True
    pairs = rank(index, 7, rank_by=rank_by, topic=topic, exclude=exclude, k=40)
    scores = everything(index, topic).score(Weights().ranked_by(rank_by))[7]
    assert [(p.a, p.score) for p in pairs] == [(7, scores[p.b]) for p in pairs]
    assert [(-p.score, p.b) for p in pairs] == sorted((-p.score, p.b) for p in pairs)
    reasoned = everything(index, topic).reasons(Weights().ranked_by(rank_by))[7] > 0
    expected = (scores > 0 if rank_by == "similarity" else reasoned) & ~exclude
    expected[7] = False
    assert {p.b for p in pairs} == set(np.flatnonzero(expected).tolist())
    assert rank(index, 7, rank_by=rank_by, topic=topic, exclude=exclude, k=3) == pairs[:3]


@pytest.mark.parametrize("rank_by", RANKED_BY)
def test_all_pairs_holds_each_pair_once_turned_to_the_better_side(rank_by: RankBy) -> None:
    index = index_of(*made_up(6, 25, 6))
    exclude = np.zeros((25, 25), dtype=bool)
    exclude[3, 9] = True
    pairs = all_pairs(index, rank_by=rank_by, exclude=exclude, k=1000)
    by_row = {(p.a, p.b): p for row in range(25) for p in rank(index, row, rank_by=rank_by, k=25)}
    best = {}
    for low, high in combinations(range(25), 2):
        sides = [by_row[side] for side in ((low, high), (high, low)) if side in by_row]
        if sides and (low, high) != (3, 9):
            best[low, high] = max(sides, key=lambda p: (p.score, p.need, -p.a))
    assert pairs == [
        best[place] for place in sorted(best, key=lambda place: (-best[place].score, place))
    ]
    assert all_pairs(index, rank_by=rank_by, exclude=exclude, k=7) == pairs[:7]
    assert all_pairs(index, rank_by=rank_by, k=0) == []


def test_numbers_are_plain_floats() -> None:
    pair = all_pairs(index_of(*made_up(6, 25, 6)), k=1)[0]
    numbers = (pair.score, pair.need, pair.offer, pair.mutual, pair.similarity)
    assert [type(number) for number in numbers] == [float] * 5
    assert (type(pair.a), type(pair.b)) == (int, int)


def test_two_garment_towns_that_both_lack_fabric_do_not_top_each_others_list() -> None:
    towns = ["dalian", "zhili"]
    index = index_of(
        [*towns, "keqiao"],
        [
            *(strength(f"s-{town}", town, "garment_making", weight=5) for town in towns),
            *(gap(f"g-{town}", town, "fabric", weight=5) for town in towns),
            strength("s-keqiao", "keqiao", "fabric", basis="register", weight=3),
        ],
    )
    for town in towns:
        assert [index.slugs[p.b] for p in rank(index, index.row(town))] == ["keqiao"]
    by_similarity = rank(index, 0, rank_by="similarity")
    assert [(index.slugs[p.b], p.basis) for p in by_similarity] == [("zhili", "similarity")]
    listed = rank(index, 0, reasons_only=False)
    assert [(index.slugs[p.b], p.basis) for p in listed] == [
        ("keqiao", "complementarity"),
        ("zhili", "similarity"),
    ]


def test_nothing_one_way_does_not_sink_a_pair() -> None:
    index = index_of(
        ["dalian", "keqiao"],
        [gap("1", "dalian", "fabric"), strength("2", "keqiao", "fabric")],
    )
    (pair,) = rank(index, 0)
    assert (pair.offer, pair.mutual) == (0, 0)
    assert pair.score == Weights().need * pair.need > 0


def test_one_inferred_need_that_is_met_scores_less_than_one_stated() -> None:
    stated = gap("1", "dalian", "fabric")
    guessed = replace(stated, id="2", cluster="dalang", basis="inferred")
    supplier = strength("3", "keqiao", "fabric")
    terms = everything(index_of(["dalian", "dalang", "keqiao"], [stated, guessed, supplier]))
    assert 0 < terms.need[1, 2] < terms.need[0, 2] / 2


def test_know_how_of_an_unlike_cluster_is_of_no_use_but_an_institutions_is() -> None:
    index = index_of(
        [
            ClusterFact("dalang", "cluster"),
            ClusterFact("milan", "cluster"),
            ClusterFact("school", "institution"),
        ],
        [
            gap("1", "dalang", "design"),
            strength("2", "dalang", "knitwear"),
            strength("3", "milan", "design"),
            strength("4", "school", "design"),
        ],
    )
    need = everything(index).need
    assert need[0, 1] == 0
    assert need[0, 2] > 0


def test_agreeing_facets_beat_silent_ones_never_and_differing_ones_always() -> None:
    wanted = {"material": frozenset({"cotton", "wool"})}
    offers = [
        wanted,
        {"end_use": frozenset({"suits"})},
        {"material": frozenset({"wool"})},
        {"material": frozenset({"silk"})},
    ]
    index = index_of(
        ["dalian", "a", "b", "c", "d"],
        [
            gap("g", "dalian", "fabric", facets=wanted),
            *(
                strength(name, name, "fabric", facets=facets)
                for name, facets in zip("abcd", offers, strict=True)
            ),
        ],
    )
    need = everything(index).need[0, 1:]
    assert (need / need[0]).tolist() == pytest.approx([1, 1, 0.75, 0.5])


def test_the_words_of_the_gap_part_equal_topics() -> None:
    index = index_of(
        ["dalian", "a", "b"],
        [
            gap("g", "dalian", "fabric", phrase="针织面料"),
            strength("1", "a", "fabric", phrase="牛仔布"),
            strength("2", "b", "fabric", phrase="针织面料"),
        ],
    )
    need = everything(index).need[0]
    assert need[1] == pytest.approx(need[2] * (1 - PARAMS.beta))


def test_a_topic_leaves_its_needs_and_strengths_on_both_sides() -> None:
    index = index_of(
        ["dalian", "keqiao"],
        [
            gap("1", "dalian", "fabric", weight=5),
            gap("2", "dalian", "trims", weight=5),
            strength("3", "dalian", "market_access", weight=5),
            strength("4", "keqiao", "knitted_fabric", weight=5),
            gap("5", "keqiao", "market_access", weight=5),
        ],
    )
    whole, fabric, woven = (everything(index, topic) for topic in (None, "fabric", "woven_fabric"))
    assert whole.offer[0, 1] > 0
    assert (fabric.need[0, 1], fabric.offer[0, 1]) == pytest.approx((0.8 / 1.5, 0))
    assert fabric.need[0, 1] > whole.need[0, 1] > 0
    assert woven.need[0, 1] == 0
    rows = np.arange(2)
    several = pair_terms(index, rows, rows, ["fabric", "market_access"])
    assert several.need[0, 1] == fabric.need[0, 1]
    assert several.offer[0, 1] == whole.offer[0, 1]


def test_as_of_decides_what_is_known() -> None:
    statements = [
        gap("1", "dalian", "fabric", stated_on=date(2017, 11, 18)),
        strength("2", "keqiao", "fabric", basis="register", stated_on=None),
    ]
    before, on_the_day = (
        rank(index_of(["dalian", "keqiao"], statements, as_of=day), 0)
        for day in (date(2017, 11, 17), date(2017, 11, 18))
    )
    assert before == []
    assert [pair.b for pair in on_the_day] == [1]


@pytest.mark.parametrize("clusters", [[], ["dalian"], ["dalian", "keqiao"]])
def test_an_empty_register_has_no_pairs(clusters: list[str]) -> None:
    assert all_pairs(index_of(clusters, [])) == []


def test_unknown_topics_and_terms_are_refused() -> None:
    index = index_of(["dalian", "keqiao"], [])
    with pytest.raises(ValueError, match="no topic 'lace'"):
        rank(index, 0, topic="lace")
    with pytest.raises(ValueError, match="cannot rank by 'fame'"):
        all_pairs(index, rank_by="fame")  # type: ignore[arg-type]  # what a caller could get wrong
