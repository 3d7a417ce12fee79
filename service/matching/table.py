"""Needs or strengths as arrays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from service.matching.taxonomy import Taxonomy
from service.matching.types import Facets, ScoreParams, StatementFact
from service.matching.weighing import effective_weight

if TYPE_CHECKING:
    from service.matching.encoders import Encoder

Rows = NDArray[np.intp]

LIKENESS_CELLS = 1 << 22
"""Up to so many, in 32 MB at most, an index holds the likeness of all phrases; above it, a query
compares those that it meets."""


@dataclass(frozen=True, slots=True)
class FacetCode:
    """Which bit stands for which facet value; ``bits`` by dimension (in order), then value."""

    bits: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, facets: Iterable[Facets]) -> Self:
        """The code of all values that occur.

        Raises
        ------
        ValueError
            If a dimension has more than 64 values.
        """
        values: dict[str, set[str]] = {}
        for named in facets:
            for dimension, chosen in named.items():
                values.setdefault(dimension, set()).update(chosen)
        for dimension, occurring in values.items():
            if len(occurring) > 64:
                raise ValueError(f"facet {dimension!r} has {len(occurring)} values, 64 fit")
        return cls(
            {
                dimension: {value: bit for bit, value in enumerate(sorted(values[dimension]))}
                for dimension in sorted(values)
            }
        )

    def masks(self, facets: Sequence[Facets]) -> NDArray[np.uint64]:
        """One mask per row and dimension, (n, n_dimensions); 0 where nothing is named."""
        masks = np.zeros((len(facets), len(self.bits)), dtype=np.uint64)
        column = {dimension: i for i, dimension in enumerate(self.bits)}
        for i, named in enumerate(facets):
            for dimension, chosen in named.items():
                mask = sum(1 << self.bits[dimension][value] for value in chosen)
                masks[i, column[dimension]] = mask
        return masks

    def indicators(self, masks: NDArray[np.uint64]) -> NDArray[np.float64]:
        """1 for each value named, (n, n_values), dimension by dimension."""
        columns = [
            (masks[:, i] >> np.uint64(bit)) & np.uint64(1)
            for i, values in enumerate(self.bits.values())
            for bit in values.values()
        ]
        if not columns:
            return np.zeros((len(masks), 0))
        return np.stack(columns, axis=1).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class StatementTable:
    """Needs or strengths, ordered by row of their cluster, topic and id.

    Attributes
    ----------
    row, topic, weight : (n,)
        Row of the cluster, place of the topic in the taxonomy, effective weight in [0, 1].
    facets : (n, n_dimensions) uint64
        See ``FacetCode``.
    phrase : (n,)
        Row of ``text`` that holds the statement's phrase.
    text : (n_phrases, n_features) csr or dense
        Rows of the distinct phrases, as the index's encoder compares them.
    starts : (n_clusters + 1,)
        Cluster r owns the positions ``starts[r]:starts[r + 1]``.
    """

    ids: tuple[str, ...]
    row: Rows
    topic: Rows
    weight: NDArray[np.float64]
    facets: NDArray[np.uint64]
    phrase: Rows
    text: Any
    starts: Rows

    @classmethod
    def of(
        cls,
        statements: Sequence[StatementFact],
        row_of: Mapping[str, int],
        taxonomy: Taxonomy,
        encoder: "Encoder",
        code: FacetCode,
        params: ScoreParams,
        as_of: date,
    ) -> Self:
        ordered = sorted(
            statements, key=lambda s: (row_of[s.cluster], taxonomy.index(s.topic), s.id)
        )
        row = np.array([row_of[s.cluster] for s in ordered], dtype=np.intp)
        phrases = sorted({s.phrase for s in ordered})
        place = {phrase: i for i, phrase in enumerate(phrases)}
        table = cls(
            ids=tuple(s.id for s in ordered),
            row=row,
            topic=np.array([taxonomy.index(s.topic) for s in ordered], dtype=np.intp),
            weight=np.array([effective_weight(s, params, as_of) for s in ordered], dtype=float),
            facets=code.masks([s.facets for s in ordered]),
            phrase=np.array([place[s.phrase] for s in ordered], dtype=np.intp),
            text=encoder.transform(phrases),
            starts=np.searchsorted(row, np.arange(len(row_of) + 1)),
        )
        return table.fixed()

    def fixed(self) -> Self:
        """Itself, its arrays made read-only."""
        text = self.text if isinstance(self.text, np.ndarray) else self.text.data
        arrays = (self.row, self.topic, self.weight, self.facets, self.phrase, self.starts)
        for array in (*arrays, text):
            array.flags.writeable = False
        return self

    def replaced(self, rows: Rows, other: Self, phrase: Rows, text: Any) -> Self:
        """A table in which the clusters ``rows`` have what ``other`` holds, all of it theirs.

        ``text`` has the rows of the distinct phrases of both, ``phrase`` the one of each statement
        of this table, then of the other.
        """
        kept = np.flatnonzero(~np.isin(self.row, rows))
        row = np.concatenate((self.row[kept], other.row))
        order = np.argsort(row, kind="stable")
        ids = np.array([*self.ids, *other.ids], dtype=object)
        chosen = np.concatenate((kept, len(self.ids) + np.arange(len(other.ids), dtype=np.intp)))
        return replace(
            self,
            ids=tuple(ids[chosen[order]].tolist()),
            row=row[order],
            topic=np.concatenate((self.topic[kept], other.topic))[order],
            weight=np.concatenate((self.weight[kept], other.weight))[order],
            facets=np.concatenate((self.facets[kept], other.facets))[order],
            phrase=phrase[chosen[order]],
            text=text,
            starts=np.searchsorted(row[order], np.arange(len(self.starts))),
        ).fixed()

    def positions(self, rows: Rows) -> Rows:
        """Where the statements of the given clusters stand, in the order of ``rows``."""
        begin, size = self.starts[rows], np.diff(self.starts)[rows]
        shift = np.repeat(begin - np.concatenate(([0], np.cumsum(size)[:-1])), size)
        return np.arange(size.sum(), dtype=np.intp) + shift


def likeness_of(
    encoder: "Encoder", needs: StatementTable, strengths: StatementTable
) -> NDArray[np.floating[Any]] | None:
    """Likeness of each phrase of a need with each of a strength; None if that were too many."""
    if needs.text.shape[0] * strengths.text.shape[0] > LIKENESS_CELLS:
        return None
    alike = encoder.alike(needs.text, strengths.text)
    alike.flags.writeable = False
    return alike
