"""Simple rankers that the scorer has to beat, as scikit-learn estimators."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.validation import check_is_fitted

Floats = NDArray[np.float64]


class PopularityRanker(BaseEstimator):
    """The same order for everybody: by how often a place is spoken of.

    >>> PopularityRanker().fit([3, 0, 1]).scores("anything").tolist()
    [3.0, 0.0, 1.0]
    """

    def fit(self, X: ArrayLike, y: object = None) -> Self:  # noqa: ARG002 - estimators take y
        """Counts of the candidates, (n_candidates,)."""
        self.counts_ = np.asarray(X, dtype=np.float64)
        return self

    def scores(self, question: object) -> Floats:  # noqa: ARG002 - whoever asks
        check_is_fitted(self)
        counts: Floats = self.counts_
        return counts


class RandomRanker(BaseEstimator):
    """All candidates tie, so that every expectation is that of a random order.

    >>> RandomRanker().fit(["a", "b"]).scores("anything").tolist()
    [0.0, 0.0]
    """

    def fit(self, X: Sequence[Any], y: object = None) -> Self:  # noqa: ARG002 - estimators take y
        self.n_candidates_ = len(X)
        return self

    def scores(self, question: object) -> Floats:  # noqa: ARG002 - whoever asks
        check_is_fitted(self)
        return np.zeros(self.n_candidates_)


class TextRanker(BaseEstimator):
    """Cosine of character TF-IDF (one and two characters) between a question and a place.

    >>> TextRanker().fit(["面料", "童装"]).scores("化纤面料").round(2).tolist()
    [1.0, 0.0]
    """

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: ARG002 - estimators take y
        """Titles and products of the candidates."""
        self.vectorizer_ = TfidfVectorizer(analyzer="char", ngram_range=(1, 2))
        self.places_ = self.vectorizer_.fit_transform(X)
        return self

    def scores(self, question: str) -> Floats:
        check_is_fitted(self)
        alike: Floats = (self.vectorizer_.transform([question]) @ self.places_.T).toarray()[0]
        return alike


class WordOverlapRanker(BaseEstimator):
    """How many wordings of the topic stand in what a place is known for.

    >>> WordOverlapRanker().fit(["化纤面料、印染", "童装"]).scores(["面料", "织造"]).tolist()
    [1.0, 0.0]
    """

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: ARG002 - estimators take y
        """Titles and products of the candidates."""
        self.texts_ = tuple(X)
        return self

    def scores(self, question: Sequence[str]) -> Floats:
        check_is_fitted(self)
        return np.array([sum(word in text for word in question) for text in self.texts_], float)
