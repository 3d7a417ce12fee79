"""Which blend is in force, what the evidence proposes, put it in force, go back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from models import Blend
from service.access import Action, Principal, require
from service.audit.usecases import Step, record, require_version
from service.blends import queries
from service.blends.active import blend_in_force, weights_in_force
from service.blends.gathering import gathered
from service.db import hold_revision, raise_revision
from service.errors import BlendNoBetter, Conflict, NotFound, TooLittleEvidence
from service.matching.evidence import FLOOR, Amount, amount_of, missing
from service.paging import Page, read_page

ENTITY = "blend"


@dataclass(frozen=True, slots=True)
class BlendView:
    """``state``: proposed, active, replaced (a later one is in force) or retired."""

    id: int
    state: str
    weights: Mapping[str, float]
    better: bool
    evidence: Mapping[str, Any]
    figures: Mapping[str, Any]
    learnt_by: str
    learnt_at: datetime
    forced: bool
    activated_by: str | None
    activated_at: datetime | None
    retired_by: str | None
    retired_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class BlendState:
    """``active`` is None while the shipped blend is in force."""

    weights: Mapping[str, float]
    active: BlendView | None
    evidence: Amount
    floor: Amount
    missing: Amount

    @property
    def enough(self) -> bool:
        return not any(asdict(self.missing).values())


def view(blend: Blend, active: Blend | None) -> BlendView:
    return BlendView(
        id=blend.id,
        state=state_of(blend, active),
        weights={name: getattr(blend, name) for name in ("need", "offer", "mutual", "similarity")},
        better=blend.better,
        evidence=blend.evidence,
        figures=blend.figures,
        learnt_by=blend.learnt_by,
        learnt_at=blend.learnt_at,
        forced=blend.forced,
        activated_by=blend.activated_by,
        activated_at=blend.activated_at,
        retired_by=blend.retired_by,
        retired_at=blend.retired_at,
        version=blend.version,
    )


def state_of(blend: Blend, active: Blend | None) -> str:
    if blend is active:
        return "active"
    if blend.retired_at is not None:
        return "retired"
    return "proposed" if blend.activated_at is None else "replaced"


def present(session: Session, who: Principal) -> BlendState:
    require(who, Action.WRITE_BLENDS)
    found = amount_of(gathered(session))
    active = blend_in_force(session)
    return BlendState(
        weights=asdict(weights_in_force(session)),
        active=view(active, active) if active else None,
        evidence=found,
        floor=FLOOR,
        missing=missing(found),
    )


def list_blends(
    session: Session, who: Principal, *, limit: int = 50, cursor: str | None = None
) -> Page[BlendView]:
    """The newest first."""
    require(who, Action.WRITE_BLENDS)
    active = blend_in_force(session)
    rows = queries.listed()
    page = read_page(session, rows, key=(Blend.id,), limit=limit, cursor=cursor, descending=True)
    return Page([view(blend, active) for blend in page.items], page.next_cursor)


def learn(session: Session, who: Principal, *, now: datetime) -> BlendView:
    """Propose a blend from all evidence, with figures on events kept aside; nothing changes yet.

    Raises
    ------
    TooLittleEvidence
        The floor is not reached; the values say what is missing.
    """
    from service.matching.calibration import (  # noqa: PLC0415 - scikit-learn takes a second
        BlendCalibrator,
        rounded,
    )
    from service.matching.heldout import held_out  # noqa: PLC0415 - as above

    require(who, Action.WRITE_BLENDS)
    evidence = gathered(session)
    found = amount_of(evidence)
    lacking = asdict(missing(found))
    if any(lacking.values()):
        raise TooLittleEvidence("evidence-missing", **lacking)
    in_force = asdict(weights_in_force(session))
    fitted = BlendCalibrator().fit(
        evidence.terms, evidence.grade, event=evidence.event, rank=evidence.rank
    )
    aside = held_out(evidence, np.array(list(in_force.values())))
    blend = Blend(
        **asdict(rounded(fitted.weights_)),
        better=aside.better,
        evidence={**asdict(found), **asdict(fitted.examination_), "compared_with": in_force},
        figures={"events": aside.events} | {each.metric: asdict(each) for each in aside.figures},
        learnt_by=who.actor[:120],
        learnt_at=now,
        forced=False,
    )
    session.add(blend)
    session.flush()
    stored = view(blend, None)
    record(session, who, Step("learnt", ENTITY, blend.id, stored.version, None, stored), now=now)
    return stored


def activate(
    session: Session, who: Principal, id_: int, *, force: bool, version: int | None, now: datetime
) -> BlendView:
    """Blend all rankings by it from now on.

    Raises
    ------
    NotFound, StaleVersion
        There is no such blend, or it changed meanwhile.
    Conflict
        It is in force, or no better than the one it was compared with and ``force`` is not set.
    """
    require(who, Action.WRITE_BLENDS)
    hold_revision(session, alone=True)
    blend = queries.by_id(session, id_)
    if blend is None:
        raise NotFound("blend-unknown", id=id_)
    active = blend_in_force(session)
    before = view(blend, active)
    require_version(session, ENTITY, id_, before, version)
    if blend is active:
        raise Conflict("blend-in-force", id=id_)
    if not blend.better and not force:
        raise BlendNoBetter("blend-no-better", id=id_)
    blend.activated_at, blend.activated_by, blend.forced = now, who.actor[:120], not blend.better
    blend.retired_at = blend.retired_by = None
    raise_revision(session, now)
    stored = view(blend, blend)
    step = Step("activated", ENTITY, id_, stored.version, before, stored)
    record(session, who, step, now=now)
    return stored


def go_back(session: Session, who: Principal, *, now: datetime) -> BlendState:
    """Retire the blend in force: the one before it counts again, in the end the shipped one.

    Raises
    ------
    Conflict
        The shipped blend is in force.
    """
    require(who, Action.WRITE_BLENDS)
    hold_revision(session, alone=True)
    blend = blend_in_force(session)
    if blend is None:
        raise Conflict("blend-shipped")
    before = view(blend, blend)
    blend.retired_at, blend.retired_by = now, who.actor[:120]
    raise_revision(session, now)
    stored = view(blend, blend_in_force(session))
    record(session, who, Step("retired", ENTITY, blend.id, stored.version, before, stored), now=now)
    return present(session, who)
