"""What holds of every encoder of capability phrases, and of the rankings that use it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256

import numpy as np
import pytest
from numpy.typing import NDArray

from service.matching import meaning, table
from service.matching.encoders import Encoder
from service.matching.explain import explain
from service.matching.index import build_index
from service.matching.meaning import DIMENSIONS, SCALE, PhraseEmbedder, SentenceEncoder
from service.matching.rank import all_pairs
from service.matching.types import ScoreParams
from tests.matching.facts import AS_OF, ENCODER, TAXONOMY, TERMS, gap, made_up, strength

PHRASES = (*TERMS, "针织面料企业", "knitted fabric", "Knitted Fabric ", "服装设计师", "OEM")
NO_LETTERS = ("", "  ", "???", "2017", "①")
needs_extra = pytest.mark.skipif(
    not meaning.installed(), reason="the extra 'meaning' is not installed"
)


def made_up_vectors(phrases: Sequence[str]) -> NDArray[np.int16]:
    """Directions drawn from each phrase; those of one first character are near each other."""
    found = np.zeros((len(phrases), DIMENSIONS), np.int16)
    for row, phrase in enumerate(phrases):
        if any(map(str.isalpha, phrase)):
            whole = phrase.strip().casefold()
            seeds = [int(sha256(part.encode()).hexdigest()[:8], 16) for part in (whole[0], whole)]
            near, own = (np.random.default_rng(seed).normal(size=DIMENSIONS) for seed in seeds)
            vector = near + own
            found[row] = np.rint(vector / np.linalg.norm(vector) * SCALE)
    return found


@pytest.fixture(scope="module", params=["characters", "made-up", "meaning"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    if request.param == "characters":
        return ENCODER
    if request.param == "made-up":
        return SentenceEncoder(made_up_vectors, "made-up")
    if not meaning.installed():
        pytest.skip("the extra 'meaning' is not installed")
    return by_meaning()


@cache
def by_meaning() -> SentenceEncoder:
    embedder = PhraseEmbedder()
    return SentenceEncoder(embedder, embedder.version)


def cells(encoder: Encoder, ones: Sequence[str], others: Sequence[str]) -> NDArray[np.float64]:
    return np.asarray(encoder.alike(encoder.transform(ones), encoder.transform(others)), float)


def test_likeness_lies_between_0_and_1_both_ways(encoder: Encoder) -> None:
    alike = cells(encoder, PHRASES, PHRASES)
    assert alike.min() == 0
    assert alike.max() == pytest.approx(1)
    assert np.array_equal(alike, alike.T)
    assert set(np.diag(alike).round(12)) <= {0.0, 1.0}  # characters that no label has say nothing


def test_width_and_case_do_not_matter(encoder: Encoder) -> None:
    assert cells(encoder, ["knitted fabric"], ["Knitted Fabric"]) == cells(
        encoder, ["knitted fabric"], ["knitted fabric"]
    )


def test_a_phrase_without_a_letter_is_like_nothing(encoder: Encoder) -> None:
    assert not cells(encoder, NO_LETTERS, [*PHRASES, *NO_LETTERS]).any()


def test_no_batch_and_no_order_changes_a_bit(encoder: Encoder) -> None:
    whole = cells(encoder, PHRASES, PHRASES)
    turned = cells(encoder, PHRASES[::-1], PHRASES)[::-1]
    single = [[cells(encoder, [one], [other])[0, 0] for other in PHRASES[:6]] for one in PHRASES]
    assert np.array_equal(whole, turned)
    assert np.array_equal(whole[:, :6], single)


def test_no_phrases_give_no_rows(encoder: Encoder) -> None:
    none = encoder.transform([])
    assert none.shape[0] == 0
    assert encoder.alike(none, encoder.transform(PHRASES)).shape == (0, len(PHRASES))


def test_products_are_whole_numbers_in_any_size() -> None:
    phrases = [f"{phrase}{i}" for phrase in TERMS for i in range(20)]
    rows = SentenceEncoder(made_up_vectors, "made-up").transform(phrases)
    exact = rows.astype(np.int64) @ rows.astype(np.int64).T
    assert np.array_equal(meaning._products(rows, rows), exact)
    assert np.array_equal(rows @ rows.T, exact)


def test_the_longest_vectors_stay_within_what_float32_counts() -> None:
    assert (SCALE + 0.5 * DIMENSIONS**0.5) ** 2 < 2**24


def test_a_query_compares_as_the_index_would_have(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    clusters, statements = made_up(3, 15, 8)
    held = build_index(clusters, statements, TAXONOMY, encoder, ScoreParams(), AS_OF)
    monkeypatch.setattr(table, "LIKENESS_CELLS", 0)
    compared = build_index(clusters, statements, TAXONOMY, encoder, ScoreParams(), AS_OF)
    assert held.likeness is not None
    assert compared.likeness is None
    assert all_pairs(held, k=50) == all_pairs(compared, k=50)


def test_one_statement_never_moves_another_pair(encoder: Encoder) -> None:
    clusters, statements = made_up(4, 12, 8)
    loud = {clusters[0].slug, clusters[1].slug}
    fewer = [s for s in statements if s.cluster not in loud]
    params = ScoreParams()
    one, other = (
        all_pairs(build_index(clusters, facts, TAXONOMY, encoder, params, AS_OF), k=200)
        for facts in (statements, fewer)
    )
    quiet = [pair for pair in one if pair.a > 1 and pair.b > 1]
    assert len(quiet) > 10
    assert quiet == [pair for pair in other if pair.a > 1 and pair.b > 1]


def test_reasons_add_up_whatever_compares_the_phrases(encoder: Encoder) -> None:
    clusters, statements = made_up(5, 10, 8)
    index = build_index(clusters, statements, TAXONOMY, encoder, ScoreParams(), AS_OF)
    for pair in all_pairs(index, k=40):
        explained = explain(index, pair.a, pair.b)
        assert sum(term.contribution for term in explained.terms) == pytest.approx(
            pair.score, abs=1e-9
        )


@needs_extra
def test_meaning_is_found_where_no_character_is_shared() -> None:
    encoder = by_meaning()
    like = cells(encoder, ["面料"], ["布料", "fabric", "坯布", "设计师", "贷款资金"])[0]
    assert like[:3].min() > 0.3
    assert like[3:].max() < 0.2
    assert cells(ENCODER, ["面料"], ["fabric"])[0, 0] == 0


@needs_extra
def test_a_strength_and_a_gap_in_the_same_words_are_told_apart_by_their_kind() -> None:
    """An encoder sees no polarity, so it gets the capability alone: 面料, never 缺口是面料."""
    encoder = by_meaning()
    said = cells(encoder, ["缺口是面料"], ["强项是面料", "擅长织布"])[0]
    assert said[0] > said[1]
    lacking = gap("1", "dalian", "fabric", phrase="面料")
    facts = [lacking, strength("2", "keqiao", "fabric", phrase="面料")]
    facts.append(replace(lacking, id="3", cluster="dalang"))
    clusters = [replace(made_up(0, 1, 1)[0][0], slug=s) for s in ("dalian", "keqiao", "dalang")]
    index = build_index(clusters, facts, TAXONOMY, encoder, ScoreParams(), AS_OF)
    met = {(pair.a, pair.b): pair.need for pair in all_pairs(index, k=9)}
    assert met[0, 1] > 0
    assert (0, 2) not in met or met[0, 2] == 0
