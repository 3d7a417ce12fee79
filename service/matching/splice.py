"""A match index of which a few clusters changed: only what they touch is built anew."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from service.matching.index import MatchIndex, build_index, counting, tables
from service.matching.kept_phrases import stacked
from service.matching.profiles import profile_rows
from service.matching.table import FacetCode, StatementTable, likeness_of
from service.matching.types import StatementFact


def spliced(
    index: MatchIndex, touched: Collection[str], statements: Sequence[StatementFact]
) -> MatchIndex:
    """The index in which the clusters ``touched`` (slugs) have ``statements`` and no others.

    Equal bit for bit to ``build_index`` over all statements: tables are ordered by cluster, so
    the rows of a cluster are replaced as a whole, and no row depends on those of another. Where a
    facet value comes or goes the code of all changes, and everything is built.

    Raises
    ------
    ValueError
        As ``build_index`` does; and if a statement is of a cluster that is not ``touched``.
    """
    if not {s.cluster for s in statements} <= set(touched):
        raise ValueError("statements of clusters that are not touched")
    if not touched:
        return index
    others = {id_: s for id_, s in index.statements.items() if s.cluster not in touched}
    fresh = counting(statements, index.row_of, index.taxonomy, index.as_of)
    by_id = others | fresh
    if len(by_id) != len(others) + len(fresh):
        raise ValueError("a statement id occurs twice")
    if FacetCode.of(s.facets for s in by_id.values()) != index.code:
        return build_index(
            index.clusters,
            list(by_id.values()),
            index.taxonomy,
            index.encoder,
            index.params,
            index.as_of,
        )
    rows = np.array(sorted(index.row_of[slug] for slug in touched), dtype=np.intp)
    made = tables(
        fresh.values(),
        index.row_of,
        index.taxonomy,
        index.encoder,
        index.code,
        index.params,
        index.as_of,
    )
    needs, strengths = (
        _replaced(index, old, rows, new, by_id)
        for old, new in zip((index.needs, index.strengths), made, strict=True)
    )
    profiles = profile_rows(
        strengths, index.code, index.taxonomy, index.params.profile, len(index.clusters)
    )
    return replace(
        index,
        statements=by_id,
        needs=needs,
        strengths=strengths,
        profiles=profiles,
        likeness=likeness_of(index.encoder, needs, strengths),
    )


def _replaced(
    index: MatchIndex,
    old: StatementTable,
    rows: NDArray[np.intp],
    new: StatementTable,
    by_id: Mapping[str, StatementFact],
) -> StatementTable:
    """The table with the new rows; its phrases are those that still stand in it, in order."""
    kept = ~np.isin(old.row, rows)
    spoken: dict[str, int] = {}
    for id_, row, stays in zip(old.ids, old.phrase.tolist(), kept.tolist(), strict=True):
        if stays:
            spoken[index.statements[id_].phrase] = row
    for id_, row in zip(new.ids, new.phrase.tolist(), strict=True):
        spoken.setdefault(by_id[id_].phrase, old.text.shape[0] + row)
    phrases = sorted(spoken)
    used = np.array([spoken[phrase] for phrase in phrases], dtype=np.intp)
    place = {phrase: i for i, phrase in enumerate(phrases)}
    still = zip(old.ids, kept.tolist(), strict=True)
    said = [index.statements[id_].phrase if stays else "" for id_, stays in still]
    said += [by_id[id_].phrase for id_ in new.ids]
    phrase = np.array([place.get(words, -1) for words in said], dtype=np.intp)
    return old.replaced(rows, new, phrase, stacked(old.text, new.text)[used])
