"""Rows of phrases that were computed before, so that nothing has to be fitted or asked again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    from service.matching.encoders import Encoder
    from service.matching.index import MatchIndex

Phrases = Any
"""(n_phrases, n_features), csr or dense, as an encoder made them."""


class KeptPhrases:
    """Stands in for an encoder: the rows of the phrases it knows, bit for bit.

    Parameters
    ----------
    phrases
        Distinct.
    rows
        In the order of ``phrases``.
    encoder
        How rows are compared, and asked for the row of any other phrase.
    asks
        Without it another phrase becomes a zero row: it is like nothing.
    """

    def __init__(
        self, phrases: Sequence[str], rows: Phrases, encoder: "Encoder", *, asks: bool = True
    ) -> None:
        self.place = {phrase: i for i, phrase in enumerate(phrases)}
        self.rows, self.encoder, self.asks = rows, encoder, asks

    @property
    def version(self) -> str:
        return self.encoder.version

    @classmethod
    def of(cls, index: "MatchIndex") -> "KeptPhrases":
        """What the tables of ``index`` hold, and its encoder for the rest."""
        place: dict[str, int] = {}
        before = 0
        for table in (index.needs, index.strengths):
            for id_, row in zip(table.ids, table.phrase.tolist(), strict=True):
                place.setdefault(index.statements[id_].phrase, before + row)
            before += table.text.shape[0]
        rows = stacked(index.needs.text, index.strengths.text)
        return cls(list(place), rows[np.array(list(place.values()), dtype=np.intp)], index.encoder)

    def joined(self, phrases: Sequence[str], rows: Phrases) -> "KeptPhrases":
        """With further phrases, which it did not know."""
        both = stacked(self.rows, rows)
        return KeptPhrases([*self.place, *phrases], both, self.encoder, asks=self.asks)

    def transform(self, X: Sequence[str]) -> Phrases:
        """One row for each phrase, (n_phrases, n_features)."""
        others = [phrase for phrase in dict.fromkeys(X) if phrase not in self.place]
        if not others:
            return self.rows[np.array([self.place[phrase] for phrase in X], dtype=np.intp)]
        rows = self.encoder.transform(others) if self.asks else blank(self.rows, len(others))
        return self.joined(others, rows).transform(X)

    def alike(self, one: Phrases, other: Phrases) -> NDArray[np.floating[Any]]:
        return self.encoder.alike(one, other)


def stacked(one: Phrases, other: Phrases) -> Phrases:
    if isinstance(one, np.ndarray):
        return np.vstack([one, other])
    return sparse.csr_array(sparse.vstack([one, other]))


def blank(like: Phrases, n_rows: int) -> Phrases:
    """Zero rows of the kind of ``like``."""
    shape = (n_rows, like.shape[1])
    if isinstance(like, np.ndarray):
        return np.zeros(shape, like.dtype)
    return sparse.csr_array(shape)


def equal(one: Phrases, other: Phrases) -> bool:
    differing = one != other
    return not (differing.any() if isinstance(differing, np.ndarray) else differing.nnz)
