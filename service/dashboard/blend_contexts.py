"""What the page about the blend shows: exactly these values."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.dashboard.contexts import Page


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    label: str
    have: int
    floor: int
    lacking: int


@dataclass(frozen=True, slots=True)
class FigureRow:
    label: str
    old: str
    new: str
    difference: str


@dataclass(frozen=True, slots=True)
class WeightRow:
    term: str
    now: str
    proposed: str


@dataclass(frozen=True, slots=True)
class BlendCard:
    """A learnt blend beside the one it was compared with; ``activate`` labels its button."""

    heading: str
    state: str
    learnt: str
    better: bool
    verdict: str
    based_on: str
    decay: str
    weights: Sequence[WeightRow]
    figures: Sequence[FigureRow]
    activate: str | None
    activate_label: str
    action: str
    version: int
    forced: bool


@dataclass(frozen=True, slots=True)
class BlendPage(Page):
    template = "blend.html"

    present: str
    weights: Sequence[tuple[str, str]]
    can_go_back: bool
    evidence: Sequence[EvidenceRow]
    enough: bool
    cards: Sequence[BlendCard]
    once: str
    done: str | None
    refusal: str | None
