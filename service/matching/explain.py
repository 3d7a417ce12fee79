"""Reasons that add up to the score."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching.complementarity import know_how_gate, match_each, positions_of
from service.matching.index import MatchIndex
from service.matching.ranked import Ranked
from service.matching.similarity import cosine
from service.matching.terms import pair_terms
from service.matching.types import (
    Contribution,
    Explanation,
    RankBy,
    ScoredPair,
    Term,
    Topics,
    Weights,
)

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """One need and the best strength for it, if any, by position and id.

    ``share`` is what it adds to need(A←B), ``gate`` the factor of know-how (1 on other topics).
    """

    gap: int
    gap_id: str
    strength: int | None
    strength_id: str | None
    topic: str
    share: float
    gate: float


def answers(index: MatchIndex, seeker: int, partner: int, topic: Topics = None) -> list[Answer]:
    """Each need of the seeker (row) with its best strength of the partner, by topic and id.

    Of equally good strengths the first by topic, then id, is named. The shares sum to
    need(seeker←partner).
    """
    rows, partners = np.array([seeker]), np.array([partner])
    similarity = cosine(index.profiles[rows], index.profiles[partners])
    return answers_of(index, [(seeker, partner, float(similarity[0, 0]))], topic)[0]


def answers_of(
    index: MatchIndex, sides: Sequence[tuple[int, int, float]], topic: Topics = None
) -> list[list[Answer]]:
    """``answers`` for many seekers and partners, each with the similarity of the two."""
    places = [positions_of(index, seeker, partner, topic) for seeker, partner, _ in sides]
    gaps = [np.repeat(asked, len(offered)) for asked, offered in places]
    strengths = [np.tile(offered, len(asked)) for asked, offered in places]
    if not gaps:
        return []
    met = match_each(index, np.concatenate(gaps), np.concatenate(strengths))
    ends = np.cumsum([len(part) for part in gaps])
    return [
        _answered(
            index, asked, offered, cells.reshape(len(asked), len(offered)), _gate(index, *side)
        )
        for side, (asked, offered), cells in zip(
            sides, places, np.split(met, ends[:-1]), strict=True
        )
    ]


def _gate(index: MatchIndex, seeker: int, partner: int, similarity: float) -> float:
    rows, partners = np.array([seeker]), np.array([partner])
    return float(know_how_gate(index, rows, partners, np.array([[similarity]]))[0, 0])


def _answered(
    index: MatchIndex, gaps: Rows, strengths: Rows, matches: Floats, gate: float
) -> list[Answer]:
    weight = index.needs.weight[gaps]
    doubt = index.params.kappa + weight.sum()
    best = matches.argmax(axis=1) if len(strengths) else np.zeros(len(gaps), dtype=np.intp)
    found = []
    for line, (gap, w, place) in enumerate(
        zip(gaps.tolist(), weight.tolist(), best.tolist(), strict=True)
    ):
        topic = int(index.needs.topic[gap])
        allowed = gate if index.taxonomy.know_how[topic] else 1.0
        met = float(matches[line, place]) if len(strengths) else 0.0
        strength = int(strengths[place]) if met > 0 else None
        found.append(
            Answer(
                gap=gap,
                gap_id=index.needs.ids[gap],
                strength=strength,
                strength_id=None if strength is None else index.strengths.ids[strength],
                topic=index.taxonomy.topics[topic].notation,
                share=float(w * allowed * met / doubt),
                gate=allowed,
            )
        )
    return found


def explain(
    index: MatchIndex,
    a: int,
    b: int,
    weights: Weights | None = None,
    rank_by: RankBy = "score",
    topic: Topics = None,
) -> Explanation:
    """The score of b (row) as a partner for a (row), split over what it rests on.

    Each need counts with its best strength (ties: the first by topic, then id). Mutual splits
    exactly, 2no/(n + o) = 2no²/(n + o)² for need + 2n²o/(n + o)² for offer, and each part over
    the gap↔strength pairs in proportion to what they give to need or offer. Summands of 0 are
    left out; the largest comes first.

    Raises
    ------
    ValueError
        If the topic or ``rank_by`` is unknown.
    """
    blend = (weights or index.params.weights).ranked_by(rank_by)
    one, other, first = np.array([a]), np.array([b]), np.zeros(1, dtype=np.intp)
    terms = pair_terms(index, one, other, topic).at((first, first))
    return explain_all(index, Ranked(one, other, terms, blend).pairs(), weights, rank_by, topic)[0]


def explain_all(
    index: MatchIndex,
    pairs: Sequence[ScoredPair],
    weights: Weights | None = None,
    rank_by: RankBy = "score",
    topic: Topics = None,
) -> list[Explanation]:
    """``explain`` for each of the pairs as they were ranked, in a fraction of the time."""
    blend = (weights or index.params.weights).ranked_by(rank_by)
    there = answers_of(index, [(pair.a, pair.b, pair.similarity) for pair in pairs], topic)
    back = answers_of(index, [(pair.b, pair.a, pair.similarity) for pair in pairs], topic)
    return [
        _explained(pair, blend, needs, offers)
        for pair, needs, offers in zip(pairs, there, back, strict=True)
    ]


def _explained(
    pair: ScoredPair, blend: Weights, needs: list[Answer], offers: list[Answer]
) -> Explanation:
    square = (pair.need + pair.offer) ** 2 or 1.0
    summands = [Contribution("similarity", blend.similarity * pair.similarity)]
    directions: tuple[tuple[Term, list[Answer], float, float], ...] = (
        ("need", needs, blend.need, blend.mutual * 2 * pair.offer**2 / square),
        ("offer", offers, blend.offer, blend.mutual * 2 * pair.need**2 / square),
    )
    for term, parts, weight, share in directions:
        for part in parts:
            if part.share > 0:
                summands += [_summand(term, weight, part), _summand("mutual", share, part)]
    return Explanation(
        score=pair.score,
        need=pair.need,
        offer=pair.offer,
        mutual=pair.mutual,
        similarity=pair.similarity,
        basis=pair.basis,
        terms=tuple(sorted((s for s in summands if s.contribution > 0), key=_order)),
    )


def _summand(term: Term, factor: float, answer: Answer) -> Contribution:
    return Contribution(
        term=term,
        contribution=factor * answer.share,
        topic=answer.topic,
        gap_id=answer.gap_id,
        strength_id=answer.strength_id,
    )


def _order(summand: Contribution) -> tuple[float, str, str, str]:
    return (
        -summand.contribution,
        summand.term,
        summand.gap_id or "",
        summand.strength_id or "",
    )
