"""How alike two capability phrases are in wording."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from service.matching.encoders import CHARACTERS
from service.matching.grams import CharacterGrams


class PhraseEncoder:
    """Phrases as rows of unit length, fitted on lexicon terms, never on statements.

    Character TF-IDF over 1- to ``longest``-grams, so it needs no segmentation and reads Chinese
    and English alike. A phrase that shares no character with the lexicon becomes a zero row: its
    text similarity is 0, not neutral, or saying the unheard-of would beat saying the right thing.

    Examples
    --------
    >>> encoder = PhraseEncoder().fit(["面料", "针织面料", "辅料", "设计师"])
    >>> rows = encoder.transform(["针织面料", "面料", "设计师", "?"])
    >>> encoder.alike(rows[:1], rows).round(2).tolist()
    [[1.0, 0.46, 0.0, 0.0]]
    """

    version = CHARACTERS

    def __init__(self, *, longest: int = 3) -> None:
        self.longest = longest

    def fit(self, X: Iterable[str], y: object = None) -> Self:  # noqa: ARG002 - estimators take y
        """Learn the characters and their rarity from distinct lexicon terms.

        Raises
        ------
        ValueError
            If there is no term at all, or ``longest`` is below 1.
        """
        if self.longest < 1:
            raise ValueError(f"longest must be at least 1, got {self.longest!r}")
        terms = sorted({term.strip() for term in X} - {""})
        if not terms:
            raise ValueError("the lexicon holds no term")
        self.vectorizer_ = CharacterGrams(self.longest).fit(terms)
        return self

    def transform(self, X: Sequence[str]) -> sparse.csr_array[Any, Any]:
        """Unit or zero rows, (n_phrases, n_grams)."""
        if not len(X):
            return sparse.csr_array((0, len(self.vectorizer_.vocabulary_)))
        return self.vectorizer_.transform(X)

    def alike(
        self, one: sparse.csr_array[Any, Any], other: sparse.csr_array[Any, Any]
    ) -> NDArray[np.float64]:
        """The cosine; characters are counted, so it is never negative."""
        cosines = np.asarray((one @ other.T).toarray(), np.float64)
        return np.minimum(cosines, 1, out=cosines)
