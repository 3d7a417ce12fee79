from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching import bounds, pairs, pruned, rank, ranked
from service.matching.bounds import ScoreBounds
from service.matching.index import MatchIndex
from service.matching.pooled import pooled
from service.matching.terms import Question
from service.matching.types import RankBy, ScoredPair, ScoreParams, StatementFact, Weights
from tests.matching.facts import TOPICS, index_of, made_up

RANKED_BY: tuple[RankBy, ...] = ("score", "need", "mutual", "similarity")
NOTATIONS = [topic.notation for topic in TOPICS]
fractions = st.sampled_from([0.0, 1e-300, 0.05, 0.5, 0.9])


@pytest.fixture(scope="module", autouse=True)
def _small_steps() -> Any:
    """Every bound, tile and group as small as it gets, so that small registers reach them all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rank, "PLAIN", 0)
        patch.setattr(rank, "BOUNDED", 4)
        patch.setattr(rank, "SCORED", 2)
        patch.setattr(pairs, "BOUNDED", 5)
        patch.setattr(pairs, "SCORED", 2)
        patch.setattr(ranked, "TILE", 5)
        patch.setattr(bounds, "TILE_CELLS", 1)
        patch.setattr(bounds, "LEAST_STEP", 7)
        patch.setattr(pruned, "EAGER", 1)
        patch.setattr(pruned, "CHUNK", 2)
        yield


@st.composite
def registers(draw: st.DrawFn) -> MatchIndex:
    """Places of all kinds, some of which say word for word the same, so that scores tie."""
    n = draw(st.integers(1, 24))
    clusters, statements = made_up(draw(st.integers(0, 10**6)), n, draw(st.integers(1, 7)))
    twin = {f"c{i:03}": f"c{draw(st.integers(0, i)):03}" for i in range(n) if draw(st.booleans())}
    said: list[StatementFact] = [s for s in statements if s.cluster not in twin]
    said += [
        replace(s, id=f"{s.id}-{slug}", cluster=slug)
        for slug, like in twin.items()
        for s in statements
        if s.cluster == like
    ]
    params = ScoreParams(
        kappa=draw(st.sampled_from([1e-9, 0.5, 1e30])),
        beta=draw(st.sampled_from([0.0, 0.2, 0.9])),
        draft=draw(st.sampled_from([1e-300, 0.5, 1.0])),
        know_how_similarity=draw(st.sampled_from([0.01, 0.3, 1.0])),
    )
    return index_of(clusters, said, params)


@st.composite
def blends(draw: st.DrawFn) -> Weights:
    need, offer, mutual, similarity = (draw(fractions) for _ in range(4))
    total = need + offer + mutual + similarity
    if not total:
        return Weights()
    return Weights(need / total, offer / total, mutual / total, similarity / total)


asked: dict[str, st.SearchStrategy[Any]] = {
    "weights": st.none() | blends(),
    "rank_by": st.sampled_from(RANKED_BY),
    "topic": st.none()
    | st.sampled_from(NOTATIONS)
    | st.lists(st.sampled_from(NOTATIONS), min_size=1),
    "reasons_only": st.booleans(),
}


def by_hand(
    index: MatchIndex, row: int, exclude: np.ndarray[Any, Any], k: int, asked: dict[str, Any]
) -> list[ScoredPair]:
    """All partners scored at once and sorted."""
    question = Question.of(index, **asked)
    everyone = np.arange(len(index.clusters))
    terms = question.terms(everyone, everyone)
    scores = question.scores(terms)[row]
    scores[row] = 0
    scores[exclude] = 0
    best = sorted(np.flatnonzero(scores > 0).tolist(), key=lambda b: (-scores[b], b))[:k]
    reasons = terms.reasons(question.blend)
    return [
        ScoredPair(
            row,
            b,
            scores[b],
            terms.need[row, b],
            terms.offer[row, b],
            terms.mutual[row, b],
            terms.similarity[row, b],
            "complementarity" if reasons[row, b] > 0 else "similarity",
        )
        for b in best
    ]


def examples(each: int) -> Callable[[Any], Any]:
    return settings(max_examples=each, deadline=None, derandomize=False)


def _ask(index: MatchIndex, asked: dict[str, Any], k: int, data: st.DataObject) -> None:
    n = len(index.clusters)
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1))))
    share = data.draw(st.sampled_from([0.0, 0.3, 1.0]))
    exclude = np.random.default_rng(n).random((len(rows), n)) < share
    hand = [by_hand(index, row, exclude[i], k, asked) for i, row in enumerate(rows.tolist())]
    many = rank.rank_many(index, rows, exclude=exclude, k=k, **asked).pairs()
    assert many == [pair for pairs in hand for pair in pairs]
    assert rank.rank(index, int(rows[0]), exclude=exclude[0], k=k, **asked) == hand[0]


@examples(60)
@given(registers(), st.fixed_dictionaries(asked), st.integers(0, 30), st.data())
def test_pruned_rankings_are_the_plain_ones_to_the_last_bit(
    index: MatchIndex, asked: dict[str, Any], k: int, data: st.DataObject
) -> None:
    _ask(index, asked, k, data)


def _ask_all(index: MatchIndex, asked: dict[str, Any], k: int) -> None:
    n = len(index.clusters)
    exclude = np.random.default_rng(n).random((n, n)) < 0.1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rank, "PLAIN", n)
        plain = rank.all_pairs(index, exclude=exclude, k=k, **asked)
    assert rank.all_pairs(index, exclude=exclude, k=k, **asked) == plain


@examples(40)
@given(registers(), st.fixed_dictionaries(asked), st.integers(0, 12))
def test_the_best_pairs_of_all_are_the_plain_ones(
    index: MatchIndex, asked: dict[str, Any], k: int
) -> None:
    _ask_all(index, asked, k)


@pytest.mark.slow
@examples(1500)
@given(registers(), st.fixed_dictionaries(asked), st.integers(0, 40))
def test_the_best_pairs_of_all_are_the_plain_ones_at_length(
    index: MatchIndex, asked: dict[str, Any], k: int
) -> None:
    _ask_all(index, asked, k)


@pytest.mark.slow
@examples(1500)
@given(registers(), st.fixed_dictionaries(asked), st.integers(0, 30), st.data())
def test_pruned_rankings_are_the_plain_ones_to_the_last_bit_at_length(
    index: MatchIndex, asked: dict[str, Any], k: int, data: st.DataObject
) -> None:
    _ask(index, asked, k, data)


@examples(60)
@given(registers(), st.fixed_dictionaries(asked))
def test_no_score_exceeds_its_bound(index: MatchIndex, asked: dict[str, Any]) -> None:
    question = Question.of(index, **asked)
    everyone = np.arange(len(index.clusters))
    scores = question.scores(question.terms(everyone, everyone))
    ceilings = ScoreBounds(question).of(everyone)
    assert (ceilings.astype(np.float64) >= scores).all()
    assert (ceilings <= 1.01).all()


def test_where_facets_wording_and_gate_are_silent_the_bound_is_the_score() -> None:
    clusters, statements = made_up(11, 30, 6)
    silent = [
        replace(s, facets={}, phrase="面料", topic="fabric" if s.topic == "design" else s.topic)
        for s in statements
    ]
    question = Question.of(index_of(clusters, silent), None, "score", None, reasons_only=True)
    everyone = np.arange(30)
    scores = question.scores(question.terms(everyone, everyone))
    ceilings = ScoreBounds(question).of(everyone)
    reasoned = scores > 0
    assert ceilings[reasoned] == pytest.approx(scores[reasoned], rel=1e-4)
    assert (ceilings[~reasoned] == 0).all()


def test_only_what_may_be_among_the_best_is_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_of(*made_up(12, 400, 6))
    scored: list[int] = []
    inner = Question.terms

    def counting(self: Question, rows: Any, partners: Any) -> Any:
        scored.append(len(rows) * len(partners))
        return inner(self, rows, partners)

    monkeypatch.setattr(Question, "terms", counting)
    assert len(rank.rank(index, 7, k=5)) == 5
    assert sum(scored) < 100


def test_pooled_columns_are_made_once_and_go_with_their_index() -> None:
    index = index_of(*made_up(13, 10, 4))
    columns = pooled(index)
    assert pooled(index) is columns
    assert not columns.met.flags.writeable
    assert columns.nbytes == 4 * 10 * (2 * len(columns.topics) + 1 + len(columns.profiles))
