"""Character grams are those of scikit-learn, to the bit, without its import."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from service.matching.grams import CharacterGrams

TEXTS = ("面料", "针织面料", "机织面料", "辅料", "Trims", "trim  and\tlace", "设计师", "ß İ")


@pytest.mark.parametrize("longest", [1, 2, 3])
def test_they_are_what_scikit_learn_computes(longest: int) -> None:
    assert_same(longest, [*TEXTS, "", "好面料", "???", "料料料料料料料料料料料料"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("面料针织 aB\t", max_size=12), max_size=6))
def test_so_they_are_for_whatever_is_read(texts: list[str]) -> None:
    assert_same(3, ["面", *texts])


def assert_same(longest: int, read: list[str]) -> None:
    ours = CharacterGrams(longest).fit(TEXTS)
    theirs = TfidfVectorizer(analyzer="char", ngram_range=(1, longest)).fit(TEXTS)
    assert ours.vocabulary_ == theirs.vocabulary_
    rows, expected = ours.transform(read), theirs.transform(read)
    expected.sort_indices()
    for name in ("indptr", "indices"):
        assert np.array_equal(getattr(rows, name), getattr(expected, name))
    assert np.array_equal(rows.data.view(np.int64), expected.data.view(np.int64))


def test_a_ranking_does_without_scikit_learn() -> None:
    modules = "service.suggestions.usecases, service.matching.text"
    probe = f"import sys, {modules}; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
