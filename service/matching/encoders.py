"""What a ranking asks of an encoder of capability phrases, and how a run names it."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from service.matching.types import SCORER_VERSION

CHARACTERS = "tfidf-1"
"""Version of ``text.PhraseEncoder``."""


class Encoder(Protocol):
    """Phrases as rows that can be compared.

    A phrase's row depends on the phrase alone, and the likeness of two rows on these two, to the
    last bit: neither the other phrases of a batch nor the other statements of a register move it.
    A phrase without a letter is like nothing, itself included.
    """

    @property
    def version(self) -> str:
        """Changes whenever the same phrases may be found alike to another degree."""
        ...

    def transform(self, X: Sequence[str]) -> Any:
        """Rows of the phrases, (n_phrases, n_features), dense or csr."""
        ...

    def alike(self, one: Any, other: Any) -> NDArray[np.floating[Any]]:
        """Likeness in [0, 1] of each row of ``one`` with each of ``other``; 1 for equal phrases."""
        ...


def scorer_of(encoder_version: str) -> str:
    """The scorer as a run names it: rankings of two encoders are two runs."""
    return f"{SCORER_VERSION}+{encoder_version}"


def comparer(version: str) -> Encoder:
    """What compares rows that an encoder of that version made; it knows no phrase itself."""
    if version == CHARACTERS:
        from service.matching.text import PhraseEncoder  # noqa: PLC0415 - it needs the version above

        return PhraseEncoder()
    from service.matching.meaning import SentenceEncoder  # noqa: PLC0415 - most runs have none

    return SentenceEncoder(_without_words, version)


def _without_words(phrases: Sequence[str]) -> NDArray[np.int16]:
    raise LookupError(f"only rows are compared here, {len(phrases)} phrases have none")
