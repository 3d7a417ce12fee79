"""Rows of phrases that were computed before, so that nothing has to be fitted or asked again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from service.matching.index import MatchIndex
    from service.matching.text import PhraseEncoder


class KeptPhrases:
    """Stands in for an encoder: the rows of the phrases it knows, bit for bit.

    Parameters
    ----------
    phrases
        Distinct.
    rows : (n_phrases, n_features) csr
        In the order of ``phrases``.
    encoder
        Asked for any other phrase; without it such a phrase becomes a zero row.
    """

    def __init__(
        self,
        phrases: Sequence[str],
        rows: "sparse.csr_array[Any, Any]",
        encoder: "PhraseEncoder | None" = None,
    ) -> None:
        self.place = {phrase: i for i, phrase in enumerate(phrases)}
        self.rows, self.encoder = rows, encoder

    @classmethod
    def of(cls, index: "MatchIndex") -> "KeptPhrases":
        """What the tables of ``index`` hold, and its encoder for the rest."""
        place: dict[str, int] = {}
        ids = (*index.needs.ids, *index.strengths.ids)
        for row, id_ in enumerate(ids):
            place.setdefault(index.statements[id_].phrase, row)
        rows = sparse.csr_array(sparse.vstack([index.needs.text, index.strengths.text]))
        return cls(list(place), rows[np.array(list(place.values()), dtype=np.intp)], index.encoder)

    def joined(self, phrases: Sequence[str], rows: "sparse.csr_array[Any, Any]") -> "KeptPhrases":
        """With further phrases, which it did not know."""
        both = sparse.csr_array(sparse.vstack([self.rows, rows]))
        return KeptPhrases([*self.place, *phrases], both, self.encoder)

    def transform(self, X: Sequence[str]) -> "sparse.csr_array[Any, Any]":
        """One row for each phrase, (n_phrases, n_features)."""
        others = [phrase for phrase in dict.fromkeys(X) if phrase not in self.place]
        if not others:
            return self.rows[np.array([self.place[phrase] for phrase in X], dtype=np.intp)]
        added = (
            self.encoder.transform(others)
            if self.encoder
            else sparse.csr_array((len(others), self.rows.shape[1]))
        )
        return self.joined(others, added).transform(X)
