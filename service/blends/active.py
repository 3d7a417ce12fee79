"""The blend in force."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Blend
from service.matching.types import Weights


def blend_in_force(session: Session) -> Blend | None:
    """The one that was activated last and not retired; None: the shipped blend."""
    rows = select(Blend).where(Blend.activated_at.is_not(None), Blend.retired_at.is_(None))
    return session.scalars(
        rows.order_by(Blend.activated_at.desc(), Blend.id.desc()).limit(1)
    ).one_or_none()


def weights_in_force(session: Session) -> Weights:
    """What every ranking that names no weights is blended by."""
    blend = blend_in_force(session)
    return Weights() if blend is None else weights_of(blend)


def weights_of(blend: Blend) -> Weights:
    return Weights(blend.need, blend.offer, blend.mutual, blend.similarity)
