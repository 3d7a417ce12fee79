"""Shown lists, decisions and outcomes as every face of the program shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models import Decision, Outcome, Showing

Slugs = Mapping[int | None, str]


@dataclass(frozen=True, slots=True)
class ShownPair:
    """``place`` from 1; the terms as they were then, seen from ``for_``."""

    place: int
    for_: str
    cluster: str
    need: float
    offer: float
    mutual: float
    similarity: float


@dataclass(frozen=True, slots=True)
class ShowingView:
    """A list that was put before ``to``, a participant, or before the organiser (None)."""

    id: int
    event: int
    to: str | None
    revision: int
    scorer: str
    as_of: date
    audience: str
    weights: Mapping[str, Any]
    shown_by: str
    shown_at: datetime
    pairs: Sequence[ShownPair]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """``side`` decided, or the organiser (None); ``place`` is None where no list showed it."""

    id: int
    event: int
    for_: str
    cluster: str
    side: str | None
    verdict: str
    showing: int | None
    place: int | None
    need: float
    offer: float
    mutual: float
    similarity: float
    decided_by: str
    decided_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class OutcomeView:
    id: int
    event: int | None
    for_: str
    cluster: str
    result: str
    amount_yuan: int | None
    note: str | None
    happened_on: date
    recorded_by: str
    recorded_at: datetime
    version: int


def showing_view(showing: Showing, slugs: Slugs) -> ShowingView:
    return ShowingView(
        id=showing.id,
        event=showing.event_id,
        to=slugs[showing.to_id] if showing.to_id else None,
        revision=showing.revision,
        scorer=showing.scorer,
        as_of=showing.as_of,
        audience=showing.audience,
        weights=showing.weights,
        shown_by=showing.shown_by,
        shown_at=showing.shown_at,
        pairs=[
            ShownPair(
                place=pair.place,
                for_=slugs[pair.for_id],
                cluster=slugs[pair.cluster_id],
                need=pair.need,
                offer=pair.offer,
                mutual=pair.mutual,
                similarity=pair.similarity,
            )
            for pair in showing.impressions
        ],
    )


def decision_view(decision: Decision, slugs: Slugs) -> DecisionView:
    return DecisionView(
        id=decision.id,
        event=decision.event_id,
        for_=slugs[decision.for_id],
        cluster=slugs[decision.cluster_id],
        side=slugs[decision.side_id] if decision.side_id else None,
        verdict=decision.verdict,
        showing=decision.showing_id,
        place=decision.place,
        need=decision.need,
        offer=decision.offer,
        mutual=decision.mutual,
        similarity=decision.similarity,
        decided_by=decision.decided_by,
        decided_at=decision.decided_at,
        version=decision.version,
    )


def outcome_view(outcome: Outcome, slugs: Slugs) -> OutcomeView:
    return OutcomeView(
        id=outcome.id,
        event=outcome.event_id,
        for_=slugs[outcome.for_id],
        cluster=slugs[outcome.cluster_id],
        result=outcome.result,
        amount_yuan=outcome.amount_yuan,
        note=outcome.note,
        happened_on=outcome.happened_on,
        recorded_by=outcome.recorded_by,
        recorded_at=outcome.recorded_at,
        version=outcome.version,
    )
