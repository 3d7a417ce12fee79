"""The rankers side by side: each gives every registered place a number for a question."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from service.dates import last_day
from service.evaluation import queries
from service.evaluation.pairs import Docking, Question, Register
from service.matching.baselines import (
    PopularityRanker,
    RandomRanker,
    TextRanker,
    WordOverlapRanker,
)
from service.matching.index import MatchIndex
from service.matching.rank import rank
from service.matching.types import Weights
from service.text import fold

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Ranker = Callable[[Question], Floats]

EXCHANGE = frozenset({"cluster_org"})
"""Where places exchange experience, not goods: likeness ranks, as none supplies the other."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What the simple rankers may go by; rows as in the match index.

    ``told`` lists, for each docking that the evaluated file does not hold, its last possible day
    (None: unknown) and the rows of its registered sides.
    """

    slugs: tuple[str, ...]
    texts: tuple[str, ...]
    wordings: Mapping[str, Sequence[str]]
    told: Sequence[tuple[date | None, Sequence[int]]]
    register: Register


def known(session: Session, dockings: Iterable[Docking]) -> Known:
    """Everything but the dockings of the file itself."""
    places = queries.places(session)
    provinces: dict[str, set[str]] = {}
    for place in places:
        if place.province:
            provinces.setdefault(place.province, set()).add(place.slug)
    wordings = queries.wordings(session)
    owners = {place.slug: place.slug for place in places} | queries.names(session)
    register = Register(
        owners, {name: frozenset(slugs) for name, slugs in provinces.items()}, wordings
    )
    slugs = tuple(place.slug for place in places)
    return Known(
        slugs,
        tuple("、".join([*place.titles, *place.products]) for place in places),
        wordings,
        list(_told(session, slugs, register, dockings)),
        register,
    )


def _told(
    session: Session, slugs: Sequence[str], register: Register, dockings: Iterable[Docking]
) -> Iterable[tuple[date | None, Sequence[int]]]:
    row_of = {slug: row for row, slug in enumerate(slugs)}
    own = {
        frozenset((one, other))
        for docking in dockings
        for one in register.keys(docking.supplier)
        for other in register.keys(docking.receiver)
    }
    for held in queries.dockings(session):
        supplier = held.supplier or fold(held.supplier_name)
        sides = (supplier, held.receiver or fold(held.receiver_name))
        if frozenset(sides) not in own:
            day = last_day(held.held_on) if held.held_on else None
            yield day, [row_of[side] for side in sides if side in row_of]


def popularity(known: Known) -> Ranker:
    """How many earlier dockings of others a place took part in."""

    def scores(question: Question) -> Floats:
        counts = np.zeros(len(known.slugs), dtype=np.intp)
        for day, rows in known.told:
            if day is not None and day <= question.as_of:
                counts[rows] += 1
        return PopularityRanker().fit(counts).scores(question)

    return scores


def tfidf(known: Known) -> Ranker:
    """Likeness of titles and products to the asker's own; the topic's name makes it worse."""
    fitted = TextRanker().fit(known.texts)
    row_of = {slug: row for row, slug in enumerate(known.slugs)}

    def scores(question: Question) -> Floats:
        own = known.texts[row_of[question.asker]]
        return fitted.scores(own)

    return scores


def topic_overlap(known: Known) -> Ranker:
    """How many wordings of the topic stand in titles and products."""
    fitted = WordOverlapRanker().fit(known.texts)
    return lambda question: fitted.scores(known.wordings[question.topic])


def at_random(known: Known) -> Ranker:
    return RandomRanker().fit(known.slugs).scores


def scorer(
    index: MatchIndex, asker: str, topic: str, exclude: Mask, weights: Weights | None = None
) -> Floats:
    """What the service lists for a place on a topic; 0 for those that it does not list.

    A topic of ``EXCHANGE`` is asked with ``--rank-by similarity``.
    """
    scores = np.zeros(len(index.clusters))
    for pair in rank(
        index,
        index.row(asker),
        weights=weights,
        rank_by="similarity" if topic in EXCHANGE else "score",
        topic=topic,
        exclude=exclude,
        k=len(index.clusters),
    ):
        scores[pair.b] = pair.score
    return scores
