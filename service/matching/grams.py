"""Runs of characters, weighed by their rarity."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse

SPACES = re.compile(r"\s\s+")


class CharacterGrams:
    """TF-IDF of 1- to ``longest``-grams of characters, rows of unit length.

    The same numbers, to the bit, as scikit-learn's ``TfidfVectorizer(analyzer="char",
    ngram_range=(1, longest))``, whose import takes longer than a whole ranking: idf is
    ln((1 + n) / (1 + df)) + 1 over the n fitted texts.
    """

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def fit(self, texts: Sequence[str]) -> "CharacterGrams":
        found = Counter(gram for text in texts for gram in set(self._grams(text)))
        self.vocabulary_: Mapping[str, int] = {gram: i for i, gram in enumerate(sorted(found))}
        seen = np.array([found[gram] for gram in self.vocabulary_], dtype=np.float64)
        self.idf_ = np.log((1 + len(texts)) / (1 + seen)) + 1
        return self

    def transform(self, texts: Sequence[str]) -> sparse.csr_array[Any, Any]:
        """Unit or zero rows, (n_texts, n_grams), indices ascending."""
        columns: list[int] = []
        counts: list[int] = []
        ends = [0]
        for text in texts:
            known = (self.vocabulary_.get(gram) for gram in self._grams(text))
            line = Counter(column for column in known if column is not None)
            columns += sorted(line)
            counts += [line[column] for column in sorted(line)]
            ends.append(len(columns))
        shape = (len(texts), len(self.vocabulary_))
        places = np.array(columns, dtype=np.int32)
        weights = np.array(counts, dtype=np.float64) * self.idf_[places]
        starts = np.array(ends, dtype=np.int32)
        # A product with ones sums each row in order, as a loop does.
        squares = sparse.csr_array((weights * weights, places, starts), shape=shape)
        length = np.sqrt(squares @ np.ones(shape[1]))
        weights /= np.repeat(length, np.diff(starts))
        return sparse.csr_array((weights, places, starts), shape=shape)

    def _grams(self, text: str) -> Iterator[str]:
        plain = SPACES.sub(" ", text.lower())
        for size in range(1, min(self.longest, len(plain)) + 1):
            for start in range(len(plain) - size + 1):
                yield plain[start : start + size]
