"""How far the strengths of one side meet the needs of the other."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from service.matching.index import MatchIndex
from service.matching.types import Topics

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]

BATCH_CELLS = 1 << 18
"""Up to so many gap × strength cells, one pass over all topics is faster than one per topic."""


def needs_met(
    index: MatchIndex, rows: Rows, partners: Rows, gate: Floats, topic: Topics = None
) -> Floats:
    """need(A←B) for each A of ``rows`` and B of ``partners``, (n_rows, n_partners).

    need(A←B) = Σ_g w_g · gate · max_s m(g, s) / (kappa + Σ_g w_g) over the needs g of A and the
    strengths s of B. ``topic`` leaves only the needs and strengths that one of the topics concerns.
    ``rows`` and ``partners`` ascend; ``gate`` (n_rows, n_partners) applies to know-how alone.
    """
    gaps, strengths = positions(index, rows, partners, topic)
    line = np.searchsorted(rows, index.needs.row[gaps])
    weight = np.bincount(line, index.needs.weight[gaps], minlength=len(rows))
    total = np.zeros((len(rows), len(partners)))
    for batch, answers in _batches(index, gaps, strengths):
        _add_met(index, (rows, partners), (batch, answers), gate, total)
    return total / (index.params.kappa + weight)[:, None]


def _batches(index: MatchIndex, gaps: Rows, strengths: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Gaps with the strengths that may answer them: all at once, or by topic if they are many."""
    topics = index.needs.topic[gaps]
    few = len(gaps) * len(strengths) <= BATCH_CELLS
    answering = index.taxonomy.within | index.taxonomy.within.T
    for batch in [gaps] if few else [gaps[topics == topic] for topic in np.unique(topics)]:
        reached = _answered(answering, index.needs.topic[batch])
        answers = strengths[reached[index.strengths.topic[strengths]]]
        met = _answered(answering, index.strengths.topic[answers])
        asked = batch[met[index.needs.topic[batch]]]
        if len(asked):
            yield asked, answers


def _answered(answering: NDArray[np.bool_], topics: Rows) -> NDArray[np.bool_]:
    """Which topics answer, or are answered by, some of the given ones."""
    among = np.zeros(len(answering), dtype=bool)
    among[topics] = True
    answered: NDArray[np.bool_] = np.logical_or.reduce(answering[among], axis=0)
    return answered


def _add_met(
    index: MatchIndex,
    sides: tuple[Rows, Rows],
    batch: tuple[Rows, Rows],
    gate: Floats,
    total: Floats,
) -> None:
    """Add Σ_g w_g · gate · max_s m(g, s) of a batch to ``total``.

    The sum runs within each topic of a row first, then over its topics in order, so it has the
    same bits however the needs are batched.
    """
    gaps, strengths = batch
    row = index.strengths.row[strengths]
    first = np.flatnonzero(np.diff(row, prepend=-1))
    columns = np.searchsorted(sides[1], row[first])
    met = np.maximum.reduceat(match(index, gaps, strengths), first, axis=1)
    met *= index.needs.weight[gaps, None]
    line, topic = np.searchsorted(sides[0], index.needs.row[gaps]), index.needs.topic[gaps]
    first = np.flatnonzero((np.diff(line, prepend=-1) != 0) | (np.diff(topic, prepend=-1) != 0))
    met, line, topic = np.add.reduceat(met, first, axis=0), line[first], topic[first]
    gated = np.flatnonzero(index.taxonomy.know_how[topic])
    met[gated] *= gate[np.ix_(line[gated], columns)]
    turn = np.arange(len(line)) - np.searchsorted(line, line)
    for nth in range(int(turn.max()) + 1):
        chosen = turn == nth
        total[np.ix_(line[chosen], columns)] += met[chosen]


def positions(index: MatchIndex, rows: Rows, partners: Rows, topic: Topics) -> tuple[Rows, Rows]:
    """Where the needs of ``rows`` and the strengths of ``partners`` stand that topic concerns."""
    gaps, strengths = index.needs.positions(rows), index.strengths.positions(partners)
    return concerning(index, gaps, strengths, topic)


def positions_of(index: MatchIndex, seeker: int, partner: int, topic: Topics) -> tuple[Rows, Rows]:
    """``positions`` of one and one."""
    needs, strengths = index.needs.starts, index.strengths.starts
    asked = np.arange(needs[seeker], needs[seeker + 1], dtype=np.intp)
    offered = np.arange(strengths[partner], strengths[partner + 1], dtype=np.intp)
    return concerning(index, asked, offered, topic)


def concerning(index: MatchIndex, gaps: Rows, strengths: Rows, topic: Topics) -> tuple[Rows, Rows]:
    if topic is None:
        return gaps, strengths
    concerned = index.taxonomy.related(*[topic] if isinstance(topic, str) else topic)
    return (
        gaps[concerned[index.needs.topic[gaps]]],
        strengths[concerned[index.strengths.topic[strengths]]],
    )


def match(index: MatchIndex, gaps: Rows, strengths: Rows) -> Floats:
    """m(g, s) = v_s · coverage · facets · (1 - beta + beta·text), (n_gaps, n_strengths)."""
    needs, offers, beta = index.needs, index.strengths, index.params.beta
    coverage = index.taxonomy.coverage[needs.topic[gaps][:, None], offers.topic[strengths]]
    agreement = facet_agreement(
        needs.facets[gaps], offers.facets[strengths], index.params.facet_floor
    )
    matches: Floats = 1 - beta + beta * wording(index, gaps, strengths)
    matches *= offers.weight[strengths] * coverage * agreement
    return matches


def wording(index: MatchIndex, gaps: Rows, strengths: Rows) -> Floats:
    """Likeness of the capability phrases, (n_gaps, n_strengths), in [0, 1]."""
    asking, offering = index.needs.phrase[gaps], index.strengths.phrase[strengths]
    if index.likeness is not None:
        return index.likeness[asking[:, None], offering].astype(np.float64)
    asked, line = _distinct(asking, index.needs.text.shape[0])
    offered, column = _distinct(offering, index.strengths.text.shape[0])
    alike = index.encoder.alike(index.needs.text[asked], index.strengths.text[offered])
    return alike[line[:, None], column].astype(np.float64)


def _distinct(phrases: Rows, n_phrases: int) -> tuple[Rows, Rows]:
    """Each phrase once, ascending, and the place of each of ``phrases`` among them."""
    used = np.zeros(n_phrases, dtype=bool)
    used[phrases] = True
    rows = np.flatnonzero(used)
    place = np.empty(n_phrases, dtype=np.intp)
    place[rows] = np.arange(len(rows))
    return rows, place[phrases]


def facet_agreement(
    wanted: NDArray[np.uint64], offered: NDArray[np.uint64], floor: float
) -> Floats:
    """Agreement of facets, (n_wanted, n_offered), in [floor, 1].

    Per dimension that both name it is the share of the wanted values that are offered; a dimension
    that either leaves open is neutral. The mean over the dimensions is stretched from floor to 1.
    """
    shared = np.zeros((len(wanted), len(offered)))
    missed = np.zeros_like(shared)
    for dimension in range(wanted.shape[1]):
        lines = np.flatnonzero(wanted[:, dimension])
        columns = np.flatnonzero(offered[:, dimension])
        if not (len(lines) and len(columns)):
            continue
        block = np.ix_(lines, columns)
        ask, have = wanted[lines, dimension][:, None], offered[columns, dimension]
        shared[block] += 1
        missed[block] += 1 - np.bitwise_count(ask & have) / np.bitwise_count(ask)
    return 1 - (1 - floor) * missed / np.maximum(shared, 1)


def match_each(index: MatchIndex, gaps: Rows, strengths: Rows) -> Floats:
    """m(g, s) for the first gap and the first strength, the second and the second, …; (n,).

    The same numbers, to the bit, as ``match`` gives.
    """
    needs, offers, beta = index.needs, index.strengths, index.params.beta
    coverage = index.taxonomy.coverage[needs.topic[gaps], offers.topic[strengths]]
    matches = np.zeros(len(gaps))
    met = np.flatnonzero(coverage)
    gaps, strengths = gaps[met], strengths[met]
    agreement = agreement_each(
        needs.facets[gaps], offers.facets[strengths], index.params.facet_floor
    )
    matches[met] = (1 - beta + beta * wording_each(index, gaps, strengths)) * (
        offers.weight[strengths] * coverage[met] * agreement
    )
    return matches


def wording_each(index: MatchIndex, gaps: Rows, strengths: Rows) -> Floats:
    """``wording`` of each gap with the strength at its place, (n,)."""
    asking, offering = index.needs.phrase[gaps], index.strengths.phrase[strengths]
    if index.likeness is not None:
        return index.likeness[asking, offering].astype(np.float64)
    asked, line = _distinct(asking, index.needs.text.shape[0])
    offered, column = _distinct(offering, index.strengths.text.shape[0])
    alike = index.encoder.alike(index.needs.text[asked], index.strengths.text[offered])
    return alike[line, column].astype(np.float64)


def agreement_each(wanted: NDArray[np.uint64], offered: NDArray[np.uint64], floor: float) -> Floats:
    """``facet_agreement`` line by line, (n,)."""
    both = (wanted != 0) & (offered != 0)
    asked = np.maximum(np.bitwise_count(wanted), 1)
    missed = np.where(both, 1 - np.bitwise_count(wanted & offered) / asked, 0.0)
    total = np.zeros(len(wanted))
    for dimension in range(wanted.shape[1]):
        total += missed[:, dimension]
    agreement: Floats = 1 - (1 - floor) * total / np.maximum(both.sum(axis=1), 1)
    return agreement


def know_how_gate(index: MatchIndex, rows: Rows, partners: Rows, similarity: Floats) -> Floats:
    """How much of a partner's know-how can be absorbed, (n_rows, n_partners), in [0, 1].

    Between two clusters it grows with similarity up to ``know_how_similarity``; institutions,
    associations, markets and the rest teach anybody.
    """
    gated = index.is_cluster[rows][:, None] & index.is_cluster[partners]
    return np.where(gated, np.minimum(similarity / index.params.know_how_similarity, 1.0), 1.0)
