"""Simulated decisions on pairs whose terms are drawn at random."""

from datetime import date
from itertools import combinations

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Cluster, Decision, Event
from models.enums import Verdict
from tests.support.clock import NOW

APART = ("dalian", "keqiao")
"""Of these, tests of access count what belongs to them."""


def add_decisions(
    session: Session, *, events: int = 3, clusters: int = 7, sense: float = 20.0, seed: int = 0
) -> list[int]:
    """At each event every pair is decided on by the organiser, who likes what is mutual.

    With ``sense`` 0 the decisions mean nothing. Returns the numbers of the events.
    """
    luck = np.random.default_rng(seed)
    rows = select(Cluster.id).where(Cluster.slug.not_in(APART)).order_by(Cluster.id)
    places = session.scalars(rows.limit(clusters)).all()
    numbers = []
    for day in range(events):
        event = Event(
            name_zh=f"模拟对接会{day}",
            held_on=date(2026, 1, 1 + day),
            time_zone="Asia/Shanghai",
            place="大连",
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(event)
        session.flush()
        numbers.append(event.id)
        session.add_all(
            decided(luck, event.id, pair, sense) for pair in combinations(sorted(places), 2)
        )
    session.flush()
    return numbers


def decided(luck: np.random.Generator, event: int, pair: tuple[int, int], sense: float) -> Decision:
    need, offer, similarity = luck.random(3).tolist()
    mutual = 2 * need * offer / (need + offer)
    wanted = luck.random() < 1 / (1 + np.exp(-sense * (mutual - 0.45)))
    return Decision(
        event_id=event,
        for_id=pair[0],
        cluster_id=pair[1],
        verdict=Verdict.YES if wanted else Verdict.NO,
        need=need,
        offer=offer,
        mutual=mutual,
        similarity=similarity,
        decided_by="simulated",
        decided_at=NOW,
    )
