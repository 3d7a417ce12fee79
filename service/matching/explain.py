"""Reasons that add up to the score."""

from dataclasses import dataclass

import numpy as np

from service.matching.complementarity import know_how_gate, match, positions
from service.matching.index import MatchIndex
from service.matching.similarity import cosine
from service.matching.terms import pair_terms
from service.matching.types import Contribution, Explanation, RankBy, Term, Topics, Weights


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
    gate = float(know_how_gate(index, rows, partners, similarity)[0, 0])
    gaps, strengths = positions(index, rows, partners, topic)
    weight = index.needs.weight[gaps]
    doubt = index.params.kappa + weight.sum()
    matches = match(index, gaps, strengths)
    found = []
    for gap, w, row in zip(gaps.tolist(), weight.tolist(), matches, strict=True):
        place = int(index.needs.topic[gap])
        allowed = gate if index.taxonomy.know_how[place] else 1.0
        best = int(row.argmax()) if len(row) and row.max() > 0 else None
        strength = None if best is None else int(strengths[best])
        met = 0.0 if best is None else float(row[best])
        found.append(
            Answer(
                gap=gap,
                gap_id=index.needs.ids[gap],
                strength=strength,
                strength_id=None if strength is None else index.strengths.ids[strength],
                topic=index.taxonomy.topics[place].notation,
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
    terms = pair_terms(index, np.array([a]), np.array([b]), topic)
    need, offer = float(terms.need[0, 0]), float(terms.offer[0, 0])
    similarity = float(terms.similarity[0, 0])
    square = (need + offer) ** 2 or 1.0
    summands = [Contribution("similarity", blend.similarity * similarity)]
    directions: tuple[tuple[Term, int, int, float, float], ...] = (
        ("need", a, b, blend.need, blend.mutual * 2 * offer**2 / square),
        ("offer", b, a, blend.offer, blend.mutual * 2 * need**2 / square),
    )
    for term, seeker, partner, weight, share in directions:
        for part in answers(index, seeker, partner, topic):
            summands += [_summand(term, weight, part), _summand("mutual", share, part)]
    return Explanation(
        score=float(terms.score(blend)[0, 0]),
        need=need,
        offer=offer,
        mutual=float(terms.mutual[0, 0]),
        similarity=similarity,
        basis="complementarity" if terms.reasons(blend)[0, 0] > 0 else "similarity",
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
