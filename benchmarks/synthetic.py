"""Made-up organisations as arrays: four needs and four strengths each, from a fixed seed.

Taxonomy, shares of facets and lengths of phrases are those of ``bench_matching``; topics are
drawn by a power law, as few trades hold most organisations.
"""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from benchmarks.bench_matching import CHARACTERS, VALUES, topics
from service.matching.columns import StatementColumns, index_of_columns
from service.matching.index import MatchIndex
from service.matching.table import FacetCode
from service.matching.taxonomy import Taxonomy
from service.matching.text import PhraseEncoder
from service.matching.types import ClusterFact, ScoreParams

EACH = 4
PHRASES = 5000
DIMENSIONS = ("construction", "end_use", "material")
STATED = np.array([5, 4, 3, 2, 1]) / 5
BASES = np.array([1.0, 0.9, 0.8, 0.65])


def organisations(n: int, seed: int = 7, n_topics: int | None = None) -> MatchIndex:
    """The index of n organisations; with ``n_topics`` all of them are in these few trades."""
    draw = np.random.default_rng(seed)
    taxonomy = Taxonomy.from_topics(topics())
    encoder = PhraseEncoder().fit(_phrases(draw, 600, 5))
    kinds = np.where(draw.random(n) < 0.9, "cluster", "institution").tolist()
    code = FacetCode.of(
        [{name: frozenset(VALUES) for name in DIMENSIONS}],
    )
    return index_of_columns(
        [ClusterFact(f"o{i:07}", kind) for i, kind in enumerate(kinds)],
        _statements(draw, n, len(taxonomy.topics), n_topics),
        _statements(draw, n, len(taxonomy.topics), n_topics),
        _phrases(draw, PHRASES, 8),
        code,
        taxonomy,
        encoder,
        ScoreParams(),
        date(2026, 11, 23),
    )


def _phrases(draw: np.random.Generator, n: int, longest: int) -> list[str]:
    letters = np.array(list(CHARACTERS))
    return ["".join(draw.choice(letters, size)) for size in draw.integers(1, longest + 1, n)]


def _statements(
    draw: np.random.Generator, n: int, all_topics: int, n_topics: int | None
) -> StatementColumns:
    size = n * EACH
    popular = 1 / np.arange(1, all_topics + 1) ** 0.7
    popular = draw.permuted(popular) if n_topics is None else popular * (popular.cumsum() > 0)
    if n_topics is not None:
        popular[n_topics:] = 0
    return StatementColumns(
        row=np.repeat(np.arange(n), EACH),
        topic=draw.choice(all_topics, size, p=popular / popular.sum()),
        phrase=draw.integers(0, PHRASES, size),
        weight=draw.choice(STATED, size) * draw.choice(BASES, size),
        facets=np.stack([_masks(draw, size) for _ in DIMENSIONS], axis=1),
    )


def _masks(draw: np.random.Generator, size: int) -> NDArray[np.uint64]:
    """One to three of the values in three statements of ten."""
    bits = np.uint64(1) << draw.integers(0, len(VALUES), (size, 3)).astype(np.uint64)
    bits[:, 1] *= draw.random(size) < 2 / 3
    bits[:, 2] *= draw.random(size) < 1 / 3
    masks: NDArray[np.uint64] = np.bitwise_or.reduce(bits, axis=1)
    return masks * (draw.random(size) < 0.3)
