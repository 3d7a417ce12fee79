"""All that is known of pairs at events, as the arrays that the estimator takes."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy.orm import Session

from service.blends import queries
from service.blends.queries import AnyRow
from service.matching.evidence import Evidence, grade_of

Key = tuple[int, int, int]
"""An event and the two clusters, the lower number first."""


@dataclass(slots=True)
class PairAtEvent:
    terms: tuple[float, float, float, float]
    place: int
    """The best at which it was shown; 0 where no list showed it."""
    verdicts: list[str] = field(default_factory=list)


def key_of(row: AnyRow) -> Key:
    return row.event_id, min(row.for_id, row.cluster_id), max(row.for_id, row.cluster_id)


def gathered(session: Session) -> Evidence:
    """One row for each pair of an event that was shown or decided on."""
    pairs: dict[Key, PairAtEvent] = {}
    for row in queries.impressions(session):
        pairs.setdefault(key_of(row), pair_of(row))
    for row in queries.decisions(session):
        pairs.setdefault(key_of(row), pair_of(row)).verdicts.append(row.verdict)
    results: dict[Key, list[str]] = defaultdict(list)
    for row in queries.outcomes(session):
        results[key_of(row)].append(row.result)
    grades = [grade_of(pair.verdicts, results[key]) for key, pair in pairs.items()]
    return Evidence(
        terms=np.array([pair.terms for pair in pairs.values()], dtype=np.float64).reshape(-1, 4),
        grade=np.array(grades, dtype=np.intp),
        event=np.array([event for event, _, _ in pairs], dtype=np.intp),
        rank=np.array([pair.place for pair in pairs.values()], dtype=np.intp),
    )


def pair_of(row: AnyRow) -> PairAtEvent:
    return PairAtEvent((row.need, row.offer, row.mutual, row.similarity), row.place or 0)
